import { describe, expect, it, vi } from "vitest";
import type { Listener, ListUpdate, TimelineItem } from "../ipc/backend";
import { failure } from "../ipc/fake";
import { TimelineStores } from "./timelines";

function rooms() {
  const open = new Map<string, Listener<ListUpdate<TimelineItem>>>();
  const backend = {
    watchTimeline: vi.fn((roomId: string, listener: Listener<ListUpdate<TimelineItem>>) => {
      open.set(roomId, listener);
      return () => void open.delete(roomId);
    }),
  };
  return { open, backend, timelines: new TimelineStores(backend) };
}

const line = { id: "1" } as TimelineItem;

/** As a view does it: looks at a room, and leaves it. */
function visit(timelines: TimelineStores, roomId: string) {
  const store = timelines.of(roomId);
  const stop = store.subscribe(() => undefined);
  timelines.keep(roomId, store);
  return {
    store,
    leave: () => {
      stop();
      timelines.leave(roomId);
    },
  };
}

describe("the lists of rooms that were opened last", () => {
  it("are there at once when one comes back, with what has come meanwhile", () => {
    const { open, backend, timelines } = rooms();
    visit(timelines, "!a").leave();
    open.get("!a")?.next({ seq: 0, diffs: [{ kind: "reset", values: [line] }] });
    visit(timelines, "!b").leave();
    const again = timelines.of("!a");
    expect(again.getSnapshot()).toMatchObject({ items: [line], loaded: true });
    expect(backend.watchTimeline).toHaveBeenCalledTimes(2);
  });

  it("are let go of when others have been opened since, the one used longest ago first", () => {
    const { open, timelines } = rooms();
    for (let number = 0; number < 8; number++) visit(timelines, `!${number}`).leave();
    visit(timelines, "!0").leave();
    visit(timelines, "!new").leave();
    expect(open.has("!1")).toBe(false);
    expect([...open.keys()]).toEqual(expect.arrayContaining(["!0", "!2", "!7", "!new"]));
    expect(open.size).toBe(8);
  });

  it("are let go of at once when they have grown long", () => {
    const { open, timelines } = rooms();
    const { leave } = visit(timelines, "!a");
    const values = Array.from({ length: 401 }, (_, index) => ({ id: `${index}` }) as TimelineItem);
    open.get("!a")?.next({ seq: 0, diffs: [{ kind: "reset", values }] });
    expect(open.has("!a")).toBe(true);
    leave();
    expect(open.has("!a")).toBe(false);
  });

  it("are let go of when they grow long or end while nobody looks", () => {
    const { open, timelines } = rooms();
    visit(timelines, "!a").leave();
    visit(timelines, "!b").leave();
    const values = Array.from({ length: 401 }, (_, index) => ({ id: `${index}` }) as TimelineItem);
    open.get("!a")?.next({ seq: 0, diffs: [{ kind: "reset", values }] });
    open.get("!b")?.failed(failure("room-unknown"));
    expect(open.size).toBe(0);
  });

  it("come ahead for the room that is likely to be opened next, and for no other", () => {
    const { open, backend, timelines } = rooms();
    timelines.prepare("!a");
    timelines.prepare("!b");
    expect([...open.keys()]).toEqual(["!b"]);
    open.get("!b")?.next({ seq: 0, diffs: [{ kind: "reset", values: [line] }] });
    const { store, leave } = visit(timelines, "!b");
    expect(store.getSnapshot()).toMatchObject({ items: [line], loaded: true });
    timelines.prepare("!b");
    timelines.prepare("!c");
    leave();
    expect([...open.keys()]).toEqual(["!b", "!c"]);
    open.get("!c")?.failed(failure("room-unknown"));
    expect([...open.keys()]).toEqual(["!b"]);
    expect(backend.watchTimeline).toHaveBeenCalledTimes(3);
  });

  it("end with the session", () => {
    const { open, timelines } = rooms();
    timelines.prepare("!c");
    visit(timelines, "!a").leave();
    visit(timelines, "!b").leave();
    timelines.close();
    expect(open.size).toBe(0);
  });
});
