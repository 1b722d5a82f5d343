import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Row } from "./rows";

/** This near to an edge, more is drawn or loaded. */
const EDGE_PX = 600;
/** Less than this from the end counts as at the end: positions may be fractions. */
const END_PX = 8;
/** So many rows are remembered to hold on to: the first may be gone after a change. */
const HOLDS = 6;

interface Hold {
  id: string;
  /** Where its upper edge stood, from the upper edge of the view. */
  top: number;
}

export interface Scroll {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLOListElement | null>;
  /** The newest row is in view. */
  atEnd: boolean;
  onScroll(): void;
  /** Goes to the end, and stays there. */
  toEnd(): void;
  /** Goes to a row, as soon as it is drawn. */
  toRow(id: string, place: "top" | "center" | "nearest"): void;
  /** Asks for more if an edge is near, without waiting for a scroll. */
  atEdges(): void;
}

export interface ScrollOptions {
  /** What is drawn now; a new identity means that the view may have moved. */
  rows: readonly Row[];
  /** The last loaded row is drawn. */
  complete: boolean;
  onNearTop(): void;
  onNearEnd(): void;
}

/**
 * The only writer of the timeline's scroll position. WebKitGTK does not anchor scrolling itself: whatever
 * changes (older messages in front, a picture that loads, the window's size), this hook puts the row that was
 * being read back where it was, or stays at the end if that was in view.
 */
export function useScroll({ rows, complete, onNearTop, onNearEnd }: ScrollOptions): Scroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLOListElement>(null);
  const stick = useRef(true);
  const holds = useRef<Hold[]>([]);
  const heights = useRef({ view: 0, content: 0 });
  const target = useRef<{ id: string; place: "top" | "center" | "nearest" } | null>(null);
  const [atEnd, setAtEnd] = useState(true);

  const state = useRef({ complete, onNearTop, onNearEnd });
  useLayoutEffect(() => {
    state.current = { complete, onNearTop, onNearEnd };
  });

  /** Notes what is in view, to come back to it after a change. */
  const note = useCallback(() => {
    const view = scroller.current;
    const list = content.current;
    if (!view || !list) return;
    const distance = view.scrollHeight - view.scrollTop - view.clientHeight;
    heights.current = { view: view.clientHeight, content: view.scrollHeight };
    stick.current = state.current.complete && distance < END_PX;
    setAtEnd(stick.current);
    const edge = view.getBoundingClientRect().top;
    const all = list.children;
    let index = firstBelow(all, edge);
    const seen: Hold[] = [];
    for (; index < all.length && seen.length < HOLDS; index += 1) {
      const row = all[index] as HTMLElement;
      seen.push({ id: row.dataset.row ?? "", top: row.getBoundingClientRect().top - edge });
    }
    holds.current = seen;
  }, []);

  const atEdges = useCallback(() => {
    const view = scroller.current;
    if (!view || view.clientHeight === 0) return;
    if (view.scrollTop < EDGE_PX) state.current.onNearTop();
    else if (view.scrollHeight - view.scrollTop - view.clientHeight < EDGE_PX) state.current.onNearEnd();
  }, []);

  /** Puts the view where it belongs after anything has changed. */
  const settle = useCallback(() => {
    const view = scroller.current;
    const list = content.current;
    if (!view || !list) return;
    const wanted = target.current;
    const row = wanted && rowOf(list, wanted.id);
    if (wanted && row) {
      target.current = null;
      stick.current = false;
      view.scrollTop += offsetTo(view, row, wanted.place);
    } else if (stick.current) {
      view.scrollTop = view.scrollHeight;
    } else {
      const edge = view.getBoundingClientRect().top;
      for (const hold of holds.current) {
        const held = rowOf(list, hold.id);
        if (!held) continue;
        const moved = held.getBoundingClientRect().top - edge - hold.top;
        if (Math.abs(moved) >= 0.5) view.scrollTop += moved;
        break;
      }
    }
    note();
    atEdges();
  }, [note, atEdges]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn has changed, whatever it is
  useLayoutEffect(settle, [rows, complete, settle]);

  useEffect(() => {
    const view = scroller.current;
    const list = content.current;
    if (!view || !list) return;
    const observer = new ResizeObserver(settle);
    observer.observe(view);
    // With what stands before the rows, such as the word that more is being loaded.
    observer.observe(list.parentElement ?? list);
    return () => observer.disconnect();
  }, [settle]);

  const onScroll = useCallback(() => {
    const view = scroller.current;
    const { view: height, content: whole } = heights.current;
    // The event comes a frame late. If heights have changed meanwhile, it is not (only) the user who scrolled:
    // taking its position for a wish would let go of the end.
    if (view && (view.clientHeight !== height || view.scrollHeight !== whole)) {
      settle();
      return;
    }
    note();
    atEdges();
  }, [note, atEdges, settle]);

  const toEnd = useCallback(() => {
    target.current = null;
    stick.current = true;
    // While the newest rows are not drawn there is no end to go to: they come, and settle then.
    if (state.current.complete) settle();
  }, [settle]);

  const toRow = useCallback(
    (id: string, place: "top" | "center" | "nearest") => {
      target.current = { id, place };
      stick.current = false;
      // A row that is not drawn yet is settled on when it is: what is in view now must ask for nothing meanwhile.
      if (content.current && rowOf(content.current, id)) settle();
      else setAtEnd(false);
    },
    [settle],
  );

  return { scroller, content, atEnd, onScroll, toEnd, toRow, atEdges };
}

function rowOf(list: HTMLElement, id: string): HTMLElement | null {
  for (const child of list.children) {
    if (child instanceof HTMLElement && child.dataset.row === id) return child;
  }
  return null;
}

/** The first row that ends below the edge; rows stand in order, so halving finds it. */
function firstBelow(rows: HTMLCollection, edge: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && row.getBoundingClientRect().bottom <= edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

function offsetTo(view: HTMLElement, row: HTMLElement, place: "top" | "center" | "nearest"): number {
  const outer = view.getBoundingClientRect();
  const inner = row.getBoundingClientRect();
  if (place === "top") return inner.top - outer.top - outer.height / 4;
  if (place === "center") return inner.top + inner.height / 2 - outer.top - outer.height / 2;
  if (inner.top < outer.top || inner.height > outer.height) return inner.top - outer.top - 8;
  if (inner.bottom > outer.bottom) return inner.bottom - outer.bottom + 8;
  return 0;
}
