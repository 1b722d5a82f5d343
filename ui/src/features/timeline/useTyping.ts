import { useCallback, useEffect, useMemo, useRef } from "react";
import { useBackend } from "../../stores/context";

/** How often it is said again while one writes, and after which pause it is taken back. */
const AGAIN_MS = 4000;
const PAUSE_MS = 5000;

/** Tells the others that one is writing: a courtesy, so failures do not matter. */
export function useTyping(roomId: string): { touch(): void; stop(): void } {
  const backend = useBackend();
  const told = useRef(0);
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const stop = useCallback(() => {
    clearTimeout(pause.current);
    if (told.current === 0) return;
    told.current = 0;
    backend.setTyping(roomId, false).catch(() => undefined);
  }, [backend, roomId]);

  const touch = useCallback(() => {
    clearTimeout(pause.current);
    pause.current = setTimeout(stop, PAUSE_MS);
    const now = Date.now();
    if (now - told.current < AGAIN_MS) return;
    told.current = now;
    backend.setTyping(roomId, true).catch(() => undefined);
  }, [backend, roomId, stop]);

  useEffect(() => stop, [stop]);
  return useMemo(() => ({ touch, stop }), [touch, stop]);
}
