import { useCallback, useEffect, useRef } from "react";
import { useSession } from "../../stores/context";

/** Where the pointer or the keys rest this long, a room is likely to be opened. */
const REST_MS = 40;

/** Has the room prepared that is likely to be opened next; `null`: none any more. */
export function usePrepare(): (roomId: string | null) => void {
  const { timelines } = useSession();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(
    (roomId) => {
      clearTimeout(timer.current);
      if (roomId === null) return;
      timer.current = setTimeout(() => timelines.prepare(roomId), REST_MS);
    },
    [timelines],
  );
}
