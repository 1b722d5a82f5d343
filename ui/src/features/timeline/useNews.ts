import { useEffect, useRef } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { useWords } from "../../i18n";
import type { Message, TimelineItem } from "../../ipc/backend";
import { messageText } from "./plainText";

/** Reads out what comes in at the end of the open room, and at once what could not be sent. */
export function useNews(items: readonly TimelineItem[], loaded: boolean): void {
  const announcer = useAnnouncer();
  const { t } = useWords();
  const known = useRef<Set<string> | null>(null);
  const failed = useRef(new Set<string>());
  const shown = useRef(items);

  useEffect(() => () => announcer.clear(), [announcer]);
  useEffect(() => {
    shown.current = items;
    if (!loaded) return;
    const before = known.current;
    known.current = new Set(items.map((item) => item.id));
    const failing = new Set<string>();
    for (const { id, content } of items) {
      if (content.kind === "message" && content.sending === "failed") failing.add(id);
    }
    const isNew = before !== null && [...failing].some((id) => !failed.current.has(id));
    failed.current = failing;
    if (isNew) announcer.alert(t("timeline-failed-alert"));

    // A list that shares nothing with the one before is a new list, not news.
    if (!before || !items.some((item) => before.has(item.id))) return;
    const news: { id: string; message: Message }[] = [];
    for (let index = items.length - 1; index >= 0; index -= 1) {
      const item = items[index];
      if (!item || before.has(item.id)) break;
      if (item.content.kind === "message" && !item.content.own) news.unshift({ id: item.id, message: item.content });
    }
    if (news.length === 0 || document.visibilityState !== "visible") return;
    // A message often comes a moment before its key: what is read out is what it says by then.
    const line = (id: string, first: Message) => {
      const content = shown.current.find((item) => item.id === id)?.content;
      const message = content?.kind === "message" ? content : first;
      return t("rooms-line", { sender: message.sender.name, text: messageText(message, t) });
    };
    announcer.news(
      news.map(
        ({ id, message }) =>
          () =>
            line(id, message),
      ),
      (count) => t("timeline-news", { count }),
    );
  }, [items, loaded, announcer, t]);
}
