import { useCallback, useMemo, useState } from "react";
import type { Row } from "./rows";

/** Rows that are drawn at first: more than a view holds. What is added at an edge, and drawn at most. */
const FIRST = 50;
const STEP = 60;
const MOST = 300;

interface Span {
  /** The last row drawn; null follows the newest. */
  endId: string | null;
  count: number;
}

const NEWEST: Span = { endId: null, count: FIRST };

export interface RowWindow {
  rows: readonly Row[];
  /** Loaded rows before and after what is drawn. */
  above: boolean;
  below: boolean;
  growUp(): void;
  growDown(): void;
  toNewest(): void;
  toRow(id: string): void;
}

/**
 * Of all loaded rows only some hundred are drawn. Each has its true height, so that positions never have to
 * be guessed; what the edges add and take away, the scroll hook evens out.
 */
export function useWindow(all: readonly Row[]): RowWindow {
  const [span, setSpan] = useState<Span>(NEWEST);

  const found = span.endId === null ? -1 : all.findIndex((row) => row.id === span.endId);
  const end = found === -1 ? all.length : found + 1;
  const start = Math.max(0, end - span.count);
  const rows = useMemo(() => all.slice(start, end), [all, start, end]);

  const growUp = useCallback(() => {
    const from = Math.max(0, start - STEP);
    const to = Math.min(end, from + MOST);
    setSpan({ endId: to === all.length ? null : (all[to - 1]?.id ?? null), count: to - from });
  }, [all, start, end]);

  const growDown = useCallback(() => {
    const to = Math.min(all.length, end + STEP);
    const from = Math.max(start, to - MOST);
    setSpan({ endId: to === all.length ? null : (all[to - 1]?.id ?? null), count: to - from });
  }, [all, start, end]);

  const toNewest = useCallback(() => setSpan(NEWEST), []);

  const toRow = useCallback(
    (id: string) => {
      const index = all.findIndex((row) => row.id === id);
      if (index === -1) return;
      const to = Math.min(all.length, index + STEP);
      setSpan({ endId: to === all.length ? null : (all[to - 1]?.id ?? null), count: 2 * STEP });
    },
    [all],
  );

  return { rows, above: start > 0, below: end < all.length, growUp, growDown, toNewest, toRow };
}
