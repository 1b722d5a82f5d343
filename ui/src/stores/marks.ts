// Marks on the page's own clock (User Timing), for whoever measures. Without a reader they cost a look at each frame
// until what is marked is there.
import { useEffectEvent, useLayoutEffect } from "react";

/** The page's clock keeps each mark for good: only the newest of a name is of use. */
function note(name: string): void {
  performance.clearMarks(name);
  performance.mark(name);
}

/** What has not been painted after so many frames, some ten seconds, waits for something else than its own drawing. */
const FRAMES = 600;

/** Marks when what uses this has been painted first, with what it waits for: before the task after that frame. */
export function usePaintMark(name: string, isThere: () => boolean): void {
  const there = useEffectEvent(isThere);
  // Before the frame in which it may be there: an effect would come after it, and mark the next one.
  useLayoutEffect(() => {
    let frames = 0;
    let frame = requestAnimationFrame(function look() {
      if (there()) setTimeout(() => note(name));
      else if (++frames < FRAMES) frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [name]);
}
