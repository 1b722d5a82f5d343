import type { TimelineItem } from "../../ipc/backend";

/**
 * The messages and events that came from the server. What this device sends stands after all of them until it has
 * come back from there, which it may never do: neither the newest nor what is new can be told by the list's end.
 */
export function arrived(items: readonly TimelineItem[]): readonly TimelineItem[] {
  return items.filter(
    ({ content }) => content.kind === "event" || (content.kind === "message" && content.sending === null),
  );
}
