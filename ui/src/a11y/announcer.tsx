import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";

/** How long news are gathered before they are read out, so that a lively room can be followed. */
const BATCH_MS = 2000;
/** Past this many a batch is worth a number, not a reading. */
const MOST_READ = 5;

export interface Announcer {
  /**
   * News of the open room; read in batches, as they are by then, without those that are none by then. `summary` says
   * them as a number when there are many.
   */
  news(lines: readonly (() => string | null)[], summary: (count: number) => string): void;
  /** Something that the user has just asked for; read when the reader pauses. */
  say(text: string): void;
  /** A message that could not be sent: the one thing that interrupts. */
  alert(text: string): void;
  /** Forgets what was said and what waits: whoever looks at the window next must not hear it. */
  clear(): void;
}

const AnnouncerContext = createContext<Announcer | null>(null);

export function useAnnouncer(): Announcer {
  const announcer = useContext(AnnouncerContext);
  if (!announcer) throw new Error("useAnnouncer needs an AnnouncerProvider around it");
  return announcer;
}

interface Spoken {
  text: string;
  /** Changes with each text: the same words twice are two announcements. */
  turn: number;
}

export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [polite, setPolite] = useState<Spoken>({ text: "", turn: 0 });
  const [urgent, setUrgent] = useState<Spoken>({ text: "", turn: 0 });
  const waiting = useRef<(() => string | null)[]>([]);
  const summarise = useRef<(count: number) => string>(String);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const announcer = useMemo<Announcer>(() => {
    const next = (text: string) => (before: Spoken) => ({ text, turn: before.turn + 1 });
    return {
      news(lines, summary) {
        waiting.current.push(...lines);
        summarise.current = summary;
        timer.current ??= setTimeout(() => {
          timer.current = undefined;
          const read = waiting.current.map((line) => line()).filter((line) => line !== null);
          waiting.current = [];
          if (read.length === 0) return;
          setPolite(next(read.length > MOST_READ ? summarise.current(read.length) : read.join("\n")));
        }, BATCH_MS);
      },
      say: (text) => setPolite(next(text)),
      alert: (text) => setUrgent(next(text)),
      clear() {
        clearTimeout(timer.current);
        timer.current = undefined;
        waiting.current = [];
        setPolite(next(""));
        setUrgent(next(""));
      },
    };
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  return (
    <AnnouncerContext.Provider value={announcer}>
      {children}
      {/* What is over the window hides all else from screen readers, but for what is marked as a live announcer. */}
      <div className="sr-only" aria-live="polite" data-live-announcer="true" data-testid="live-polite">
        <p key={polite.turn}>{polite.text}</p>
      </div>
      <div className="sr-only" aria-live="assertive" data-live-announcer="true" data-testid="live-assertive">
        <p key={urgent.turn}>{urgent.text}</p>
      </div>
    </AnnouncerContext.Provider>
  );
}
