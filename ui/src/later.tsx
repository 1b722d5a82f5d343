// Parts of the window that need not be there when it opens: each is read when it is first shown, or a moment after the
// window stands.
import { type ComponentType, type LazyExoticComponent, lazy, useEffect } from "react";

/** How long after the window stands: what comes first has been drawn by then. */
const AFTER_MS = 1500;

const parts: (() => Promise<unknown>)[] = [];

/** A part that comes later. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  parts.push(load);
  return lazy(async () => ({ default: await load() }));
}

/** Reads all parts ahead, so that nobody waits for one. */
export function useParts(): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      // One that cannot be read says so where it is shown.
      for (const load of parts) load().catch(() => undefined);
    }, AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
}
