import { WifiSlashIcon } from "@phosphor-icons/react/dist/csr/WifiSlash";
import { useEffect, useRef } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { Strip } from "../../design/Strip/Strip";
import { useWords } from "../../i18n";
import type { ConnectionState } from "../../ipc/backend";

/** Says aloud that the network is away, and that it is back; once, whatever the window shows meanwhile. */
export function useConnectionNews(connection: ConnectionState | null): void {
  const { t } = useWords();
  const announcer = useAnnouncer();
  const wasOffline = useRef(false);
  const offline = connection === "offline";

  useEffect(() => {
    if (offline) announcer.say(`${t("sync-offline")} ${t("sync-offline-text")}`);
    else if (connection === "online" && wasOffline.current) announcer.say(t("sync-online"));
    if (connection === "online" || offline) wasOffline.current = offline;
  }, [offline, connection, announcer, t]);
}

/** Says that the network is away, for as long as it is. */
export function ConnectionStrip({ connection }: { connection: ConnectionState | null }) {
  const { t } = useWords();
  if (connection !== "offline") return null;
  return (
    <Strip tone="warning" icon={<WifiSlashIcon weight="fill" aria-hidden="true" />}>
      <b>{t("sync-offline")}</b> {t("sync-offline-text")}
    </Strip>
  );
}
