import type { Words } from "../../i18n";
import type { Sending } from "../../ipc/backend";
import { messageText, warningId } from "./plainText";
import type { MessageRowData } from "./rows";

const STATE: Record<Sending, string> = {
  waiting: "timeline-waiting",
  retrying: "timeline-retrying",
  sent: "timeline-sent",
  failed: "timeline-failed",
};

/** Whole percents of a share. */
export function percentOf(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 100);
}

/** What a screen reader says of a message: who, when, what, then its states, in one breath. */
export function messageName(row: MessageRowData, direct: boolean, { t, formats }: Words): string {
  const { message } = row;
  const { sender } = message;
  const states = [
    message.edited && t("timeline-edited"),
    message.warning && t(warningId(message.warning), { name: sender.name }),
    ...message.reactions.map(({ key, count }) => `${key} ${count}`),
    message.thread && t("timeline-thread", { count: message.thread.replies }),
    message.progress === null
      ? message.sending && t(STATE[message.sending])
      : t("timeline-uploading", { percent: percentOf(message.progress) }),
    message.readBy.length > 0 && t(direct ? "timeline-seen-direct" : "timeline-seen", { count: message.readBy.length }),
  ];
  return [
    message.own ? t("timeline-you") : sender.name,
    !message.own && !direct && sender.organisation,
    formats.time(message.timestamp),
    message.replyTo?.sender && t("timeline-replying", { name: message.replyTo.sender.name }),
    messageText(message, t),
    ...states,
  ]
    .filter(Boolean)
    .join(", ");
}
