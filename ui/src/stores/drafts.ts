import type { Backend, Draft as Kept, Stop } from "../ipc/backend";
import { DraftKeeper } from "./draftKeeper";
import type { Store } from "./store";

/** What is typed and not sent yet, in one room: the working copy of what core keeps. */
export interface Draft {
  text: string;
  replyTo: ReplyTarget | null;
}

/** The message that a draft answers. */
export interface ReplyTarget {
  messageId: string;
  /** As its banner shows it; absent until the message is loaded. */
  shown: { sender: string; color: number; line: string } | null;
}

export type Drafts = ReadonlyMap<string, Draft>;

/** A draft that was sent, and what was answered. */
interface Sent {
  readonly draft: Draft;
  answer: "awaited" | "taken" | "refused";
}

const NOTHING: Draft = { text: "", replyTo: null };

/** What core keeps of a draft: nothing, where nothing is typed. */
function kept({ text, replyTo }: Draft): Kept | null {
  return text.trim() === "" && replyTo === null ? null : { text, replyTo: replyTo?.messageId ?? null };
}

export class DraftStore implements Store<Drafts> {
  #drafts: Drafts = new Map();
  #views = new Set<() => void>();
  /** By room, in the order of sending, until the last of them is answered. */
  #sent = new Map<string, Sent[]>();
  /** Rooms whose working copy holds: what core kept was loaded, or something was typed before it was. */
  #known = new Set<string>();
  #keeper: DraftKeeper;

  constructor(private readonly backend: Pick<Backend, "loadDraft" | "saveDraft">) {
    this.#keeper = new DraftKeeper(
      (roomId) => kept(this.#untaken(roomId)),
      (roomId, draft) => backend.saveDraft(roomId, draft),
    );
  }

  subscribe = (onChange: () => void): Stop => {
    this.#views.add(onChange);
    return () => this.#views.delete(onChange);
  };

  getSnapshot = (): Drafts => this.#drafts;

  get(roomId: string): Draft {
    return this.#drafts.get(roomId) ?? NOTHING;
  }

  /** Whether the working copy is newer than what core tells of this room. */
  knows(roomId: string): boolean {
    return this.#known.has(roomId);
  }

  /** Loads what core kept. What was typed before it came stays: it is newer. */
  async open(roomId: string): Promise<void> {
    if (this.#known.has(roomId)) return;
    let found: Kept | null;
    try {
      found = await this.backend.loadDraft(roomId);
    } catch {
      // Tried again when the room is opened again.
      return;
    }
    if (this.#known.has(roomId)) return;
    this.#known.add(roomId);
    this.#keeper.isKept(roomId, found);
    if (!found) return;
    const { text, replyTo } = found;
    this.#set(roomId, { text, replyTo: replyTo === null ? null : { messageId: replyTo, shown: null } });
  }

  change(roomId: string, change: Partial<Draft>): void {
    this.#known.add(roomId);
    this.#set(roomId, { ...this.get(roomId), ...change });
    this.#keeper.later(roomId);
  }

  /** Keeps at once what was typed, in one room or in all. */
  keep(roomId?: string): void {
    this.#keeper.now(roomId);
  }

  /** Takes the draft away to be sent. If that is refused it is given back, and the reason thrown on. */
  async send(roomId: string, how: (draft: Draft) => Promise<void>): Promise<void> {
    const { text, replyTo } = this.get(roomId);
    const sent: Sent = { draft: { text: text.trim(), replyTo }, answer: "awaited" };
    const all = this.#sent.get(roomId) ?? [];
    all.push(sent);
    this.#sent.set(roomId, all);
    this.#known.add(roomId);
    this.#set(roomId, NOTHING);
    // What was typed last may not be kept yet.
    this.keep(roomId);
    try {
      await how(sent.draft);
      sent.answer = "taken";
    } catch (reason) {
      sent.answer = "refused";
      throw reason;
    } finally {
      if (all.every(({ answer }) => answer !== "awaited")) this.#giveBack(roomId);
      // Only now: what is neither sent nor kept would be lost with the window.
      this.keep(roomId);
    }
  }

  /** All that was refused comes back at once. */
  #giveBack(roomId: string): void {
    const draft = this.#untaken(roomId);
    this.#sent.delete(roomId);
    this.#set(roomId, draft);
  }

  /** All that core has not taken: in the order of sending, before what was begun since. */
  #untaken(roomId: string): Draft {
    const begun = this.get(roomId);
    const untaken = (this.#sent.get(roomId) ?? []).filter(({ answer }) => answer !== "taken");
    const [first] = untaken;
    if (!first) return begun;
    const texts = untaken.map(({ draft }) => draft.text).filter(Boolean);
    if (begun.text.trim()) texts.push(begun.text);
    // What was chosen since is what is answered now.
    const replyTo = begun.text.trim() ? begun.replyTo : (begun.replyTo ?? first.draft.replyTo);
    return { text: texts.join("\n\n"), replyTo };
  }

  #set(roomId: string, draft: Draft): void {
    const drafts = new Map(this.#drafts);
    if (draft.text === "" && draft.replyTo === null) drafts.delete(roomId);
    else drafts.set(roomId, draft);
    this.#drafts = drafts;
    for (const view of this.#views) view();
  }
}
