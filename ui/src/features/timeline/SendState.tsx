import { ClockIcon } from "@phosphor-icons/react/dist/csr/Clock";
import { WarningCircleIcon } from "@phosphor-icons/react/dist/csr/WarningCircle";
import { useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { useWords } from "../../i18n";
import { type AppError, asAppError, type Message } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { usePolicy } from "../../stores/policy";
import { useActions } from "./actions";
import styles from "./SendState.module.css";
import { usePictureWords } from "./usePictures";

/** How far a message of this device got, as long as that is worth a line. */
export function SendState({ message }: { message: Message }) {
  const { t } = useWords();
  switch (message.sending) {
    case "waiting":
      // The picture itself shows how far it got.
      if (message.progress !== null) return null;
      return (
        <p className={`${styles.state} ${styles.waiting} ${styles.late}`}>
          <ClockIcon aria-hidden="true" />
          {t("timeline-waiting")}
        </p>
      );
    case "retrying":
      return (
        <p className={`${styles.state} ${styles.waiting}`}>
          <ClockIcon aria-hidden="true" />
          {t("timeline-retrying")}
        </p>
      );
    case "failed":
      return <Failed message={message} />;
    default:
      return null;
  }
}

function Failed({ message }: { message: Message }) {
  const { t } = useWords();
  const inWords = usePictureWords();
  const { images } = usePolicy();
  const backend = useBackend();
  const announcer = useAnnouncer();
  const { roomId } = useActions();
  const [error, setError] = useState<AppError | null>(null);
  // What the organisation does not allow is not worth a try.
  const heldBack = message.body.kind === "image" && !images;

  function attempt(action: Promise<void>, say: (text: string) => void) {
    setError(null);
    action.catch((refused: unknown) => {
      setError(asAppError(refused));
      say(inWords(asAppError(refused)));
    });
  }

  return (
    <div className={`${styles.state} ${styles.failed}`}>
      <WarningCircleIcon weight="fill" aria-hidden="true" />
      <span>{heldBack ? t("policies-no-images") : error ? inWords(error) : t("timeline-failed")}</span>
      {!heldBack && (
        <button
          type="button"
          tabIndex={-1}
          onClick={() => attempt(backend.resend(roomId, message.messageId), announcer.alert)}
        >
          {t("timeline-resend")}
        </button>
      )}
      <button
        type="button"
        tabIndex={-1}
        onClick={() => attempt(backend.discard(roomId, message.messageId), announcer.say)}
      >
        {t("timeline-discard")}
      </button>
    </div>
  );
}
