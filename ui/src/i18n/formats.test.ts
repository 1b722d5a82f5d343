import { describe, expect, it } from "vitest";
import { createFormats, daysBetween } from "./formats";

const fr = createFormats("fr-FR");
const de = createFormats("de-DE");
const at = (text: string) => new Date(text).getTime();
const now = at("2026-11-24T10:30:00");

describe("moments in a list", () => {
  it.each([
    ["2026-11-24T10:24:00", "10:24", "10:24"],
    ["2026-11-23T23:59:00", "hier", "gestern"],
    ["2026-11-20T12:00:00", "ven.", "Fr"],
    ["2026-11-15T12:00:00", "15/11", "15.11."],
    ["2025-11-15T12:00:00", "15/11/2025", "15.11.2025"],
  ])("%s", (moment, french, german) => {
    expect(fr.moment(at(moment), now)).toBe(french);
    expect(de.moment(at(moment), now)).toBe(german);
  });
});

describe("days between messages", () => {
  it("are called by their nearness, then by their date", () => {
    expect(fr.day(at("2026-11-24T00:01:00"), now)).toBe("Aujourd’hui");
    expect(de.day(at("2026-11-23T12:00:00"), now)).toBe("Gestern");
    expect(fr.day(at("2026-11-16T12:00:00"), now)).toBe("Lundi 16 novembre");
    expect(de.day(at("2026-11-16T12:00:00"), now)).toBe("Montag, 16. November");
    expect(fr.day(at("2024-11-16T12:00:00"), now)).toBe("Samedi 16 novembre 2024");
  });

  it("are counted by the calendar, also when the clocks change", () => {
    expect(daysBetween(at("2026-10-24T23:30:00"), at("2026-10-25T23:30:00"))).toBe(1);
    expect(daysBetween(at("2026-11-23T23:59:00"), at("2026-11-24T00:01:00"))).toBe(1);
  });
});

it("sizes have the unit and the comma of the language", () => {
  expect(fr.size(2_411_000).replaceAll(/\s/g, " ")).toBe("2,4 Mo");
  expect(de.size(48_000).replaceAll(/\s/g, " ")).toBe("48 kB");
});
