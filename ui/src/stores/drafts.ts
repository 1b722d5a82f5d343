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

/** A draft that was sent, and what was answered. */
interface Sent {
  readonly draft: Draft;
  answer: "awaited" | "taken" | "refused";
}

const NOTHING: Draft = { text: "", replyTo: null };

export class DraftStore implements Store<Drafts> {
  #drafts: Drafts = new Map();
  #views = new Set<() => void>();
  /** By room, in the order of sending, until the last of them is answered. */
  #sent = new Map<string, Sent[]>();

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

  /** Takes the draft away to be sent. If that is refused it is given back, and the reason thrown on. */
  async send(roomId: string, how: (draft: Draft) => Promise<void>): Promise<void> {
    const { text, replyTo } = this.get(roomId);
    const sent: Sent = { draft: { text: text.trim(), replyTo }, answer: "awaited" };
    const all = this.#sent.get(roomId) ?? [];
    all.push(sent);
    this.#sent.set(roomId, all);
    this.change(roomId, NOTHING);
    try {
      await how(sent.draft);
      sent.answer = "taken";
    } catch (reason) {
      sent.answer = "refused";
      throw reason;
    } finally {
      if (all.every(({ answer }) => answer !== "awaited")) this.#giveBack(roomId);
    }
  }

  /** All that was refused comes back at once, so that it stands in the order of sending, before what was begun since. */
  #giveBack(roomId: string): void {
    const refused = (this.#sent.get(roomId) ?? []).filter(({ answer }) => answer === "refused");
    this.#sent.delete(roomId);
    const [first] = refused;
    if (!first) return;
    const begun = this.get(roomId);
    const texts = refused.map(({ draft }) => draft.text);
    if (begun.text.trim()) texts.push(begun.text);
    // What was chosen since is what is answered now.
    const replyTo = begun.text.trim() ? begun.replyTo : (begun.replyTo ?? first.draft.replyTo);
    this.change(roomId, { text: texts.join("\n\n"), replyTo });
  }
}
