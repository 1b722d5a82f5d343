import { ShieldWarningIcon } from "@phosphor-icons/react/dist/csr/ShieldWarning";
import { memo, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { Avatar } from "../../design/Avatar/Avatar";
import { useWords } from "../../i18n";
import { useBackend } from "../../stores/context";
import { Body } from "./Body";
import bubble from "./Bubble.module.css";
import styles from "./MessageItem.module.css";
import { messageName } from "./messageName";
import { warningId } from "./plainText";
import { QuoteLine } from "./QuoteLine";
import { Reactions } from "./Reactions";
import { Receipts } from "./Receipts";
import type { MessageRowData } from "./rows";
import { SendState } from "./SendState";
import { Stamp } from "./Stamp";
import { ThreadLine } from "./ThreadLine";
import { Toolbar } from "./Toolbar";

export interface MessageItemProps {
  row: MessageRowData;
  /** Two people: bubbles, and no names. */
  direct: boolean;
  /** Where the arrow keys stand. */
  current: boolean;
  /** Was jumped to a moment ago. */
  lit: boolean;
}

/** One message, one object: drawn again only when it, or what it must know of its neighbours, has changed. */
export const MessageItem = memo(function MessageItem({ row, direct, current, lit }: MessageItemProps) {
  const words = useWords();
  const { message, continued } = row;
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const [open, setOpen] = useState(false);
  const active = hovered || focused || open;
  const article = useRef<HTMLElement>(null);

  // What had the focus within is gone, such as a reaction taken back: it stays with the message.
  useLayoutEffect(() => {
    if (focused && document.activeElement === document.body) article.current?.focus({ preventScroll: true });
  });

  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: hovering shows what the keys reach without it
    <article
      ref={article}
      data-message
      data-region-focus={current || undefined}
      data-message-id={message.messageId}
      aria-label={messageName(row, direct, words)}
      tabIndex={current ? 0 : -1}
      className={[
        styles.message,
        continued && styles.continued,
        message.mentionsMe && styles.mention,
        active && styles.active,
        lit && styles.lit,
      ]
        .filter(Boolean)
        .join(" ")}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
      }}
    >
      {direct ? <Bubble row={row} /> : <Line row={row} />}
      {active && <Toolbar message={message} onOpenChange={setOpen} />}
    </article>
  );
});

/** A row of a room: the author's disc at the left, everything else beside it. */
function Line({ row }: { row: MessageRowData }) {
  const { t } = useWords();
  const backend = useBackend();
  const { message, continued } = row;
  const { sender } = message;
  return (
    <div className={styles.line}>
      {continued ? (
        <Stamp timestamp={message.timestamp} className={styles.gutter} />
      ) : (
        <Avatar
          name={sender.name}
          color={sender.color}
          shape="person"
          size="message"
          src={sender.avatar && backend.mediaUrl(sender.avatar)}
        />
      )}
      <div className={styles.column}>
        {!continued && (
          <p className={styles.meta}>
            <b className="truncate">{message.own ? t("timeline-you") : sender.name}</b>
            {!message.own && sender.organisation && (
              <span className={`${styles.organisation} truncate`} title={sender.organisation}>
                {sender.organisation}
              </span>
            )}
            <Stamp timestamp={message.timestamp} className={styles.time} />
          </p>
        )}
        <Parts row={row}>
          <Body message={message} />
        </Parts>
      </div>
      <div className={styles.receipts}>
        <Receipts people={message.readBy} own={message.own} />
      </div>
    </div>
  );
}

/** A bubble of a direct message: one's own at the right. */
function Bubble({ row }: { row: MessageRowData }) {
  const { t } = useWords();
  const { message, last } = row;
  const plain = message.body.kind !== "image" || message.body.caption !== null;
  const names = [bubble.bubble, message.own && bubble.own, last && bubble.last, !plain && bubble.bare];
  return (
    <div className={message.own ? `${bubble.side} ${bubble.right}` : bubble.side}>
      <Parts row={row}>
        <div className={names.filter(Boolean).join(" ")}>
          <Body message={message} />
          <span className={bubble.stamp}>
            <Stamp timestamp={message.timestamp} className={undefined} own={message.own} row={row} />
          </span>
        </div>
      </Parts>
      {message.readBy.length > 0 && message.own && <p className={bubble.seen}>{t("timeline-seen-direct")}</p>}
    </div>
  );
}

/** What stands around the body, in both forms. */
function Parts({ row, children }: { row: MessageRowData; children: ReactNode }) {
  const { t } = useWords();
  const { message } = row;
  return (
    <>
      {message.replyTo && <QuoteLine quote={message.replyTo} loaded={row.quoteLoaded} />}
      {children}
      {message.edited && <span className={styles.edited}>({t("timeline-edited")})</span>}
      {message.warning && (
        <p className={styles.warning}>
          <ShieldWarningIcon weight="fill" aria-hidden="true" />
          {t(warningId(message.warning), { name: message.sender.name })}
        </p>
      )}
      <Reactions message={message} />
      {message.thread && <ThreadLine thread={message.thread} />}
      <SendState message={message} />
    </>
  );
}
