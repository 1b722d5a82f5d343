import { ArrowDownIcon } from "@phosphor-icons/react/dist/csr/ArrowDown";
import { type FocusEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Spinner } from "../../design/Button/Spinner";
import { useWords } from "../../i18n";
import type { Message, TimelineItem } from "../../ipc/backend";
import { useSession } from "../../stores/context";
import { usePaintMark } from "../../stores/marks";
import { useSettings } from "../../stores/settings";
import { useStore } from "../../stores/store";
import { ActionsProvider, type TimelineActions } from "./actions";
import { arrived } from "./arrived";
import { RowItem } from "./RowItem";
import { replyTarget, useAnswered } from "./replyTarget";
import { buildRows, type Row } from "./rows";
import styles from "./Timeline.module.css";
import { timelineKeys } from "./timelineKeys";
import { useNews } from "./useNews";
import { useOlder } from "./useOlder";
import { useRead } from "./useRead";
import { useScroll } from "./useScroll";
import { useWindow } from "./useWindow";

export interface TimelineProps {
  roomId: string;
  name: string;
  direct: boolean;
  online: boolean;
  /** Puts the focus where one writes. */
  toComposer(): void;
}

export function Timeline({ roomId, name, direct, online, toComposer }: TimelineProps) {
  const words = useWords();
  const { t, error: inWords } = words;
  const { drafts, timelines } = useSession();
  const store = useMemo(() => timelines.of(roomId), [timelines, roomId]);
  useEffect(() => {
    timelines.keep(roomId, store);
    return () => timelines.leave(roomId);
  }, [timelines, roomId, store]);
  const { items, loaded, error } = useStore(store);
  usePaintMark("room", () => loaded);
  const all = useRows(items);
  const drawn = useWindow(all);
  const older = useOlder(roomId, all[0]?.kind === "start", online);
  const [current, setCurrent] = useState<string | null>(null);
  const [lit, setLit] = useState<string | null>(null);

  const scroll = useScroll({
    rows: drawn.rows,
    complete: !drawn.below,
    onNearTop: () => (drawn.above ? drawn.growUp() : loaded && older.load()),
    onNearEnd: () => drawn.below && drawn.growDown(),
  });
  const { content, atEnd, toEnd, toRow, atEdges } = scroll;
  const { toNewest: showNewest, toRow: showRow } = drawn;

  useNews(items, loaded);
  useAnswered(roomId, items);
  const started = useStartAtNew(all, loaded, showRow, toRow);
  const here = useMemo(() => arrived(items), [items]);
  const unseen = useUnseen(here, atEnd);
  useRead(roomId, here.at(-1)?.id ?? null, atEnd && started, online);

  // A page may bring nothing to see, or come before its answer does: what is missing then is asked for here.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the network that is back is a reason to ask again
  useEffect(() => {
    if (!older.loading) atEdges();
  }, [older.loading, online, atEdges]);

  const toNewest = useCallback(() => {
    showNewest();
    toEnd();
  }, [showNewest, toEnd]);
  useOwnMessages(all, toNewest);

  // After the row is drawn and in view: focusing would otherwise scroll by itself.
  const focusNext = useRef<string | null>(null);
  const goTo = useCallback(
    (id: string) => {
      setCurrent(id);
      toRow(id, "nearest");
      focusNext.current = focusRow(content.current, id) ? null : id;
    },
    [toRow, content],
  );
  // Whoever has gone elsewhere meanwhile stays there.
  useEffect(() => {
    const forget = () => {
      focusNext.current = null;
    };
    document.addEventListener("focusin", forget);
    return () => document.removeEventListener("focusin", forget);
  }, []);
  const newestStop = all.findLast(isStop)?.id ?? null;
  // The one that Tab comes to has to be drawn.
  const currentDrawn = current !== null && drawn.rows.some((row) => row.id === current);
  const stop = currentDrawn ? current : (drawn.rows.findLast(isStop)?.id ?? null);

  // What is loaded changes with each batch; what can be done with a message does not.
  const latest = useRef({ all, showRow });
  useLayoutEffect(() => {
    latest.current = { all, showRow };
  });
  const jumpTo = useCallback(
    (messageId: string) => {
      const row = latest.current.all.find((each) => each.kind === "message" && each.message.messageId === messageId);
      if (!row) return;
      latest.current.showRow(row.id);
      toRow(row.id, "center");
      setCurrent(row.id);
      setLit(row.id);
      focusNext.current = row.id;
    },
    [toRow],
  );

  // A row that was asked for may be drawn only now.
  useLayoutEffect(() => {
    const id = focusNext.current;
    if (id !== null && focusRow(content.current, id)) focusNext.current = null;
  });
  const keepFocus = useNeighbour(all, (id) => {
    setCurrent(id);
    focusRow(content.current, id);
  });
  useEffect(() => {
    if (lit === null) return;
    const timer = setTimeout(() => setLit(null), 2000);
    return () => clearTimeout(timer);
  }, [lit]);

  const actions = useMemo<TimelineActions>(
    () => ({
      roomId,
      reply: (message: Message) => {
        drafts.change(roomId, { replyTo: replyTarget(message, t) });
        // Who answers wants to write.
        toComposer();
      },
      jumpTo,
    }),
    [roomId, drafts, toComposer, jumpTo, t],
  );

  function goToNewest() {
    toNewest();
    if (!newestStop) return;
    setCurrent(newestStop);
    focusNext.current = focusRow(content.current, newestStop) ? null : newestStop;
  }

  const { singleKeys } = useSettings();
  const onKeyDown = timelineKeys({
    list: content,
    goTo,
    toNewest: goToNewest,
    leave: toComposer,
    atEnd,
    singleKeys,
  });

  return (
    <ActionsProvider value={actions}>
      <div className={styles.frame} data-region="timeline">
        {/* New messages are read out by the window's own live region, in batches. */}
        <div
          ref={scroll.scroller}
          className={styles.scroller}
          role="log"
          aria-live="off"
          aria-label={t("timeline-label", { room: name })}
          onScroll={scroll.onScroll}
          {...keepFocus}
          // Before the toolbars within, which have a use of their own for the arrows.
          onKeyDownCapture={onKeyDown}
        >
          <div className={styles.inner}>
            <Edge loading={older.loading} loaded={loaded} />
            {/* The region stands before the error does: otherwise it is not read out. */}
            <div role="status">
              {older.error && (
                <p className={styles.edge}>
                  {t("timeline-older-failed")}
                  <button type="button" className={styles.retry} onClick={older.retry}>
                    {t("app-retry")}
                  </button>
                </p>
              )}
              {!loaded && error && <p className={styles.edge}>{inWords(error)}</p>}
            </div>
            {/* biome-ignore lint/a11y/noRedundantRoles: WebKit drops the role of a list without bullets */}
            <ol ref={content} role="list">
              {drawn.rows.map((row) => (
                <RowItem key={row.id} row={row} direct={direct} current={row.id === stop} lit={row.id === lit} />
              ))}
            </ol>
          </div>
        </div>
        {!atEnd && loaded && (
          <button
            type="button"
            className={styles.pill}
            aria-label={
              unseen > 0 ? `${t("timeline-jump")}, ${t("timeline-jump-new", { count: unseen })}` : t("timeline-jump")
            }
            title={t("timeline-jump")}
            // The button goes once the end is in view: the focus goes there too.
            onClick={goToNewest}
          >
            <ArrowDownIcon weight="bold" aria-hidden="true" />
            {unseen > 0 && <span>{t("timeline-jump-new", { count: unseen })}</span>}
          </button>
        )}
      </div>
    </ActionsProvider>
  );
}

