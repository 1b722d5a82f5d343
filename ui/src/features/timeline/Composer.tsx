import { ImageIcon } from "@phosphor-icons/react/dist/csr/Image";
import { PaperPlaneRightIcon } from "@phosphor-icons/react/dist/csr/PaperPlaneRight";
import { type KeyboardEvent, type Ref, useEffect, useId, useImperativeHandle, useRef, useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { IconButton } from "../../design/Button/Button";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import { type AppError, asAppError } from "../../ipc/backend";
import { useBackend, useSession } from "../../stores/context";
import { usePolicy } from "../../stores/policy";
import { useStore } from "../../stores/store";
import styles from "./Composer.module.css";
import { ReplyBanner } from "./ReplyBanner";
import { StagedPictures } from "./StagedPictures";
import { picturesOf, usePictures, usePictureWords } from "./usePictures";
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
  const { t } = useWords();
  const { drafts, staging } = useSession();
  useStore(drafts);
  useStore(staging);
  const { text, replyTo } = drafts.get(roomId);
  const { cards, unfit } = staging.get(roomId);
  const pictures = usePictures(roomId);
  const { images } = usePolicy();
  const typing = useTyping(roomId);
  const { send, error } = useSend(roomId);
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const empty = !text.trim() && cards.length === 0;

  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }), []);

  useEffect(() => {
    void drafts.open(roomId);
    return () => drafts.keep(roomId);
  }, [drafts, roomId]);

  function submit() {
    if (empty) return;
    typing.sent();
    void send();
  }

  function onKeyDown(event: KeyboardEvent) {
    // While letters are being composed, Enter belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && replyTo) {
      event.preventDefault();
      drafts.change(roomId, { replyTo: null });
    }
  }

  const label = t(encrypted ? "timeline-write-encrypted" : "timeline-write", { name });
  const caption = cards.length > 0 ? t("timeline-caption", { count: cards.length }) : null;
  const described = [replyTo && `${id}-reply`, caption && `${id}-caption`].filter(Boolean).join(" ");
  return (
    <div className={styles.area}>
      <div role="alert">
        {error && (
          <div className={styles.error}>
            <Problem error={error} />
          </div>
        )}
      </div>
      <div className={styles.composer}>
        {replyTo && (
          <ReplyBanner
            id={`${id}-reply`}
            target={replyTo}
            onCancel={() => {
              drafts.change(roomId, { replyTo: null });
              field.current?.focus();
            }}
          />
        )}
        <StagedPictures
          cards={cards}
          unfit={unfit}
          onRemove={pictures.remove}
          onNoneLeft={() => field.current?.focus()}
        />
        <div className={styles.line}>
          {images && (
            <IconButton
              label={t("timeline-attach")}
              icon={<ImageIcon aria-hidden="true" />}
              onPress={() => void pictures.choose().then((some) => some && field.current?.focus())}
            />
          )}
          {/* A copy of the text under the field gives the height: measuring the field would move the messages. */}
          <div className={styles.grow} data-copy={`${text} `}>
            <textarea
              ref={field}
              className={styles.field}
              rows={1}
              aria-label={label}
              aria-describedby={described || undefined}
              placeholder={caption ?? (online ? label : t("timeline-write-offline"))}
              value={text}
              data-region-focus
              onChange={(event) => {
                drafts.change(roomId, { text: event.target.value });
                if (event.target.value.trim()) typing.touch();
                else typing.stop();
              }}
              onKeyDown={onKeyDown}
              onPaste={(event) => {
                const pasted = picturesOf(event.clipboardData);
                if (pasted.length === 0) return;
                event.preventDefault();
                void pictures.take(pasted);
              }}
              onBlur={() => {
                typing.stop();
                drafts.keep(roomId);
              }}
            />
            <span id={`${id}-caption`} className="sr-only">
              {caption}
            </span>
          </div>
          <span className={styles.send}>
            <IconButton
              label={t("timeline-send")}
              icon={<PaperPlaneRightIcon weight="fill" aria-hidden="true" />}
              isDisabled={empty}
              onPress={() => {
                submit();
                field.current?.focus();
              }}
            />
          </span>
        </div>
      </div>
    </div>
  );
}

function Problem({ error }: { error: AppError }) {
  const inWords = usePictureWords();
  return <Notice tone="danger">{inWords(error)}</Notice>;
}

/** Sends what is there: the pictures in order, the text with the first of them, or the text alone. */
function useSend(roomId: string): { send(): Promise<void>; error: AppError | null } {
  const { t } = useWords();
  const backend = useBackend();
  const announcer = useAnnouncer();
  const { drafts, staging } = useSession();
  const [error, setError] = useState<AppError | null>(null);

  async function send() {
    const { cards } = staging.get(roomId);
    // Without the one that is not ready, the others would be sent in another order.
    if (cards.some(({ staged }) => !staged)) return announcer.say(t("timeline-pictures-wait"));
    setError(null);
    staging.forgive(roomId);
    try {
      await drafts.send(roomId, async (draft) => {
        const answered = draft.replyTo?.messageId ?? null;
        if (cards.length > 0) {
          setError(await staging.send(roomId, draft.text || null, answered));
          return;
        }
        const before = staging.underWay(roomId);
        if (before) await before;
        await backend.sendText(roomId, draft.text, answered);
      });
    } catch (refused) {
      setError(asAppError(refused));
    }
  }
  return { send, error };
}
