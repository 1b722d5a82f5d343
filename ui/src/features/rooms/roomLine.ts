import type { Words } from "../../i18n";
import { previewText } from "../../i18n/preview";
import type { LatestMessage, RoomRow } from "../../ipc/backend";

/** The line under a room's name: who and what. */
export function latestLine(latest: LatestMessage, t: Words["t"]): string {
  const text = previewText(latest.preview, t);
  return latest.sender && !latest.own ? t("rooms-line", { sender: latest.sender, text }) : text;
}

export type Mark = "draft" | "waiting" | "failed";

/** The words of a mark. */
export const MARK_WORDS: Record<Mark, string> = {
  draft: "rooms-draft",
  waiting: "rooms-waiting",
  failed: "rooms-failed",
};

/** What stands before the line, in colour and in words. */
export function markOf(row: RoomRow, draft: string | undefined): Mark | null {
  if (draft) return "draft";
  return row.latest?.sending ?? null;
}

/** What a screen reader says between a row's name and its time: what the badges show. */
export function badgeWords(row: RoomRow, t: Words["t"]): string {
  return [
    row.invited && t("rooms-invitation"),
    row.unread > 0 && t("rooms-unread", { count: row.unread }),
    row.mentions > 0 && t("rooms-mentions", { count: row.mentions }),
  ]
    .filter(Boolean)
    .map((part) => `, ${part}`)
    .join("");
}