/** That more is being loaded. Its place is kept, so that nothing moves when it comes and goes. */
function Edge({ loading, loaded }: { loading: boolean; loaded: boolean }) {
  const { t } = useWords();
  return (
    <p className={styles.edge}>
      {(loading || !loaded) && (
        <>
          <Spinner />
          {t(loaded ? "timeline-loading-older" : "timeline-loading")}
        </>
      )}
    </p>
  );
}

const isStop = (row: Row) => row.kind === "message" || row.kind === "events";

function useRows(items: readonly TimelineItem[]): readonly Row[] {
  const [built, setBuilt] = useState<{ items: readonly TimelineItem[]; rows: readonly Row[] }>({ items: [], rows: [] });
  if (built.items === items) return built.rows;
  // Built while drawing, from what was built before: no frame shows old rows with new items.
  const rows = buildRows(items, built.rows);
  setBuilt({ items, rows });
  return rows;
}

function focusRow(list: HTMLElement | null, id: string): boolean {
  for (const child of list?.children ?? []) {
    if (!(child instanceof HTMLElement) || child.dataset.row !== id) continue;
    const stop = child.querySelector<HTMLElement>("[data-message]");
    stop?.focus({ preventScroll: true });
    return stop !== null;
  }
  return false;
}

/** A room opens where its unread messages begin. True once it has: until then nothing counts as seen. */
function useStartAtNew(
  all: readonly Row[],
  loaded: boolean,
  showRow: (id: string) => void,
  toRow: (id: string, place: "top") => void,
): boolean {
  const [started, setStarted] = useState(false);
  const line = started || !loaded ? undefined : all.find((row) => row.kind === "new");
  // Where there is nowhere to go, while drawing: an effect would draw all of it once more.
  if (!started && !line && loaded && all.length > 0) setStarted(true);
  useLayoutEffect(() => {
    if (!line) return;
    setStarted(true);
    showRow(line.id);
    toRow(line.id, "top");
  }, [line, showRow, toRow]);
  return started;
}

