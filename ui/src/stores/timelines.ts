import type { Backend, Stop, TimelineItem } from "../ipc/backend";
import { ListStore } from "./store";

/** How many rooms stay at hand: as many as core keeps open. */
const KEPT = 8;
/** Lists that are longer are let go of: whoever went back that far rarely comes to the same place again. */
const LONG = 400;

interface Kept {
  store: ListStore<TimelineItem>;
  stop: Stop;
  /** Somebody looks at it. */
  watched: boolean;
}

/** The messages of the rooms that were opened last: who comes back to one sees it at once, as it is by now. */
export class TimelineStores {
  /** The room used last comes last. */
  #kept = new Map<string, Kept>();
  /** The room that is likely to be opened next. */
  #ahead: { roomId: string; store: ListStore<TimelineItem>; stop: Stop } | null = null;

  constructor(private readonly backend: Pick<Backend, "watchTimeline">) {}

  /** The list of a room, the same one each time while it is kept. */
  of(roomId: string): ListStore<TimelineItem> {
    const ahead = this.#ahead?.roomId === roomId ? this.#ahead.store : null;
    return this.#kept.get(roomId)?.store ?? ahead ?? this.#newStore(roomId);
  }

  /** Has the list of a room come that is likely to be opened next, in the place of the one before. */
  prepare(roomId: string): void {
    if (this.#kept.has(roomId) || this.#ahead?.roomId === roomId) return;
    this.#forgetAhead();
    const store = this.#newStore(roomId);
    this.#ahead = { roomId, store, stop: store.subscribe(() => this.#lookAhead(store)) };
  }

  /** Keeps the list of a room that is being looked at up to date, also when nobody looks any more. */
  keep(roomId: string, store: ListStore<TimelineItem>): void {
    const stop = this.#kept.get(roomId)?.stop ?? store.subscribe(() => this.#look(roomId));
    this.#kept.delete(roomId);
    this.#kept.set(roomId, { store, stop, watched: true });
    if (this.#ahead?.store === store) this.#forgetAhead();
    for (const [id, kept] of this.#kept) {
      if (this.#kept.size <= KEPT) break;
      this.#forget(id, kept.stop);
    }
  }

  /** Nobody looks at the room any more. */
  leave(roomId: string): void {
    const kept = this.#kept.get(roomId);
    if (kept) kept.watched = false;
    this.#look(roomId);
  }

  /** Lets go of all of them. */
  close(): void {
    for (const [id, { stop }] of this.#kept) this.#forget(id, stop);
    this.#forgetAhead();
  }

  #newStore(roomId: string): ListStore<TimelineItem> {
    return new ListStore((listener) => this.backend.watchTimeline(roomId, listener));
  }

  /** A hint only: what does not come is asked for again, and said, when the room is opened. */
  #lookAhead(store: ListStore<TimelineItem>): void {
    if (this.#ahead?.store === store && store.getSnapshot().error) this.#forgetAhead();
  }

  #forgetAhead(): void {
    this.#ahead?.stop();
    this.#ahead = null;
  }

  /** What nobody looks at is not kept when it has grown long, or does not come. */
  #look(roomId: string): void {
    const kept = this.#kept.get(roomId);
    if (!kept || kept.watched) return;
    const { items, error } = kept.store.getSnapshot();
    if (items.length > LONG || error) this.#forget(roomId, kept.stop);
  }

  #forget(roomId: string, stop: Stop): void {
    this.#kept.delete(roomId);
    stop();
  }
}
