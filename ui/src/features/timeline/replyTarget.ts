import { useEffect } from "react";
import { useWords, type Words } from "../../i18n";
import type { Message, TimelineItem } from "../../ipc/backend";
import { useSession } from "../../stores/context";
import type { ReplyTarget } from "../../stores/drafts";
import { useStore } from "../../stores/store";
import { plainLine } from "./plainText";

/** A message as the banner of an answer to it shows it. */
export function replyTarget(message: Message, t: Words["t"]): ReplyTarget {
  const { messageId, sender } = message;
  return { messageId, shown: { sender: sender.name, color: sender.color, line: plainLine(message, t) } };
}

/** A draft that was kept names what it answers by its id alone: what that says is found once it is loaded. */
export function useAnswered(roomId: string, items: readonly TimelineItem[]): void {
  const { t } = useWords();
  const { drafts } = useSession();
  const { replyTo } = useStore(drafts).get(roomId) ?? { replyTo: null };
  const wanted = replyTo && !replyTo.shown ? replyTo.messageId : null;
  useEffect(() => {
    if (wanted === null) return;
    const found = items.find(({ content }) => content.kind === "message" && content.messageId === wanted)?.content;
    if (found?.kind === "message") drafts.change(roomId, { replyTo: replyTarget(found, t) });
  }, [wanted, items, drafts, roomId, t]);
}
