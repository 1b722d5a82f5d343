import { useCallback, useEffect, useMemo, useRef } from "react";
import { useBackend } from "../../stores/context";

/** How often it is said again while one writes, and after which pause it is taken back. */
const AGAIN_MS = 4000;
const PAUSE_MS = 5000;
/** And after sending: the message goes first. */
const SENT_MS = 500;

/** Tells the others that one is writing: a courtesy, so failures do not matter. */
export function useTyping(roomId: string): { touch(): void; sent(): void; stop(): void } {
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

  const sent = useCallback(() => {
    clearTimeout(pause.current);
    pause.current = setTimeout(stop, SENT_MS);
  }, [stop]);

  useEffect(() => stop, [stop]);
  return useMemo(() => ({ touch, sent, stop }), [touch, sent, stop]);
}
