import { useEffect, useRef } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { useWords } from "../../i18n";
import type { Message, TimelineItem } from "../../ipc/backend";
import { useSettings } from "../../stores/settings";
import { arrived } from "./arrived";
import { messageText } from "./plainText";

/** Reads out what comes in at the end of the open room, as far as that is wanted, and at once what could not be sent. */
export function useNews(items: readonly TimelineItem[], loaded: boolean): void {
  const announcer = useAnnouncer();
  const { t } = useWords();
  const { announcements } = useSettings();
  const failed = useRef<Set<string> | null>(null);
  const shown = useRef(items);

  useEffect(() => () => announcer.clear(), [announcer]);
  useEffect(() => {
    const old = new Set(arrived(shown.current).map((item) => item.id));
    shown.current = items;
    if (!loaded) return;
    const failing = new Set<string>();
    for (const { id, content } of items) {
      if (content.kind === "message" && content.sending === "failed") failing.add(id);
    }
    const before = failed.current;
    failed.current = failing;
    if (before && [...failing].some((id) => !before.has(id))) announcer.alert(t("timeline-failed-alert"));

    // A list that shares nothing with the one before is a new list, not news.
    const here = arrived(items);
    const last = here.findLastIndex((item) => old.has(item.id));
    if (last === -1) return;
    const news: { id: string; message: Message }[] = [];
    for (const { id, content } of here.slice(last + 1)) {
      if (content.kind === "message" && !content.own) news.push({ id, message: content });
    }
    if (news.length === 0 || announcements === "none" || document.visibilityState !== "visible") return;
    // A message often comes a moment before its key: what is read out is what it says by then.
    const line = (id: string, first: Message) => () => {
      const content = shown.current.find((item) => item.id === id)?.content;
      const message = content?.kind === "message" ? content : first;
      if (announcements === "mentions" && !message.mentionsMe) return null;
      return t("rooms-line", { sender: message.sender.name, text: messageText(message, t) });
    };
    announcer.news(
      news.map(({ id, message }) => line(id, message)),
      (count) => t("timeline-news", { count }),
    );
  }, [items, loaded, announcements, announcer, t]);
}
