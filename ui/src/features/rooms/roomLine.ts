import type { Words } from "../../i18n";
import { previewText } from "../../i18n/preview";
import type { LatestMessage, RoomRow } from "../../ipc/backend";

/** The line under a room's name: what is being written there, else who and what. */
export function lineOf({ latest }: RoomRow, draft: string | undefined, t: Words["t"]): string {
  return draft ?? (latest ? latestLine(latest, t) : "");
}

function latestLine(latest: LatestMessage, t: Words["t"]): string {
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

/** What a screen reader says of a room, in one breath: its name, what the badges show, when, then who and what. */
export function roomName(row: RoomRow, draft: string | undefined, now: number, { t, formats }: Words): string {
  const mark = markOf(row, draft);
  const line = row.invited ? "" : lineOf(row, draft, t);
  return [
    row.name,
    row.invited && t("rooms-invitation"),
    row.unread > 0 && t("rooms-unread", { count: row.unread }),
    row.mentions > 0 && t("rooms-mentions", { count: row.mentions }),
    row.latest && formats.moment(row.latest.timestamp, now),
    line && mark ? `${t(MARK_WORDS[mark])} ${line}` : line,
  ]
    .filter(Boolean)
    .join(", ");
}
