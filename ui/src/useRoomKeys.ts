import { useEffect, useEffectEvent } from "react";
import type { RoomRow } from "./ipc/backend";

/** The room that is open. */
export interface Opened {
  roomId: string;
  /** It was opened by hand: the focus comes along. */
  takeFocus: boolean;
}

/** Alt+↑/↓ go to the room above or below, with Shift to the next unread one. */
export function useRoomKeys(items: readonly RoomRow[], selected: string | null, go: (opened: Opened) => void): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (document.querySelector("[role=dialog], [role=alertdialog]")) return;
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = items.findIndex((row) => row.id === selected);
    let next = at === -1 ? (step === 1 ? 0 : items.length - 1) : at + step;
    const wanted = (row: RoomRow) => !event.shiftKey || row.unread > 0 || row.mentions > 0 || row.invited;
    while (items[next] && !wanted(items[next] as RoomRow)) next += step;
    const row = items[next];
    if (!row) return;
    // Who is in the list stays there; who reads or writes goes along.
    const inList = document.activeElement?.closest('[data-region="list"], [data-region="rail"]');
    go({ roomId: row.id, takeFocus: !inList });
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
