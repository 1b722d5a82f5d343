import { describe, expect, it } from "vitest";
import cases from "../../../tests/fixtures/diffs/corpus.json";
import type { Diff } from "../ipc/backend";
import { applyDiffs } from "./applyDiffs";

interface Case {
  name: string;
  start: string[];
  updates: Diff<string>[][];
  expected?: string[];
  mustResubscribe?: boolean;
}

/** The cases that the Rust side runs too. */
const corpus = cases as unknown as Case[];

function run({ start, updates }: Case): readonly string[] | "resubscribe" {
  let items: readonly string[] = start;
  for (const diffs of updates) {
    const applied = applyDiffs(items, diffs);
    if (applied.kind === "resubscribe") return "resubscribe";
    items = applied.items;
  }
  return items;
}

describe("the shared corpus of diffs", () => {
  it("holds cases of both kinds", () => {
    expect(corpus.some((each) => each.expected)).toBe(true);
    expect(corpus.some((each) => each.mustResubscribe)).toBe(true);
  });

  it.each(corpus.map((each) => [each.name, each] as const))("%s", (_, each) => {
    expect(run(each)).toEqual(each.mustResubscribe ? "resubscribe" : each.expected);
  });
});

describe("applyDiffs", () => {
  it("leaves the list it was given as it was", () => {
    const before = Object.freeze(["a", "b"]);
    applyDiffs(before, [{ kind: "popFront" }, { kind: "pushBack", value: "c" }]);
    expect(before).toEqual(["a", "b"]);
  });

  it("appends a list that is too long for a spread argument", () => {
    const values = Array.from({ length: 300_000 }, (_, index) => index);
    const applied = applyDiffs([], [{ kind: "append", values }]);
    expect(applied.kind === "list" && applied.items.length).toBe(300_000);
  });
});
