import { useWords } from "../../i18n";
import styles from "./TypingLine.module.css";

/** Who is writing. Never read out: it would talk all the time. */
export function TypingLine({ names }: { names: readonly string[] }) {
  const { t } = useWords();
  const [first, second] = names;
  const text =
    first === undefined
      ? ""
      : second === undefined
        ? t("timeline-typing-one", { name: first })
        : names.length === 2
          ? t("timeline-typing-two", { first, second })
          : t("timeline-typing-many", { count: names.length });
  return (
    <p className={styles.typing} aria-live="off">
      {text && (
        <>
          <span className={styles.dots} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span className="truncate">{text}</span>
        </>
      )}
    </p>
  );
}
