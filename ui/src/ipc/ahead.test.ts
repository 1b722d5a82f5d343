import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AHEAD_MS, ahead } from "./ahead";
import type { Listener } from "./backend";
import { failure } from "./fake";

function byHand() {
  const opened: Listener<number>[] = [];
  const stopped: number[] = [];
  const watch = (listener: Listener<number>) => {
    const index = opened.push(listener) - 1;
    return () => void stopped.push(index);
  };
  return { opened, stopped, watch };
}

function listener() {
  return { next: vi.fn<(message: number) => void>(), failed: vi.fn<(error: unknown) => void>() };
}

describe("a stream that is opened ahead", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("gives the first to watch what has come, and what comes, in its order", async () => {
    const { opened, stopped, watch } = byHand();
    const watchAhead = ahead(watch);
    opened[0]?.next(1);
    opened[0]?.next(2);
    const first = listener();
    const stop = watchAhead(first);
    expect(first.next).not.toHaveBeenCalled();
    await Promise.resolve();
    opened[0]?.next(3);
    expect(first.next.mock.calls).toEqual([[1], [2], [3]]);
    expect(opened).toHaveLength(1);
    vi.advanceTimersByTime(2 * AHEAD_MS);
    expect(stopped).toEqual([]);
    stop();
    expect(stopped).toEqual([0]);
  });

  it("is opened anew for everybody else", async () => {
    const { opened, watch } = byHand();
    const watchAhead = ahead(watch);
    opened[0]?.next(1);
    watchAhead(listener());
    const second = listener();
    watchAhead(second);
    await Promise.resolve();
    expect(opened).toHaveLength(2);
    opened[1]?.next(7);
    expect(second.next.mock.calls).toEqual([[7]]);
  });

  it("is opened anew once it has been refused", () => {
    const { opened, watch } = byHand();
    const watchAhead = ahead(watch);
    opened[0]?.failed(failure("not-signed-in"));
    watchAhead(listener());
    expect(opened).toHaveLength(2);
  });

  it("tells who has just taken it over that it is refused", async () => {
    const { opened, watch } = byHand();
    const watchAhead = ahead(watch);
    const first = listener();
    watchAhead(first);
    opened[0]?.failed(failure("not-signed-in"));
    await Promise.resolve();
    expect(first.failed).toHaveBeenCalledTimes(1);
  });

  it("is given up when nobody watches", () => {
    const { opened, stopped, watch } = byHand();
    const watchAhead = ahead(watch);
    vi.advanceTimersByTime(AHEAD_MS);
    expect(stopped).toEqual([0]);
    watchAhead(listener());
    expect(opened).toHaveLength(2);
  });

  it("tells nobody who has stopped", async () => {
    const { opened, watch } = byHand();
    const watchAhead = ahead(watch);
    opened[0]?.next(1);
    const first = listener();
    watchAhead(first)();
    await Promise.resolve();
    expect(first.next).not.toHaveBeenCalled();
  });
});
