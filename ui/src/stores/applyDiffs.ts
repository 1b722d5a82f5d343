import type { Diff } from "../ipc/backend";

/** What a batch led to: the new list, or word that the list is no longer the sender's. */
export type Applied<T> = { kind: "list"; items: readonly T[] } | { kind: "resubscribe" };

/** Applies a batch to a list, giving a new one. An index that cannot be means that a message was lost. */
export function applyDiffs<T>(before: readonly T[], diffs: readonly Diff<T>[]): Applied<T> {
  let items = before.slice();
  for (const diff of diffs) {
    switch (diff.kind) {
      case "reset":
        items = diff.values.slice();
        break;
      case "append":
        // A spread argument would overflow the stack with a very long list.
        items = items.concat(diff.values);
        break;
      case "pushFront":
        items.unshift(diff.value);
        break;
      case "pushBack":
        items.push(diff.value);
        break;
      case "insert":
        if (!within(diff.index, items.length + 1)) return { kind: "resubscribe" };
        items.splice(diff.index, 0, diff.value);
        break;
      case "set":
        if (!within(diff.index, items.length)) return { kind: "resubscribe" };
        items[diff.index] = diff.value;
        break;
      case "remove":
        if (!within(diff.index, items.length)) return { kind: "resubscribe" };
        items.splice(diff.index, 1);
        break;
      case "popFront":
        if (items.length === 0) return { kind: "resubscribe" };
        items.shift();
        break;
      case "popBack":
        if (items.length === 0) return { kind: "resubscribe" };
        items.pop();
        break;
      case "truncate":
        if (!within(diff.length, items.length + 1)) return { kind: "resubscribe" };
        items.length = diff.length;
        break;
      case "clear":
        items = [];
        break;
    }
  }
  return { kind: "list", items };
}

function within(index: number, length: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < length;
}
