// Marks on the page's own clock (User Timing), for whoever measures; without a reader they cost nothing.
import { useEffect } from "react";

/** Marks when what uses this has been painted first, with what it waits for: before the task after its frame. */
export function usePaintMark(name: string, there = true): void {
  useEffect(() => {
    if (!there) return;
    const frame = requestAnimationFrame(() => setTimeout(() => performance.mark(name)));
    return () => cancelAnimationFrame(frame);
  }, [name, there]);
}
