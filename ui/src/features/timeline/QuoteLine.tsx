import { useEffect, useState } from "react";
import { useWords } from "../../i18n";
import { previewText } from "../../i18n/preview";
import type { Quote } from "../../ipc/backend";
import { useBackend, useSession } from "../../stores/context";
import { useStore } from "../../stores/store";
import { useActions } from "./actions";
import styles from "./QuoteLine.module.css";

/** A quote that was fetched and is not in the stream after this time cannot be had. */
const SILENCE_MS = 1500;

/** The message that this one answers, in one line; fetched if it is not known. */
export function QuoteLine({ quote, loaded }: { quote: Quote; loaded: boolean }) {
  const { t } = useWords();
  const backend = useBackend();
  const { roomId, jumpTo } = useActions();
  const { messageId, sender, preview } = quote;
  const missing = sender === null || preview === null;

  const { connection } = useSession();
  const online = useStore(connection) !== "offline";
  const [failed, setFailed] = useState(false);

  // Tried again when the network is back.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (!missing) return;
    let current = true;
    setFailed(false);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const failed = (waitMs: number) => {
      if (current) timer = setTimeout(() => setFailed(true), waitMs);
    };
    // What was fetched comes with the stream. That nothing could be, only the stream's silence tells.
    backend.loadQuote(roomId, messageId).then(
      () => failed(SILENCE_MS),
      () => failed(0),
    );
    return () => {
      clearTimeout(timer);
      current = false;
    };
  }, [missing, online, backend, roomId, messageId]);

  if (missing) {
    return (
      <p className={`${styles.quote} ${styles.loading}`}>
        {t(failed ? "timeline-quote-missing" : "timeline-quote-loading")}
      </p>
    );
  }
  const names = `${styles.quote} ${styles[`color${sender.color % 8}`]}`;
  const line = (
    <>
      <b>{sender.name}</b>
      <span className="truncate">{previewText(preview, t)}</span>
    </>
  );
  if (!loaded) return <p className={names}>{line}</p>;
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${names} ${styles.jump}`}
      title={t("timeline-quote-jump", { name: sender.name })}
      onClick={() => jumpTo(messageId)}
    >
      {line}
    </button>
  );
}
