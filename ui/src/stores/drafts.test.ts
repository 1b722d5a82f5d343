import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Draft as Kept } from "../ipc/backend";
import { DraftStore } from "./drafts";

const ROOM = "!a:example.fr";

/** A core that answers when the test says so. */
function byHand() {
  const loads: { give(draft: Kept | null): void; refuse(): void }[] = [];
  const saves: (Kept | null)[] = [];
  const backend = {
    loadDraft: () =>
      new Promise<Kept | null>((give, refuse) => loads.push({ give, refuse: () => refuse(new Error("away")) })),
    saveDraft: vi.fn((_: string, draft: Kept | null) => {
      saves.push(draft);
      return Promise.resolve();
    }),
  };
  return { store: new DraftStore(backend), backend, loads, saves };
}

const kept = (text: string, replyTo: string | null = null): Kept => ({ text, replyTo });
const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("what was kept", () => {
  it("comes back when the room is opened, once", async () => {
    const { store, loads, saves } = byHand();
    void store.open(ROOM);
    loads[0]?.give(kept("À finir", "$m"));
    await settled();
    expect(store.get(ROOM)).toEqual({ text: "À finir", replyTo: { messageId: "$m", shown: null } });
    void store.open(ROOM);
    expect(loads).toHaveLength(1);
    store.keep();
    expect(saves).toEqual([]);
  });

  it("never overwrites what was typed before it came", async () => {
    const { store, loads } = byHand();
    void store.open(ROOM);
    store.change(ROOM, { text: "Nouveau" });
    loads[0]?.give(kept("Ancien"));
    await settled();
    expect(store.get(ROOM).text).toBe("Nouveau");
  });

  it("does not come back after what was typed instead is sent or taken back", async () => {
    const { store, loads } = byHand();
    void store.open(ROOM);
    store.change(ROOM, { text: "Nouveau" });
    await store.send(ROOM, () => Promise.resolve());
    loads[0]?.give(kept("Ancien"));
    await settled();
    expect(store.get(ROOM).text).toBe("");
  });

  it("is asked for again when it could not be had", async () => {
    const { store, loads } = byHand();
    void store.open(ROOM);
    loads[0]?.refuse();
    await settled();
    expect(store.knows(ROOM)).toBe(false);
    void store.open(ROOM);
    loads[1]?.give(kept("À finir"));
    await settled();
    expect(store.get(ROOM).text).toBe("À finir");
  });
});

describe("what is typed", () => {
  it("is kept a moment after typing stops, as it is by then", () => {
    const { store, saves } = byHand();
    for (const text of ["B", "Bo", "Bon"]) {
      store.change(ROOM, { text });
      vi.advanceTimersByTime(300);
    }
    expect(saves).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(saves).toEqual([kept("Bon")]);
  });

  it("is kept at once when asked, and not twice", () => {
    const { store, saves } = byHand();
    store.change(ROOM, { text: "Bonjour" });
    store.change("!b:example.fr", { text: "Guten Tag" });
    store.keep(ROOM);
    expect(saves).toEqual([kept("Bonjour")]);
    store.keep();
    vi.advanceTimersByTime(1000);
    expect(saves).toEqual([kept("Bonjour"), kept("Guten Tag")]);
  });

  it("is forgotten once it is taken back", () => {
    const { store, saves } = byHand();
    store.change(ROOM, { text: "Bonjour" });
    store.keep();
    store.change(ROOM, { text: "  " });
    store.keep();
    expect(saves).toEqual([kept("Bonjour"), null]);
  });

  it("is brought again when core refused it", async () => {
    const { store, backend, saves } = byHand();
    backend.saveDraft.mockRejectedValueOnce(new Error("full"));
    store.change(ROOM, { text: "Bonjour" });
    store.keep();
    await settled();
    store.keep();
    expect(saves).toEqual([kept("Bonjour")]);
    expect(backend.saveDraft).toHaveBeenCalledTimes(2);
  });
});

describe("what is sent", () => {
  it("is kept until core has taken it, and then no more", async () => {
    const { store, saves } = byHand();
    store.change(ROOM, { text: "Bonjour" });
    store.keep();
    let taken: () => void = () => undefined;
    const sending = store.send(ROOM, () => new Promise((done) => (taken = done)));
    vi.advanceTimersByTime(5000);
    expect(saves).toEqual([kept("Bonjour")]);
    taken();
    await sending;
    expect(saves).toEqual([kept("Bonjour"), null]);
  });

  it("is kept as it was typed last, with what is begun meanwhile", async () => {
    const { store, saves } = byHand();
    store.change(ROOM, { text: "Bon" });
    store.keep();
    store.change(ROOM, { text: "Bonjour" });
    let taken: () => void = () => undefined;
    const sending = store.send(ROOM, () => new Promise((done) => (taken = done)));
    expect(saves).toEqual([kept("Bon"), kept("Bonjour")]);
    store.change(ROOM, { text: "Et" });
    vi.advanceTimersByTime(1000);
    expect(saves.at(-1)).toEqual(kept("Bonjour\n\nEt"));
    taken();
    await sending;
    expect(saves.at(-1)).toEqual(kept("Et"));
  });

  it("stays kept when it is refused", async () => {
    const { store, saves } = byHand();
    store.change(ROOM, { text: "Bonjour" });
    store.keep();
    await expect(store.send(ROOM, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(store.get(ROOM).text).toBe("Bonjour");
    expect(saves).toEqual([kept("Bonjour")]);
  });
});
