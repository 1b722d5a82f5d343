import { PaperPlaneRightIcon } from "@phosphor-icons/react/dist/csr/PaperPlaneRight";
import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { type KeyboardEvent, type Ref, useEffect, useId, useImperativeHandle, useRef, useState } from "react";
import { IconButton } from "../../design/Button/Button";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import { type AppError, asAppError } from "../../ipc/backend";
import { useBackend, useSession } from "../../stores/context";
import { useStore } from "../../stores/store";
import styles from "./Composer.module.css";
import { useTyping } from "./useTyping";

export interface ComposerHandle {
  focus(): void;
}

export interface ComposerProps {
  roomId: string;
  name: string;
  encrypted: boolean;
  online: boolean;
  ref: Ref<ComposerHandle>;
}

export function Composer({ roomId, name, encrypted, online, ref }: ComposerProps) {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const { drafts } = useSession();
  useStore(drafts);
  const { text, replyTo } = drafts.get(roomId);
  const typing = useTyping(roomId);
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [error, setError] = useState<AppError | null>(null);

  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }), []);

  // Who answers wants to write.
  const answered = replyTo?.messageId;
  useEffect(() => {
    if (answered) field.current?.focus();
  }, [answered]);

  async function send() {
    if (!text.trim()) return;
    typing.stop();
    setError(null);
    try {
      await drafts.send(roomId, (draft) => backend.sendText(roomId, draft.text, draft.replyTo?.messageId ?? null));
    } catch (refused) {
      setError(asAppError(refused));
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    // While letters are being composed, Enter belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape" && replyTo) {
      event.preventDefault();
      drafts.change(roomId, { replyTo: null });
    }
  }

  return (
    <div className={styles.area}>
      <div role="alert">
        {error && (
          <div className={styles.error}>
            <Notice tone="danger">{inWords(error)}</Notice>
          </div>
        )}
      </div>
      <div className={styles.composer}>
        {replyTo && (
          <div className={styles.reply}>
            <p id={`${id}-reply`} className={`${styles.quoted} ${styles[`color${replyTo.color % 8}`]}`}>
              <b className="truncate">{t("timeline-replying", { name: replyTo.sender })}</b>
              <span className="truncate">{replyTo.line}</span>
            </p>
            <IconButton
              small
              label={t("timeline-reply-cancel")}
              shortcut="Esc"
              icon={<XIcon aria-hidden="true" />}
              onPress={() => {
                drafts.change(roomId, { replyTo: null });
                field.current?.focus();
              }}
            />
          </div>
        )}
        <div className={styles.line}>
          {/* A copy of the text under the field gives the height: measuring the field would move the messages. */}
          <div className={styles.grow} data-copy={`${text} `}>
            <textarea
              ref={field}
              className={styles.field}
              rows={1}
              aria-label={t(encrypted ? "timeline-write-encrypted" : "timeline-write", { name })}
              aria-describedby={replyTo ? `${id}-reply` : undefined}
              placeholder={
                online
                  ? t(encrypted ? "timeline-write-encrypted" : "timeline-write", { name })
                  : t("timeline-write-offline")
              }
              value={text}
              data-region-focus
              onChange={(event) => {
                drafts.change(roomId, { text: event.target.value });
                if (event.target.value.trim()) typing.touch();
                else typing.stop();
              }}
              onKeyDown={onKeyDown}
              onBlur={typing.stop}
            />
          </div>
          <span className={styles.send}>
            <IconButton
              label={t("timeline-send")}
              icon={<PaperPlaneRightIcon weight="fill" aria-hidden="true" />}
              isDisabled={!text.trim()}
              onPress={() => {
                void send();
                field.current?.focus();
              }}
            />
          </span>
        </div>
      </div>
    </div>
  );
}
