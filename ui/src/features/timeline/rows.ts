// From the stream's items to the rows that are drawn: groups, and what a row must know of its neighbours.
import type { Message, RoomEvent, TimelineItem } from "../../ipc/backend";

/** Messages of one author within this time stand under one name. */
const GROUP_MS = 5 * 60_000;
/** So many events in a row are folded into one line. */
const FOLD_FROM = 3;

export type Row =
  | { kind: "day"; id: string; timestamp: number }
  | { kind: "new"; id: string }
  | { kind: "start"; id: string }
  | { kind: "events"; id: string; events: readonly RoomEvent[] }
  | MessageRowData;

export interface MessageRowData {
  kind: "message";
  id: string;
  message: Message;
  /** Goes on under the name above it. */
  continued: boolean;
  /** Nothing of its group comes after it. */
  last: boolean;
  /** The message that it answers is loaded, so that it can be jumped to. */
  quoteLoaded: boolean;
  /** Somebody has read this far or further. */
  seen: boolean;
}

/** Builds the rows. Rows that say the same as before keep their identity, so that they are not drawn again. */
export function buildRows(items: readonly TimelineItem[], before: readonly Row[]): Row[] {
  const known = new Map(before.map((row) => [row.id, row]));
  const loaded = new Set<string>();
  for (const { content } of items) if (content.kind === "message") loaded.add(content.messageId);

  const rows: Row[] = [];
  let events: { id: string; event: RoomEvent }[] = [];
  const flush = () => {
    const [first] = events;
    if (!first) return;
    if (events.length >= FOLD_FROM) {
      rows.push({ kind: "events", id: first.id, events: events.map(({ event }) => event) });
    } else {
      for (const { id, event } of events) rows.push({ kind: "events", id, events: [event] });
    }
    events = [];
  };

  for (const item of items) {
    const { content } = item;
    if (content.kind === "event") {
      events.push({ id: item.id, event: content });
      continue;
    }
    flush();
    switch (content.kind) {
      case "day":
        rows.push({ kind: "day", id: item.id, timestamp: content.timestamp });
        break;
      case "newMessages":
        rows.push({ kind: "new", id: item.id });
        break;
      case "start":
        rows.push({ kind: "start", id: item.id });
        break;
      case "message":
        rows.push(messageRow(item.id, content, rows.at(-1), loaded));
        break;
    }
  }
  flush();
  markEnds(rows);
  return rows.map((row) => {
    const old = known.get(row.id);
    return old && same(old, row) ? old : row;
  });
}

function messageRow(id: string, message: Message, above: Row | undefined, loaded: Set<string>): MessageRowData {
  const continued =
    above?.kind === "message" &&
    above.message.sender.userId === message.sender.userId &&
    message.timestamp - above.message.timestamp < GROUP_MS;
  const quoteLoaded = message.replyTo !== null && loaded.has(message.replyTo.messageId);
  return { kind: "message", id, message, continued, last: true, quoteLoaded, seen: false };
}

/** From the end upwards: who has read a message has read all before it. */
function markEnds(rows: Row[]): void {
  let seen = false;
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index];
    if (row?.kind !== "message") continue;
    seen ||= row.message.readBy.length > 0;
    row.seen = seen;
    const below = rows[index + 1];
    row.last = !(below?.kind === "message" && below.continued);
  }
}

function same(a: Row, b: Row): boolean {
  if (a.kind === "message" && b.kind === "message") {
    return (
      a.message === b.message &&
      a.continued === b.continued &&
      a.last === b.last &&
      a.quoteLoaded === b.quoteLoaded &&
      a.seen === b.seen
    );
  }
  if (a.kind === "events" && b.kind === "events") {
    return a.events.length === b.events.length && a.events.every((event, index) => event === b.events[index]);
  }
  if (a.kind === "day" && b.kind === "day") return a.timestamp === b.timestamp;
  return a.kind === b.kind;
}