/** A row that had the focus and is gone, such as a message that was discarded, leaves it to the one beside it. */
function useNeighbour(all: readonly Row[], focus: (id: string) => void) {
  const holder = useRef<string | null>(null);
  const before = useRef(all);
  useLayoutEffect(() => {
    const rows = before.current;
    before.current = all;
    const at = rows.findIndex((row) => row.id === holder.current);
    if (at === -1 || rows === all || document.activeElement !== document.body) return;
    const left = new Set(all.map((row) => row.id));
    if (left.has(holder.current ?? "")) return;
    const stays = (row: Row) => isStop(row) && left.has(row.id);
    const next = rows.slice(at + 1).find(stays) ?? rows.slice(0, at).findLast(stays);
    if (next) focus(next.id);
  });
  return {
    onFocus: (event: FocusEvent) => {
      holder.current = event.target.closest<HTMLElement>("[data-row]")?.dataset.row ?? null;
    },
    // Not heard when a focused row is taken away.
    onBlur: () => {
      holder.current = null;
    },
  };
}

/** How many messages of others came since the end was in view. */
function useUnseen(here: readonly TimelineItem[], atEnd: boolean): number {
  const [seen, setSeen] = useState<string | null>(null);
  const last = here.at(-1)?.id ?? null;
  if (atEnd && seen !== last) setSeen(last);
  if (atEnd || seen === null) return 0;
  const index = here.findIndex((item) => item.id === seen);
  if (index === -1) return 0;
  return here.slice(index + 1).filter(({ content }) => content.kind === "message" && !content.own).length;
}

/** What one has written oneself is always shown. */
function useOwnMessages(all: readonly Row[], toNewest: () => void): void {
  const last = all.at(-1);
  const id = last?.id ?? null;
  const own = last?.kind === "message" && last.message.own && last.message.sending !== null;
  const before = useRef<string | null>(null);
  useLayoutEffect(() => {
    const first = before.current === null;
    if (id === before.current) return;
    before.current = id;
    if (own && !first) toNewest();
  }, [id, own, toNewest]);
}
