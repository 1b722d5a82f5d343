import type { Backend } from "../backend";
import type { Draft, Message, Person, RoomRow, Staged, TimelineItem } from "../bindings";
import type { Answer } from "./settings";
import type { FakeList } from "./streams";
import { message, nextId, plain } from "./timelines";

/** What the writer needs of the world around it. */
export interface Desk {
  me: Person;
  answer: Answer;
  refuse(code: "image-unreadable" | "image-too-large" | "message-unknown"): unknown;
  timelineOf(roomId: string): FakeList<TimelineItem>;
  changeMessage(roomId: string, messageId: string, change: (message: Message) => Message): void;
  changeRow(roomId: string, change: Partial<RoomRow>, toFront?: boolean): void;
  deliver(roomId: string, messageId: string): void;
  isOffline(): boolean;
}

type Part = Pick<
  Backend,
  "loadDraft" | "saveDraft" | "chooseImages" | "stageImage" | "discardStaged" | "sendText" | "sendImage"
> & {
  /** What is kept on the disk, by room. */
  readonly kept: Map<string, Draft>;
  /** The pictures that wait to be sent, by id. */
  readonly staged: Map<string, Staged>;
};

const MOST_BYTES = 20_000_000;
const STEP_MS = 120;

export function fakeWriting(desk: Desk): Part {
  const { me, answer, timelineOf, changeMessage, changeRow, deliver } = desk;
  const kept = new Map<string, Draft>();
  const staged = new Map<string, Staged>();

  function stage(name: string, size: number): Staged {
    if (!/\.(png|jpe?g|gif|webp)$/i.test(name)) throw desk.refuse("image-unreadable");
    if (size > MOST_BYTES) throw desk.refuse("image-too-large");
    const id = nextId("staged");
    const made = { id, name, width: 1280, height: 600, size, preview: id };
    staged.set(id, made);
    return made;
  }

  function echo(
    roomId: string,
    body: string | Message["body"],
    replyTo: string | null,
    more: Partial<Message>,
  ): string {
    const quoted = timelineOf(roomId).items.find(
      ({ content }) => content.kind === "message" && content.messageId === replyTo,
    )?.content;
    const item = message(me, Date.now(), body, {
      own: true,
      sending: "waiting",
      replyTo:
        quoted?.kind === "message"
          ? { messageId: quoted.messageId, sender: quoted.sender, preview: { kind: "text", text: "…" } }
          : null,
      ...more,
    });
    timelineOf(roomId).push(item);
    const preview = typeof body === "string" ? { kind: "text" as const, text: body } : { kind: "image" as const };
    const sending = desk.isOffline() ? ("waiting" as const) : null;
    changeRow(roomId, { latest: { timestamp: Date.now(), sender: null, own: true, preview, sending } }, true);
    return item.content.kind === "message" ? item.content.messageId : "";
  }

  function upload(roomId: string, messageId: string, progress: number): void {
    changeMessage(roomId, messageId, (sent) => ({ ...sent, progress: progress < 1 ? progress : null }));
    setTimeout(() => (progress < 1 ? upload(roomId, messageId, progress + 0.25) : deliver(roomId, messageId)), STEP_MS);
  }

  return {
    kept,
    staged,
    loadDraft: (roomId) => answer(`loadDraft ${roomId}`, () => kept.get(roomId) ?? null),
    saveDraft: (roomId, draft) =>
      answer(`saveDraft ${roomId} ${draft ? JSON.stringify(draft.text) : "-"}`, () => {
        if (draft) kept.set(roomId, draft);
        else kept.delete(roomId);
        changeRow(roomId, { draft: draft?.text.trim() || null });
      }),
    chooseImages: () =>
      answer("chooseImages", () => [stage("passerelle-aube.jpg", 2_411_000), stage("plan.png", 48_000)]),
    stageImage: (name, bytes) => answer(`stageImage ${name}`, () => stage(name, bytes.length)),
    discardStaged: (id) => answer(`discardStaged ${id}`, () => void staged.delete(id)),
    sendText: (roomId, text, replyTo) =>
      answer(`sendText ${roomId} ${replyTo ?? "-"}`, () => {
        const messageId = echo(roomId, text, replyTo, {});
        if (!desk.isOffline()) setTimeout(() => deliver(roomId, messageId), 300);
      }),
    sendImage: (roomId, stagedId, caption, replyTo) =>
      answer(`sendImage ${roomId} ${stagedId} ${caption ?? "-"} ${replyTo ?? "-"}`, () => {
        const picture = staged.get(stagedId);
        if (!picture) throw desk.refuse("message-unknown");
        staged.delete(stagedId);
        const { name, width, height } = picture;
        const words = caption === null ? null : plain(caption);
        const body = { kind: "image" as const, media: stagedId, thumbnail: null, name, caption: words, width, height };
        const messageId = echo(roomId, body, replyTo, { progress: 0 });
        if (!desk.isOffline()) setTimeout(() => upload(roomId, messageId, 0.25), STEP_MS);
      }),
  };
}
