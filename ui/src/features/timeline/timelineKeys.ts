import type { KeyboardEvent, RefObject } from "react";

export interface TimelineKeys {
  list: RefObject<HTMLOListElement | null>;
  /** Makes a row the one that the keys stand on, focused and in view. */
  goTo(rowId: string): void;
  toNewest(): void;
  leave(): void;
  atEnd: boolean;
  /** Whether letters alone act on a message: they are easily pressed by mistake, or by a voice that is taken down. */
  singleKeys: boolean;
}

const INNER = "button:not([disabled]), a[href]";

/** ↑ ↓ Home End go from message to message; →, Enter, R and + act on one; Esc comes back. */
export function timelineKeys({ list, goTo, toNewest, leave, atEnd, singleKeys }: TimelineKeys) {
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target as HTMLElement;
    const message = target.closest<HTMLElement>("[data-message]");
    if (!message || !list.current?.contains(message)) return;
    const handled = target === message ? onMessage(event, message) : onInner(event.key, target, message);
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  function onMessage(event: KeyboardEvent<HTMLElement>, message: HTMLElement): boolean {
    const stops = [...(list.current?.querySelectorAll<HTMLElement>("[data-message]") ?? [])];
    const at = stops.indexOf(message);
    const go = (stop: HTMLElement | undefined) => {
      const row = stop?.closest<HTMLElement>("[data-row]");
      if (!stop || !row?.dataset.row) return true;
      // Several stops may stand in one row: unfolded events.
      if (row.contains(message) || row.querySelector("[data-message]") !== stop) stop.focus();
      else goTo(row.dataset.row);
      return true;
    };
    switch (event.key) {
      case "ArrowUp":
        return go(stops[at - 1]);
      case "ArrowDown":
        return go(stops[at + 1]);
      case "Home":
        return go(stops[0]);
      case "End":
        toNewest();
        return true;
      case "ArrowRight":
        return focusInner(message, 0);
      case "Enter": {
        if (message instanceof HTMLButtonElement) return false;
        const tool = message.querySelector<HTMLElement>("[role=toolbar] button");
        tool?.focus();
        return tool !== null;
      }
      case "r":
      case "R":
        return singleKeys && press(message, "reply");
      case "+":
        return singleKeys && press(message, "react");
      case "Escape":
        if (atEnd) leave();
        else toNewest();
        return true;
      default:
        return false;
    }
  }

  function onInner(key: string, target: HTMLElement, message: HTMLElement): boolean {
    const inner = innerOf(message);
    const at = inner.indexOf(target.closest<HTMLElement>(INNER) ?? target);
    switch (key) {
      case "Escape":
        message.focus();
        return true;
      case "ArrowLeft":
        if (at <= 0) message.focus();
        else inner[at - 1]?.focus();
        return true;
      case "ArrowRight":
        inner[Math.min(at + 1, inner.length - 1)]?.focus();
        return true;
      default:
        return false;
    }
  }
}

/** What can be pressed within a message, in the order in which it is seen. */
function innerOf(message: HTMLElement): HTMLElement[] {
  return [...message.querySelectorAll<HTMLElement>(INNER)];
}

function focusInner(message: HTMLElement, index: number): boolean {
  const element = innerOf(message)[index];
  element?.focus();
  return element !== undefined;
}

function press(message: HTMLElement, action: "reply" | "react"): boolean {
  const button = message.querySelector(`[data-action="${action}"]`)?.closest("button");
  button?.click();
  return button !== null && button !== undefined;
}
