import type { Draft } from "../ipc/backend";

/** How long after the last letter a draft is kept. */
const PAUSE_MS = 400;

/** How far the keeping of a room's draft got. */
interface Room {
  timer: ReturnType<typeof setTimeout> | undefined;
  /** What core was last told, in writing; unknown where that was refused. */
  told: string | undefined;
}

/** Brings drafts to core: a moment after typing stops, or at once; what core has already is not brought again. */
export class DraftKeeper {
  #rooms = new Map<string, Room>();

  constructor(
    private readonly draftOf: (roomId: string) => Draft | null,
    private readonly save: (roomId: string, draft: Draft | null) => Promise<void>,
  ) {}

  /** Core has this. */
  isKept(roomId: string, draft: Draft | null): void {
    this.#of(roomId).told = JSON.stringify(draft);
  }

  later(roomId: string): void {
    const room = this.#of(roomId);
    clearTimeout(room.timer);
    room.timer = setTimeout(() => this.now(roomId), PAUSE_MS);
  }

  /** One room's, or those of all rooms. The window may be about to go: nothing is waited for. */
  now(roomId?: string): void {
    for (const id of roomId === undefined ? this.#rooms.keys() : [roomId]) this.#bring(id);
  }

  #bring(roomId: string): void {
    const room = this.#of(roomId);
    clearTimeout(room.timer);
    const draft = this.draftOf(roomId);
    const written = JSON.stringify(draft);
    if (written === room.told) return;
    room.told = written;
    this.save(roomId, draft).catch(() => {
      // The next change, or the next time that it is asked for, tries again.
      if (room.told === written) room.told = undefined;
    });
  }

  #of(roomId: string): Room {
    const known = this.#rooms.get(roomId);
    if (known) return known;
    // Where nothing was kept and nothing is typed, nothing is to be told.
    const room: Room = { timer: undefined, told: JSON.stringify(null) };
    this.#rooms.set(roomId, room);
    return room;
  }
}
