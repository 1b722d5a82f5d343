import { WifiSlashIcon } from "@phosphor-icons/react/dist/csr/WifiSlash";
import { useEffect, useRef } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { Strip } from "../../design/Strip/Strip";
import { useWords, type Words } from "../../i18n";
import type { AppError, ConnectionState, ErrorCode } from "../../ipc/backend";

/** What says to try again where there is a button for that: here Estafette does so by itself. */
const TRIED_AGAIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "captive-portal",
  "certificate-of-another",
  "proxy-unreachable",
  "server-failed",
]);

/** Why there is no connection. */
function reason(trouble: AppError, { t, error }: Words): string {
  return TRIED_AGAIN.has(trouble.code) ? t(`sync-why-${trouble.code}`, trouble.args) : error(trouble);
}

/** Says aloud that the network is away, why, and that it is back; once, whatever the window shows meanwhile. */
export function useConnectionNews(connection: ConnectionState | null, trouble: AppError | null): void {
  const words = useWords();
  const { t } = words;
  const announcer = useAnnouncer();
  const wasOffline = useRef(false);
  const why = connection === "offline" && trouble ? reason(trouble, words) : null;

  // Of two things that are said at once, only the last one is heard: both come in one.
  useEffect(() => {
    const known = wasOffline.current;
    if (connection === "offline") {
      const news = [...(known ? [] : [t("sync-offline"), t("sync-offline-text")]), ...(why ? [why] : [])];
      if (news.length > 0) announcer.say(news.join(" "));
    } else if (connection === "online" && known) {
      announcer.say(t("sync-online"));
    }
    if (connection === "online" || connection === "offline") wasOffline.current = connection === "offline";
  }, [connection, why, announcer, t]);
}

export interface ConnectionStripProps {
  connection: ConnectionState | null;
  /** Why there is none, where that is known. */
  trouble: AppError | null;
}

/** Says that the network is away, for as long as it is, and what can be done about it. */
export function ConnectionStrip({ connection, trouble }: ConnectionStripProps) {
  const words = useWords();
  const { t } = words;
  if (connection !== "offline") return null;
  return (
    <Strip tone="warning" icon={<WifiSlashIcon weight="fill" aria-hidden="true" />}>
      <b>{t("sync-offline")}</b> {t("sync-offline-text")} {trouble && reason(trouble, words)}
    </Strip>
  );
}
