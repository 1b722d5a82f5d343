import { describe, expect, it } from "vitest";
import type { TimelineItem } from "../../ipc/backend";
import { people } from "../../ipc/fake/people";
import { day, message } from "../../ipc/fake/timelines";
import { buildRows, type MessageRowData } from "./rows";

const { nadia, karin } = people;
const T = new Date("2026-11-24T10:00:00").getTime();
const minutes = (count: number) => T + count * 60_000;
const rowsOf = (items: TimelineItem[]) => buildRows(items, []) as MessageRowData[];
const joined = (id: string): TimelineItem => ({
  id,
  content: { kind: "event", actor: nadia, timestamp: T, change: { kind: "joined" } },
});

describe("groups", () => {
  it("hold one author's messages of five minutes", () => {
    const rows = rowsOf([
      message(nadia, minutes(0), "a"),
      message(nadia, minutes(4), "b"),
      message(nadia, minutes(10), "c"),
      message(karin, minutes(11), "d"),
    ]);
    expect(rows.map((row) => row.continued)).toEqual([false, true, false, false]);
    expect(rows.map((row) => row.last)).toEqual([false, true, true, true]);
  });

  it("end at a new day", () => {
    const rows = rowsOf([message(nadia, minutes(0), "a"), day(minutes(1)), message(nadia, minutes(1), "b")]);
    expect(rows[2]?.continued).toBe(false);
  });

  it("of events fold from three on", () => {
    expect(rowsOf([joined("1"), joined("2")]).map((row) => row.kind)).toEqual(["events", "events"]);
    expect(rowsOf([joined("1"), joined("2"), joined("3")]).map((row) => row.kind)).toEqual(["events"]);
  });
});

it("what somebody has read, and all before it, is seen", () => {
  const rows = rowsOf([
    message(nadia, minutes(0), "a"),
    message(nadia, minutes(1), "b", { readBy: [karin] }),
    message(nadia, minutes(2), "c"),
  ]);
  expect(rows.map((row) => row.seen)).toEqual([true, true, false]);
});

it("rows that have not changed keep their identity", () => {
  const items = [message(nadia, minutes(0), "a"), message(nadia, minutes(1), "b"), joined("1")];
  const before = buildRows(items, []);
  const after = buildRows([...items, message(karin, minutes(2), "c")], before);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).toBe(before[1]);
  expect(after[2]).toBe(before[2]);
});
