import { useSyncExternalStore } from "react";
import type { AppError, Listener, ListUpdate, Stop } from "../ipc/backend";
import { applyDiffs } from "./applyDiffs";

/** How long to wait before a stream that could not be opened is tried again. */
export const RETRY_MS = 2000;

/** What views read: a snapshot that changes identity when, and only when, it has changed. */
export interface Store<S> {
  subscribe(onChange: () => void): Stop;
  getSnapshot(): S;
}

export function useStore<S>(store: Store<S>): S {
  return useSyncExternalStore(store.subscribe, store.getSnapshot);
}

/** A stream that is open while somebody looks, and tried again if it cannot be opened. */
abstract class StreamStore<M, S> implements Store<S> {
  #snapshot: S;
  #views = new Set<() => void>();
  #stop: Stop | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly watch: (listener: Listener<M>) => Stop,
    initial: S,
  ) {
    this.#snapshot = initial;
  }

  subscribe = (onChange: () => void): Stop => {
    this.#views.add(onChange);
    if (this.#views.size === 1) this.open();
    return () => {
      this.#views.delete(onChange);
      if (this.#views.size === 0) this.close();
    };
  };

  getSnapshot = (): S => this.#snapshot;

  protected abstract receive(message: M): void;
  protected abstract fail(error: AppError): void;

  protected publish(snapshot: S): void {
    this.#snapshot = snapshot;
    for (const view of this.#views) view();
  }

  protected open(): void {
    this.close();
    let current = true;
    const stop = this.watch({
      next: (message) => {
        if (current) this.receive(message);
      },
      failed: (error) => {
        if (!current) return;
        this.fail(error);
        this.#retry = setTimeout(() => this.open(), RETRY_MS);
      },
    });
    this.#stop = () => {
      current = false;
      stop();
    };
  }

  private close(): void {
    clearTimeout(this.#retry);
    this.#stop?.();
    this.#stop = null;
  }
}

/** A value that comes whole; `null` until it first came. */
export class ValueStore<T> extends StreamStore<T, T | null> {
  constructor(watch: (listener: Listener<T>) => Stop) {
    super(watch, null);
  }

  protected receive(message: T): void {
    this.publish(message);
  }

  /** The last value stays in view: an old truth is better than an empty window. */
  protected fail(): void {}
}

export interface ListSnapshot<T> {
  readonly items: readonly T[];
  /** False until the first message came. */
  readonly loaded: boolean;
  /** Why there is no list, until there is one. */
  readonly error: AppError | null;
}

/** A page that is not seen paints nothing: then this much is waited at most. */
const UNSEEN_MS = 250;

/** Calls back right before the next frame is painted. */
function beforePaint(callback: () => void): void {
  const once = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    callback();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, UNSEEN_MS);
}

/**
 * A list that comes as a reset and then as batches of changes. Of batches that come within one frame, the first is
 * drawn at once and all others together, before it is painted.
 */
export class ListStore<T> extends StreamStore<ListUpdate<T>, ListSnapshot<T>> {
  #next = 0;
  /** What has come and is not published yet. */
  #held: readonly T[] | null = null;
  #drawn = false;

  constructor(watch: (listener: Listener<ListUpdate<T>>) => Stop) {
    super(watch, { items: [], loaded: false, error: null });
  }

  protected override open(): void {
    this.#next = 0;
    super.open();
  }

  protected receive(update: ListUpdate<T>): void {
    const items = this.#held ?? this.getSnapshot().items;
    const applied = update.seq === this.#next ? applyDiffs(items, update.diffs) : null;
    if (applied?.kind !== "list") {
      // What is shown stays until the new subscription's reset replaces it.
      this.open();
      return;
    }
    this.#next += 1;
    this.#held = applied.items;
    if (!this.#drawn) this.#draw();
  }

  #draw(): void {
    if (this.#held === null) return;
    const items = this.#held;
    this.#held = null;
    this.#drawn = true;
    beforePaint(() => {
      this.#drawn = false;
      this.#draw();
    });
    this.publish({ items, loaded: true, error: null });
  }

  protected fail(error: AppError): void {
    this.publish({ ...this.getSnapshot(), error });
  }
}
