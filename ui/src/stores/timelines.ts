import type { Backend, Stop, TimelineItem } from "../ipc/backend";
import { ListStore } from "./store";

/** How many rooms stay at hand: as many as core keeps open. */
const KEPT = 8;
/** Lists that are longer are let go of: whoever went back that far rarely comes to the same place again. */
const LONG = 400;

/** The messages of the rooms that were opened last: who comes back to one sees it at once, as it is by now. */
export class TimelineStores {
  /** The room used last comes last. */
  #kept = new Map<string, { store: ListStore<TimelineItem>; stop: Stop }>();

  constructor(private readonly backend: Pick<Backend, "watchTimeline">) {}

  /** The list of a room, the same one each time while it is kept. */
  of(roomId: string): ListStore<TimelineItem> {
    return this.#kept.get(roomId)?.store ?? new ListStore((listener) => this.backend.watchTimeline(roomId, listener));
  }

  /** Keeps the list of a room that is being looked at up to date, also when nobody looks any more. */
  keep(roomId: string, store: ListStore<TimelineItem>): void {
    const stop = this.#kept.get(roomId)?.stop ?? store.subscribe(() => undefined);
    this.#kept.delete(roomId);
    this.#kept.set(roomId, { store, stop });
    for (const [id, kept] of this.#kept) {
      if (this.#kept.size <= KEPT) break;
      this.#forget(id, kept.stop);
    }
  }

  /** Nobody looks at the room any more. */
  leave(roomId: string): void {
    const kept = this.#kept.get(roomId);
    if (kept && kept.store.getSnapshot().items.length > LONG) this.#forget(roomId, kept.stop);
  }

  /** Lets go of all of them. */
  close(): void {
    for (const [id, { stop }] of this.#kept) this.#forget(id, stop);
  }

  #forget(roomId: string, stop: Stop): void {
    this.#kept.delete(roomId);
    stop();
  }
}
