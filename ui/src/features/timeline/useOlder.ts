import { useCallback, useEffect, useRef, useState } from "react";
import { type AppError, asAppError } from "../../ipc/backend";
import { useBackend } from "../../stores/context";

/** Two of the SDK's pages: more than a screen, less than can be felt. */
const PAGE = 40;

export interface Older {
  loading: boolean;
  error: AppError | null;
  /** Asks for more, unless all is there, it is being asked already, or it failed and nobody asked again. */
  load(): void;
  retry(): void;
}

/** Loads what lies before the first loaded message. `complete`: the room's beginning is among them. */
export function useOlder(roomId: string, complete: boolean, online: boolean): Older {
  const backend = useBackend();
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const state = useRef({ busy: false, done: false, failed: false });
  useEffect(() => {
    // A server's answer may take the beginning away again: what lies before it is then to be asked for anew.
    state.current.done = complete;
  }, [complete]);

  const load = useCallback(() => {
    const { busy, done, failed } = state.current;
    if (busy || done || failed) return;
    state.current.busy = true;
    setLoading(true);
    backend
      .loadOlder(roomId, PAGE)
      .then((start) => {
        state.current.done = start;
      })
      .catch((refused: unknown) => {
        state.current.failed = true;
        setError(asAppError(refused));
      })
      .finally(() => {
        state.current.busy = false;
        setLoading(false);
      });
  }, [backend, roomId]);

  const retry = useCallback(() => {
    state.current.failed = false;
    setError(null);
    load();
  }, [load]);

  // The network is back: what failed for want of it may be tried again.
  useEffect(() => {
    if (!online) return;
    state.current.failed = false;
    setError(null);
  }, [online]);

  return { loading, error, load, retry };
}
