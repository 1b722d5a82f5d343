import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Listener, ListUpdate } from "../ipc/backend";
import { failure } from "../ipc/fake";
import { ListStore, ValueStore } from "./store";

/** A stream whose messages the test sends by hand. */
function byHand<M>() {
  const opened: Listener<M>[] = [];
  const stopped: number[] = [];
  return {
    opened,
    stopped,
    watch: (listener: Listener<M>) => {
      const index = opened.push(listener) - 1;
      return () => void stopped.push(index);
    },
    latest: () => opened.at(-1) as Listener<M>,
  };
}

const reset = (...values: string[]): ListUpdate<string> => ({ seq: 0, diffs: [{ kind: "reset", values }] });

describe("ListStore", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("opens its stream for the first view and ends it with the last", () => {
    const stream = byHand<ListUpdate<string>>();
    const store = new ListStore(stream.watch);
    const first = store.subscribe(() => undefined);
    const second = store.subscribe(() => undefined);
    expect(stream.opened).toHaveLength(1);
    first();
    expect(stream.stopped).toEqual([]);
    second();
    expect(stream.stopped).toEqual([0]);
  });

  it("shows what the reset and the batches after it say", () => {
    const stream = byHand<ListUpdate<string>>();
    const store = new ListStore(stream.watch);
    const seen = vi.fn();
    store.subscribe(seen);
    stream.latest().next(reset("a"));
    vi.runAllTimers();
    stream.latest().next({ seq: 1, diffs: [{ kind: "pushBack", value: "b" }] });
    expect(store.getSnapshot()).toEqual({ items: ["a", "b"], loaded: true, error: null });
    expect(seen).toHaveBeenCalledTimes(2);
  });

  it("draws what comes within one frame in one go, after the first", () => {
    const stream = byHand<ListUpdate<string>>();
    const store = new ListStore(stream.watch);
    const seen = vi.fn();
    store.subscribe(seen);
    stream.latest().next(reset("a"));
    for (const [index, value] of ["b", "c", "d"].entries()) {
      stream.latest().next({ seq: index + 1, diffs: [{ kind: "pushBack", value }] });
    }
    expect(store.getSnapshot().items).toEqual(["a"]);
    vi.runAllTimers();
    expect(store.getSnapshot().items).toEqual(["a", "b", "c", "d"]);
    expect(seen).toHaveBeenCalledTimes(2);
  });

  it("subscribes anew after a gap, and keeps what it shows until the new reset", () => {
    const stream = byHand<ListUpdate<string>>();
    const store = new ListStore(stream.watch);
    store.subscribe(() => undefined);
    stream.latest().next(reset("a"));
    vi.runAllTimers();
    const old = stream.latest();
    old.next({ seq: 2, diffs: [{ kind: "pushBack", value: "lost one" }] });
    expect(stream.stopped).toEqual([0]);
    expect(store.getSnapshot().items).toEqual(["a"]);
    old.next({ seq: 3, diffs: [{ kind: "clear" }] });
    stream.latest().next(reset("a", "b", "c"));
    expect(store.getSnapshot().items).toEqual(["a", "b", "c"]);
  });

  it("subscribes anew after an index that cannot be", () => {
    const stream = byHand<ListUpdate<string>>();
    const store = new ListStore(stream.watch);
    store.subscribe(() => undefined);
    stream.latest().next(reset("a"));
    stream.latest().next({ seq: 1, diffs: [{ kind: "remove", index: 7 }] });
    expect(stream.opened).toHaveLength(2);
  });

  it("says why there is no list, and tries again", () => {
    const stream = byHand<ListUpdate<string>>();
    const store = new ListStore(stream.watch);
    store.subscribe(() => undefined);
    stream.latest().failed(failure("room-unknown"));
    expect(store.getSnapshot().error?.code).toBe("room-unknown");
    vi.runOnlyPendingTimers();
    expect(stream.opened).toHaveLength(2);
  });
});

describe("ValueStore", () => {
  it("has no value until the first one comes", () => {
    const stream = byHand<number>();
    const store = new ValueStore(stream.watch);
    store.subscribe(() => undefined);
    expect(store.getSnapshot()).toBeNull();
    stream.latest().next(7);
    expect(store.getSnapshot()).toBe(7);
  });
});
