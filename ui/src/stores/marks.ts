// Marks on the page's own clock (User Timing), for whoever measures; without a reader they cost nothing.
import { useEffect, useEffectEvent } from "react";

/** The page's clock keeps each mark for good: only the newest of a name is of use. */
function note(name: string): void {
  performance.clearMarks(name);
  performance.mark(name);
}

/** Marks when what uses this has been painted first, with what it waits for: before the task after that frame. */
export function usePaintMark(name: string, isThere: () => boolean): void {
  const there = useEffectEvent(isThere);
  useEffect(() => {
    let frame = requestAnimationFrame(function look() {
      if (there()) setTimeout(() => note(name));
      else frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [name]);
}
