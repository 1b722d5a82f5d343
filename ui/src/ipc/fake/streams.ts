import type { Diff, Listener, ListUpdate, Stop } from "../backend";

/** A value with listeners, told at once and at each change, never before `watch` has returned. */
export class FakeValue<T> {
  #listeners = new Set<Listener<T>>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(value: T): void {
    this.value = value;
    for (const listener of this.#listeners) listener.next(value);
  }

  watch(listener: Listener<T>): Stop {
    queueMicrotask(() => {
      if (stopped) return;
      this.#listeners.add(listener);
      listener.next(this.value);
    });
    let stopped = false;
    return () => {
      stopped = true;
      this.#listeners.delete(listener);
    };
  }
}

/** A list with listeners: each gets a reset, then numbered batches. */
export class FakeList<T> {
  #listeners = new Map<Listener<ListUpdate<T>>, number>();

  constructor(public items: T[]) {}

  watch(listener: Listener<ListUpdate<T>>): Stop {
    let stopped = false;
    queueMicrotask(() => {
      if (stopped) return;
      this.#listeners.set(listener, 1);
      listener.next({ seq: 0, diffs: [{ kind: "reset", values: this.items.slice() }] });
    });
    return () => {
      stopped = true;
      this.#listeners.delete(listener);
    };
  }

  change(diffs: Diff<T>[], after: T[]): void {
    this.items = after;
    for (const [listener, seq] of this.#listeners) {
      this.#listeners.set(listener, seq + 1);
      listener.next({ seq, diffs });
    }
  }

  push(...values: T[]): void {
    this.change([{ kind: "append", values }], [...this.items, ...values]);
  }

  prepend(values: T[]): void {
    const diffs = values
      .slice()
      .reverse()
      .map((value): Diff<T> => ({ kind: "pushFront", value }));
    this.change(diffs, [...values, ...this.items]);
  }

  setAt(index: number, value: T): void {
    const after = this.items.slice();
    after[index] = value;
    this.change([{ kind: "set", index, value }], after);
  }

  insertAt(index: number, value: T): void {
    this.change([{ kind: "insert", index, value }], this.items.toSpliced(index, 0, value));
  }

  removeAt(index: number): void {
    this.change(
      [{ kind: "remove", index }],
      this.items.filter((_, at) => at !== index),
    );
  }

  moveToFront(index: number, value: T): void {
    const rest = this.items.filter((_, at) => at !== index);
    this.change(
      [
        { kind: "remove", index },
        { kind: "insert", index: 0, value },
      ],
      [value, ...rest],
    );
  }
}

/** What happens once, told to who listens then. */
export class FakeEvents<T> {
  #listeners = new Set<Listener<T>>();

  watch(listener: Listener<T>): Stop {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  send(event: T): void {
    for (const listener of this.#listeners) listener.next(event);
  }
}
