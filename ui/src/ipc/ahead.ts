import type { AppError, Listener, Stop } from "./backend";

/** How long what was asked for ahead is kept for whoever watches it. */
export const AHEAD_MS = 5000;

/**
 * A stream that every window watches first, opened before the page is drawn: core answers meanwhile. The first to
 * watch takes it over with all that has come; if nobody does, it is given up.
 */
export function ahead<T>(watch: (listener: Listener<T>) => Stop): (listener: Listener<T>) => Stop {
  let taker: Listener<T> | null = null;
  let free = true;
  let refused: AppError | null = null;
  const came: T[] = [];
  const stop = watch({
    next: (message) => (taker ? taker.next(message) : void came.push(message)),
    failed: (error) => {
      free = false;
      if (taker) taker.failed(error);
      else refused = error;
    },
  });
  const giveUp = setTimeout(() => {
    free = false;
    stop();
  }, AHEAD_MS);

  return (listener) => {
    if (!free) return watch(listener);
    free = false;
    clearTimeout(giveUp);
    let stopped = false;
    // Not within the call: who watches gets a way to stop first.
    queueMicrotask(() => {
      if (stopped) return;
      taker = listener;
      for (const message of came.splice(0)) listener.next(message);
      if (refused) listener.failed(refused);
    });
    return () => {
      stopped = true;
      stop();
    };
  };
}
