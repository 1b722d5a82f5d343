// Marks on the page's own clock (User Timing), for whoever measures; without a reader they cost nothing.
import { useEffect } from "react";

/** The page's clock keeps each mark for good: only the newest of a name is of use. */
function note(name: string): void {
  performance.clearMarks(name);
  performance.mark(name);
}

/** Marks when what uses this has been painted first, with what it waits for: before the task after its frame. */
export function usePaintMark(name: string, there = true): void {
  useEffect(() => {
    if (!there) return;
    const frame = requestAnimationFrame(() => setTimeout(() => note(name)));
    return () => cancelAnimationFrame(frame);
  }, [name, there]);
}
