import { expect, it, vi } from "vitest";
import type { Staged } from "../ipc/backend";
import { failure } from "../ipc/fake";
import { StagingStore } from "./staging";

const ROOM = "!a:example.fr";

const staged = (name: string): Staged => ({ id: name, name, width: 10, height: 10, size: 5, preview: name });
const file = (name: string) => new File(["bytes"], name, { type: "image/png" });

function core() {
  const backend = {
    chooseImages: vi.fn(() => Promise.resolve([staged("a.png"), staged("b.png")])),
    stageImage: vi.fn((name: string, _: Uint8Array) =>
      name.endsWith(".png") ? Promise.resolve(staged(name)) : Promise.reject(failure("image-unreadable")),
    ),
    discardStaged: vi.fn((_: string) => Promise.resolve()),
    sendImage: vi.fn((_room: string, _id: string, _caption: string | null, _replyTo: string | null) =>
      Promise.resolve(),
    ),
  };
  return { backend, store: new StagingStore(backend) };
}

const names = (store: StagingStore) => store.get(ROOM).cards.map(({ name }) => name);

it("what is no picture is named, and keeps no other from being taken", async () => {
  const { backend, store } = core();
  const taken = await store.take(ROOM, [file("a.png"), file("note.txt"), file("b.png")]);
  expect(taken.map(({ name }) => name)).toEqual(["a.png", "b.png"]);
  expect(names(store)).toEqual(["a.png", "b.png"]);
  expect(store.get(ROOM).unfit).toEqual([{ name: "note.txt", error: failure("image-unreadable") }]);
  expect([...(backend.stageImage.mock.calls[0]?.[1] ?? [])]).toEqual([...new TextEncoder().encode("bytes")]);
  // The next choice begins anew.
  await store.choose(ROOM);
  expect(store.get(ROOM).unfit).toEqual([]);
});

it("what is far too large is not even read", async () => {
  const { backend, store } = core();
  const huge = file("film.png");
  Object.defineProperty(huge, "size", { value: 3_000_000_000 });
  await store.take(ROOM, [huge]);
  expect(backend.stageImage).not.toHaveBeenCalled();
  expect(store.get(ROOM).unfit[0]?.error.code).toBe("image-too-large");
});

it("one that is taken away while core prepares it is discarded then", async () => {
  const { backend, store } = core();
  let ready: (picture: Staged) => void = () => undefined;
  backend.stageImage.mockReturnValueOnce(new Promise((done) => (ready = done)));
  const taking = store.take(ROOM, [file("a.png")]);
  const [card] = store.get(ROOM).cards;
  expect(card?.staged).toBeNull();
  if (card) store.remove(ROOM, card);
  await vi.waitFor(() => expect(backend.stageImage).toHaveBeenCalled());
  ready(staged("a.png"));
  expect(await taking).toEqual([]);
  expect(names(store)).toEqual([]);
  expect(backend.discardStaged).toHaveBeenCalledWith("a.png");
});

it("a choice that fails says why", async () => {
  const { backend, store } = core();
  backend.chooseImages.mockRejectedValueOnce(failure("image-too-large"));
  expect(await store.choose(ROOM)).toEqual([]);
  expect(store.get(ROOM).unfit).toEqual([{ name: null, error: failure("image-too-large") }]);
});

it("they are sent in order, the caption and the answer with the first", async () => {
  const { backend, store } = core();
  await store.choose(ROOM);
  expect(await store.send(ROOM, "Ce matin", "$m")).toBeNull();
  expect(backend.sendImage.mock.calls).toEqual([
    [ROOM, "a.png", "Ce matin", "$m"],
    [ROOM, "b.png", null, null],
  ]);
  expect(names(store)).toEqual([]);
});

it("when the first is refused all stay, and the caption is given back", async () => {
  const { backend, store } = core();
  await store.choose(ROOM);
  backend.sendImage.mockRejectedValueOnce(failure("not-allowed"));
  await expect(store.send(ROOM, "Ce matin", null)).rejects.toEqual(failure("not-allowed"));
  expect(names(store)).toEqual(["a.png", "b.png"]);
  expect(backend.sendImage).toHaveBeenCalledTimes(1);
});

it("when a later one is refused, it stays before what was chosen since; the caption is out", async () => {
  const { backend, store } = core();
  await store.choose(ROOM);
  let refuse: (reason: unknown) => void = () => undefined;
  backend.sendImage.mockResolvedValueOnce(undefined);
  backend.sendImage.mockReturnValueOnce(new Promise((_, reject) => (refuse = reject)));
  const sending = store.send(ROOM, "Ce matin", null);
  await store.take(ROOM, [file("c.png")]);
  await vi.waitFor(() => expect(backend.sendImage).toHaveBeenCalledTimes(2));
  refuse(failure("not-allowed"));
  expect(await sending).toEqual(failure("not-allowed"));
  expect(names(store)).toEqual(["b.png", "c.png"]);
});

it("what is sent next waits for what is being sent", async () => {
  const { backend, store } = core();
  await store.choose(ROOM);
  let done: () => void = () => undefined;
  backend.sendImage.mockReturnValueOnce(new Promise((resolve) => (done = resolve)));
  const first = store.send(ROOM, null, null);
  await store.take(ROOM, [file("c.png")]);
  const second = store.send(ROOM, null, null);
  await vi.waitFor(() => expect(backend.sendImage).toHaveBeenCalledTimes(1));
  done();
  await Promise.all([first, second]);
  expect(backend.sendImage.mock.calls.map(([, id]) => id)).toEqual(["a.png", "b.png", "c.png"]);
  expect(store.underWay(ROOM)).toBeUndefined();
});

it("what the organisation does not allow is told each time anew, until something else is sent", async () => {
  const { store } = core();
  const seen: number[] = [];
  store.subscribe(() => void seen.push(store.get(ROOM).unfit.length));
  await store.refuse(ROOM);
  await store.refuse(ROOM);
  expect(seen).toEqual([1, 0, 1]);
  expect(store.get(ROOM).unfit).toEqual([{ name: null, error: { code: "managed", args: {}, ref: "" } }]);
  store.forgive(ROOM);
  store.forgive(ROOM);
  expect(seen).toEqual([1, 0, 1, 0]);
});
