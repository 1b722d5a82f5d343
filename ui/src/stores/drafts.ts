import type { Stop } from "../ipc/backend";
import type { Store } from "./store";

/** What is typed and not sent yet, by room. Lives as long as the window does. */
export interface Draft {
  text: string;
  replyTo: ReplyTarget | null;
}

/** The message that a draft answers, as its banner shows it. */
export interface ReplyTarget {
  messageId: string;
  sender: string;
  color: number;
  line: string;
}

export type Drafts = ReadonlyMap<string, Draft>;

const NOTHING: Draft = { text: "", replyTo: null };

export class DraftStore implements Store<Drafts> {
  #drafts: Drafts = new Map();
  #views = new Set<() => void>();

  subscribe = (onChange: () => void): Stop => {
    this.#views.add(onChange);
    return () => this.#views.delete(onChange);
  };

  getSnapshot = (): Drafts => this.#drafts;

  get(roomId: string): Draft {
    return this.#drafts.get(roomId) ?? NOTHING;
  }

  change(roomId: string, change: Partial<Draft>): void {
    const draft = { ...this.get(roomId), ...change };
    const drafts = new Map(this.#drafts);
    if (draft.text === "" && draft.replyTo === null) drafts.delete(roomId);
    else drafts.set(roomId, draft);
    this.#drafts = drafts;
    for (const view of this.#views) view();
  }

  clear(roomId: string): void {
    this.change(roomId, NOTHING);
  }
}
