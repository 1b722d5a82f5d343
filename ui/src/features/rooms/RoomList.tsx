import { ChatsCircleIcon } from "@phosphor-icons/react/dist/csr/ChatsCircle";
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { EmptyState } from "../../design/EmptyState/EmptyState";
import { useWords } from "../../i18n";
import type { RoomRow } from "../../ipc/backend";
import { useToday } from "../../stores/clock";
import { useBackend, useSession } from "../../stores/context";
import { usePaintMark } from "../../stores/marks";
import { useStore } from "../../stores/store";
import { RoomItem } from "./RoomItem";
import styles from "./RoomList.module.css";
import { usePrepare } from "./usePrepare";

/** About the height of a row, in pixels: before anything is measured, so many are drawn that the first frame is full. */
const ROW_PX = 56;
/** Core is told which rooms are in view, so that it keeps those fresh; not at every pixel. */
const VISIBLE_AFTER_MS = 250;

export interface RoomListProps {
  selected: string | null;
  onSelect(roomId: string): void;
  /** What stands beside the heading where there is no rail. */
  corner: ReactNode;
}

export const RoomList = memo(function RoomList({ selected, onSelect, corner }: RoomListProps) {
  const { t, error: inWords } = useWords();
  const { rooms } = useSession();
  const { items, loaded, error } = useStore(rooms);

  return (
    <section className={styles.list} aria-label={t("rooms-list")} data-region="list">
      <header className={styles.head}>
        <h2 className={styles.title}>{t("app-messages")}</h2>
        {corner}
      </header>
      {items.length > 0 ? (
        <Rooms items={items} selected={selected} onSelect={onSelect} />
      ) : loaded ? (
        <EmptyState small icon={<ChatsCircleIcon aria-hidden="true" />} title={t("rooms-none")}>
          <p>{t("rooms-none-text")}</p>
        </EmptyState>
      ) : (
        <p className={styles.status} role="status">
          {error ? inWords(error) : t("rooms-loading")}
        </p>
      )}
    </section>
  );
});

interface RoomsProps {
  items: readonly RoomRow[];
  selected: string | null;
  onSelect(roomId: string): void;
}

/** The list keeps the focus itself and names the row it stands on: rows come and go as it scrolls. */
function Rooms({ items, selected, onSelect }: RoomsProps) {
  const { t } = useWords();
  const { drafts } = useSession();
  const typed = useStore(drafts);
  const now = useToday();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const [cursor, setCursor] = useState(selected);
  const [followed, setFollowed] = useState(selected);
  // While drawing: an effect would draw all of it once more.
  if (followed !== selected) {
    setFollowed(selected);
    setCursor(selected);
  }
  const reportVisible = useVisibleRooms(items, virtualizer);
  const prepare = usePrepare();
  usePaintMark("rooms", () => isFilled(scroller.current, items.length));

  /** What was typed in this window is newer than what the list tells. */
  const draftOf = ({ id: roomId, draft }: RoomRow) =>
    (drafts.knows(roomId) ? typed.get(roomId)?.text.trim() : draft) || undefined;

  // The cursor follows its room when the order changes.
  const found = useMemo(() => items.findIndex((row) => row.id === cursor), [items, cursor]);
  const at = Math.max(found, 0);

  const reveal = useCallback((index: number) => virtualizer.current?.scrollToIndex(index, { align: "nearest" }), []);

  // Only a new selection moves the view; a new order must not.
  const follow = useEffectEvent((roomId: string | null) => {
    const index = items.findIndex((row) => row.id === roomId);
    if (index !== -1) reveal(index);
  });
  useEffect(() => follow(selected), [selected]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const height = virtualizer.current?.getItemSize(at) || 64;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1);
    const last = items.length - 1;
    const target = {
      ArrowDown: Math.min(at + 1, last),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: last,
      PageDown: Math.min(at + page, last),
      PageUp: Math.max(at - page, 0),
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      const row = items[target];
      if (row) {
        setCursor(row.id);
        prepare(row.invited ? null : row.id);
      }
      reveal(target);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const row = items[at];
      if (row) onSelect(row.id);
    }
  }

  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label={t("rooms-list")}
      aria-activedescendant={`${id}-${items[at]?.id}`}
      tabIndex={0}
      data-region-focus
      className={styles.rooms}
      onKeyDown={onKeyDown}
    >
      <Virtualizer
        ref={virtualizer}
        data={items}
        ssrCount={Math.min(Math.ceil(innerHeight / ROW_PX), items.length)}
        keepMounted={[at]}
        onScroll={reportVisible}
        onResize={reportVisible}
      >
        {(row, index) => (
          <RoomItem
            key={row.id}
            id={`${id}-${row.id}`}
            row={row}
            selected={row.id === selected}
            current={index === at}
            position={index + 1}
            size={items.length}
            now={now}
            // What is being typed is seen in the composer; elsewhere it must not be forgotten.
            draft={row.id === selected ? undefined : draftOf(row)}
            onSelect={onSelect}
            onNear={prepare}
          />
        )}
      </Virtualizer>
    </div>
  );
}

/** Whether rows are drawn down to the lower edge of the view, or all of them. */
function isFilled(list: HTMLElement | null, rows: number): boolean {
  const drawn = [...(list?.querySelectorAll("[data-room-id]") ?? [])];
  const edge = list?.getBoundingClientRect().bottom ?? 0;
  return drawn.length === rows || drawn.some((row) => row.getBoundingClientRect().bottom >= edge);
}

function useVisibleRooms(items: readonly RoomRow[], virtualizer: { readonly current: VirtualizerHandle | null }) {
  const backend = useBackend();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const told = useRef("");

  const shown = useRef(items);
  useEffect(() => {
    shown.current = items;
  }, [items]);

  const report = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const list = virtualizer.current;
      if (!list) return;
      const first = list.findItemIndex(list.scrollOffset);
      const last = list.findItemIndex(list.scrollOffset + list.viewportSize);
      const ids = shown.current.slice(first, last + 1).map((row) => row.id);
      const key = ids.join(" ");
      if (key === told.current) return;
      told.current = key;
      // A hint: what it brings comes through the list.
      backend.setVisibleRooms(ids).catch(() => undefined);
    }, VISIBLE_AFTER_MS);
  }, [backend, virtualizer]);

  // A new order changes what is in view without a scroll.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(report, [items, report]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return report;
}
