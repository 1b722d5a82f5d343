import { useEffect } from "react";

/** The regions that F6 goes through, in this order. An element names its region with `data-region`. */
const ORDER = ["rail", "list", "timeline", "composer", "page"] as const;

type Region = (typeof ORDER)[number];

const FOCUSABLE = [
  "a[href]",
  "button:not([disabled])",
  "input:not([disabled])",
  "textarea:not([disabled])",
  "[tabindex]",
]
  .map((selector) => `${selector}:not([tabindex="-1"])`)
  .join();

function regions(): HTMLElement[] {
  return ORDER.flatMap((name) => {
    const region = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
    // In a narrow window some regions are hidden.
    return region && isVisible(region) ? [region] : [];
  });
}

/** Focuses the first element within that Tab would come to. */
export function focusFirst(within: HTMLElement): boolean {
  for (const target of within.querySelectorAll<HTMLElement>(FOCUSABLE)) {
    target.focus();
    // What is not in view does not take it.
    if (document.activeElement === target) return true;
  }
  return false;
}

/** Focuses what a region marks with `data-region-focus`, else its first element that takes focus. */
export function focusRegion(region: HTMLElement): boolean {
  const target = region.querySelector<HTMLElement>("[data-region-focus]");
  if (!target) return focusFirst(region);
  target.focus();
  return document.activeElement === target;
}

/** Gives the focus, if what had it is gone, to the first of these regions that takes it. */
export function focusIfLost(...names: readonly Region[]): void {
  if (document.activeElement && document.activeElement !== document.body) return;
  for (const name of names) {
    const region = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
    if (region && isVisible(region) && focusRegion(region)) return;
  }
}

/**
 * Notes where the focus stands, and gives what brings it back there: to the same element if it is still in view by
 * then, else to what stands in the place of its region. From a menu it comes back to what opened that.
 */
export function noteFocus(): () => void {
  const active = document.activeElement;
  const from = active?.closest("[role=menu]")
    ? document.querySelector('[aria-haspopup][aria-expanded="true"]')
    : active;
  const name = from?.closest<HTMLElement>("[data-region]")?.dataset.region as Region | undefined;
  return () => {
    if (from instanceof HTMLElement && from !== document.body && from.isConnected && isVisible(from)) {
      from.focus();
      return;
    }
    const region = name && document.querySelector<HTMLElement>(`[data-region="${name}"]`);
    if (!region || !isVisible(region) || !focusRegion(region)) focusIfLost("composer", "list", "rail");
  };
}

function isVisible(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}

/** F6 and Shift+F6 go from region to region. */
export function useRegionKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "F6" || event.altKey || event.ctrlKey || event.metaKey) return;
      // A dialog holds the focus until it closes.
      if (document.querySelector("[role=dialog], [role=alertdialog]")) return;
      event.preventDefault();
      const all = regions();
      const here = all.findIndex((region) => region.contains(document.activeElement));
      const step = event.shiftKey ? -1 : 1;
      const start = here === -1 ? (step === 1 ? -1 : all.length) : here;
      for (let count = 1; count <= all.length; count += 1) {
        const region = all[(start + step * count + all.length * count) % all.length];
        if (region && focusRegion(region)) return;
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
