import { useCallback, useEffect, useRef } from "react";
import { useBackend } from "../../stores/context";

/** Where the pointer or the keys rest this long, a room is likely to be opened. */
const REST_MS = 40;

/** Has the room prepared that is likely to be opened next; `null`: none any more. */
export function usePrepare(): (roomId: string | null) => void {
  const backend = useBackend();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(
    (roomId) => {
      clearTimeout(timer.current);
      if (roomId === null) return;
      // A hint: what fails now is said when the room is opened.
      timer.current = setTimeout(() => void backend.prepareTimeline(roomId).catch(() => undefined), REST_MS);
    },
    [backend],
  );
}
