import { type AppError, asAppError, type Backend, type Staged, type Stop } from "../ipc/backend";
import type { Store } from "./store";

/** More than this is not even read: no picture that can be sent is as large. */
const MOST_BYTES = 100_000_000;

/** A picture that was chosen for a room and is not sent yet. */
export interface Card {
  /** Stays the same from the moment that it is chosen. */
  key: string;
  name: string;
  /** Absent while core is still preparing it. */
  staged: Staged | null;
}

/** What could not be taken, by name; no name where the choosing itself failed. */
export interface Unfit {
  name: string | null;
  error: AppError;
}

export interface Staging {
  cards: readonly Card[];
  /** Of the last time that something was chosen. */
  unfit: readonly Unfit[];
}

const NONE: Staging = { cards: [], unfit: [] };

/** The pictures that wait beside the text, by room. Core holds them; here is only what is seen of them. */
export class StagingStore implements Store<ReadonlyMap<string, Staging>> {
  #rooms: ReadonlyMap<string, Staging> = new Map();
  #views = new Set<() => void>();
  #count = 0;
  /** By room, what is being sent: what is sent after it waits for it. */
  #sending = new Map<string, Promise<unknown>>();

  constructor(private readonly backend: Pick<Backend, "chooseImages" | "stageImage" | "discardStaged" | "sendImage">) {}

  subscribe = (onChange: () => void): Stop => {
    this.#views.add(onChange);
    return () => this.#views.delete(onChange);
  };

  getSnapshot = (): ReadonlyMap<string, Staging> => this.#rooms;

  get(roomId: string): Staging {
    return this.#rooms.get(roomId) ?? NONE;
  }

  /** Asks which. Gives what was taken. */
  async choose(roomId: string): Promise<readonly Card[]> {
    this.#change(roomId, { unfit: [] });
    try {
      const chosen = await this.backend.chooseImages();
      const cards = chosen.map((staged) => ({ key: this.#key(), name: staged.name, staged }));
      this.#change(roomId, { cards: [...this.get(roomId).cards, ...cards] });
      return cards;
    } catch (refused) {
      this.#change(roomId, { unfit: [{ name: null, error: asAppError(refused) }] });
      return [];
    }
  }

  /** Takes what was pasted or dropped, each for itself: what is no picture keeps no other from being taken. */
  async take(roomId: string, files: readonly File[]): Promise<readonly Card[]> {
    const cards = files.map((file): Card => ({ key: this.#key(), name: file.name, staged: null }));
    this.#change(roomId, { cards: [...this.get(roomId).cards, ...cards], unfit: [] });
    const taken = await Promise.all(
      files.map(async (file, index) => {
        const card = cards[index] as Card;
        try {
          const staged = await this.#stage(file);
          const still = this.get(roomId).cards.some(({ key }) => key === card.key);
          // Taken away meanwhile.
          if (!still) this.#forget(staged);
          else this.#replace(roomId, card.key, { ...card, staged });
          return still ? { ...card, staged } : null;
        } catch (refused) {
          const unfit = { name: file.name, error: asAppError(refused) };
          this.#drop(roomId, card.key);
          this.#change(roomId, { unfit: [...this.get(roomId).unfit, unfit] });
          return null;
        }
      }),
    );
    return taken.filter((card) => card !== null);
  }

  /** Takes nothing, and says why: the organisation does not let pictures be sent. */
  async refuse(roomId: string): Promise<void> {
    this.forgive(roomId);
    // Where that is said already, it must be gone for a moment to be read out again.
    await new Promise((done) => setTimeout(done));
    this.#change(roomId, { unfit: [{ name: null, error: { code: "managed", args: {}, ref: "" } }] });
  }

  /** What could not be taken has been read: something else is sent. */
  forgive(roomId: string): void {
    if (this.get(roomId).unfit.length > 0) this.#change(roomId, { unfit: [] });
  }

  remove(roomId: string, card: Card): void {
    this.#drop(roomId, card.key);
    if (card.staged) this.#forget(card.staged);
  }

  /**
   * Takes the cards of a room away and sends them, in order, the caption with the first. The one that is refused comes
   * back, and with it those behind it: none overtakes another. Thrown is only why the first was refused, and with it the
   * caption; why a later one was is given.
   */
  async send(roomId: string, caption: string | null, replyTo: string | null): Promise<AppError | null> {
    const { cards } = this.get(roomId);
    this.#change(roomId, { cards: [], unfit: [] });
    const sending: Promise<AppError | null> = this.#inOrder(roomId, cards, caption, replyTo);
    this.#sending.set(roomId, sending);
    try {
      return await sending;
    } finally {
      if (this.#sending.get(roomId) === sending) this.#sending.delete(roomId);
    }
  }

  async #inOrder(roomId: string, cards: readonly Card[], caption: string | null, replyTo: string | null) {
    await this.underWay(roomId);
    for (const [index, { staged }] of cards.entries()) {
      const first = index === 0;
      try {
        if (staged) await this.backend.sendImage(roomId, staged.id, first ? caption : null, first ? replyTo : null);
      } catch (refused) {
        this.#change(roomId, { cards: [...cards.slice(index), ...this.get(roomId).cards] });
        if (first) throw refused;
        return asAppError(refused);
      }
    }
    return null;
  }

  /** The end of what is being sent in a room, for what must come after it. */
  underWay(roomId: string): Promise<unknown> | undefined {
    return this.#sending.get(roomId)?.catch(() => undefined);
  }

  async #stage(file: File): Promise<Staged> {
    if (file.size > MOST_BYTES) throw { code: "image-too-large", args: {}, ref: "" } satisfies AppError;
    return this.backend.stageImage(file.name, new Uint8Array(await file.arrayBuffer()));
  }

  #forget(staged: Staged): void {
    // Core forgets it in any case when the account is left.
    this.backend.discardStaged(staged.id).catch(() => undefined);
  }

  #key(): string {
    this.#count += 1;
    return `picture-${this.#count}`;
  }

  #drop(roomId: string, key: string): void {
    this.#change(roomId, { cards: this.get(roomId).cards.filter((card) => card.key !== key) });
  }

  #replace(roomId: string, key: string, by: Card): void {
    this.#change(roomId, { cards: this.get(roomId).cards.map((card) => (card.key === key ? by : card)) });
  }

  #change(roomId: string, change: Partial<Staging>): void {
    this.#rooms = new Map(this.#rooms).set(roomId, { ...this.get(roomId), ...change });
    for (const view of this.#views) view();
  }
}
