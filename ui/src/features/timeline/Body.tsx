import { KeyIcon } from "@phosphor-icons/react/dist/csr/Key";
import { ProhibitIcon } from "@phosphor-icons/react/dist/csr/Prohibit";
import { PuzzlePieceIcon } from "@phosphor-icons/react/dist/csr/PuzzlePiece";
import { useWords } from "../../i18n";
import type { Message } from "../../ipc/backend";
import styles from "./Body.module.css";
import { Picture } from "./Picture";
import { reasonId } from "./plainText";
import { RichText } from "./RichText";

/** What a message says, whatever its kind. */
export function Body({ message }: { message: Message }) {
  const { t, formats } = useWords();
  const { body, sender } = message;
  switch (body.kind) {
    case "text":
      return (
        <div className={styles.text} data-text>
          <RichText text={body.text} />
        </div>
      );
    case "notice":
      return (
        <div className={`${styles.text} ${styles.notice}`} data-text>
          <RichText text={body.text} />
        </div>
      );
    case "emote":
      return (
        <div className={`${styles.text} ${styles.emote}`} data-text>
          <b>{sender.name}</b> <RichText text={body.text} />
        </div>
      );
    case "image":
      return (
        <>
          <Picture image={body} progress={message.progress} />
          {body.caption && (
            <div className={`${styles.text} ${styles.caption}`} data-text>
              <RichText text={body.caption} />
            </div>
          )}
        </>
      );
    case "file":
      return (
        <>
          <div className={styles.file}>
            <span className={styles.type} aria-hidden="true" data-kind={extension(body.name)}>
              {extension(body.name)}
            </span>
            <div className={styles.fileText}>
              <p className={`${styles.fileName} truncate`} title={body.name}>
                {body.name}
              </p>
              <p className={styles.fileSize}>{body.size === null ? t("timeline-file") : formats.size(body.size)}</p>
            </div>
          </div>
          {body.caption && (
            <div className={`${styles.text} ${styles.caption}`} data-text>
              <RichText text={body.caption} />
            </div>
          )}
        </>
      );
    case "removed":
      return (
        <p className={styles.gone}>
          <ProhibitIcon aria-hidden="true" />
          {t("timeline-removed")}
        </p>
      );
    case "undecryptable":
      return (
        <div className={styles.closed}>
          <p className={styles.closedTitle}>
            <KeyIcon aria-hidden="true" />
            {t("timeline-undecryptable")}
          </p>
          <p>{t(reasonId(body.reason), { name: sender.name })}</p>
        </div>
      );
    case "unsupported":
      return (
        <p className={styles.gone}>
          <PuzzlePieceIcon aria-hidden="true" />
          {t("timeline-unsupported")}
        </p>
      );
  }
}

/** Up to four letters that say what a file is. */
function extension(name: string): string {
  const found = /\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1];
  return found ? found.toUpperCase() : "···";
}
