import { useEffect } from "react";
import { useWords } from "../../i18n";
import { previewText } from "../../i18n/preview";
import type { Quote } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { useActions } from "./actions";
import styles from "./QuoteLine.module.css";

/** The message that this one answers, in one line; fetched if it is not known. */
export function QuoteLine({ quote, loaded }: { quote: Quote; loaded: boolean }) {
  const { t } = useWords();
  const backend = useBackend();
  const { roomId, jumpTo } = useActions();
  const { messageId, sender, preview } = quote;
  const missing = sender === null || preview === null;

  useEffect(() => {
    // A quote that cannot be fetched stays an empty line; the answer below it can be read all the same.
    if (missing) backend.loadQuote(roomId, messageId).catch(() => undefined);
  }, [missing, backend, roomId, messageId]);

  if (missing) return <p className={`${styles.quote} ${styles.loading}`}>{t("timeline-quote-loading")}</p>;
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
