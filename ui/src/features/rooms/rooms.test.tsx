import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { initials } from "../../design/Avatar/Avatar";
import { open, openRoom } from "../../testing";

afterEach(() => void vi.useRealTimers());

describe("the list of rooms", () => {
  it("says of a room what is seen of it, in one breath", async () => {
    open();
    const option = await screen.findByRole("option", { name: /Cellule de crise/ });
    expect(option).toHaveAccessibleName(
      /^Cellule de crise — crue du Rhin, 4 non lus, 1 mention, 10:21, Nadia\s: le point/,
    );
    expect(screen.getByRole("option", { name: /Commission/ })).toHaveAccessibleName(/sécurité civile, Invitation$/);
    expect(screen.getByRole("option", { name: /Sophie Marchand/ })).toHaveAccessibleName(
      /Non envoyé\s: Et je préviens/,
    );
  });

  it("draws only what is in view of very many", async () => {
    open({ moreRooms: 5000 });
    expect((await screen.findAllByRole("option")).length).toBeLessThan(100);
    expect(screen.getAllByRole("option")[0]).toHaveAttribute("aria-setsize", "5012");
  });

  it("is gone through by keys, and opened by Enter", async () => {
    const { user } = open();
    const list = await screen.findByRole("listbox", { name: "Conversations" });
    list.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    const current = document.getElementById(list.getAttribute("aria-activedescendant") ?? "");
    expect(current).toHaveTextContent("Sophie Marchand");
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { name: "Sophie Marchand" })).toBeVisible();
    expect(screen.getByRole("textbox")).toHaveFocus();
  });

  it("goes on by keys from the room that was opened", async () => {
    const { user } = open();
    const rows = await screen.findAllByRole("option");
    const list = screen.getByRole("listbox", { name: "Conversations" });
    const third = rows[2] as HTMLElement;
    await user.click(third);
    list.focus();
    expect(list).toHaveAttribute("aria-activedescendant", third.id);
    await user.keyboard("{ArrowDown}");
    expect(list).toHaveAttribute("aria-activedescendant", rows[3]?.id);
  });

  it("has the room prepared on which the pointer or the keys rest, not those they pass", async () => {
    const { backend } = open();
    const watched = vi.spyOn(backend, "watchTimeline");
    const prepared = () => watched.mock.calls.map(([roomId]) => roomId);
    const crisis = await screen.findByRole("option", { name: /Cellule de crise/ });
    const sophie = await screen.findByRole("option", { name: /Sophie Marchand/ });
    const list = screen.getByRole("listbox", { name: "Conversations" });
    vi.useFakeTimers();
    fireEvent.pointerEnter(sophie);
    vi.advanceTimersByTime(20);
    fireEvent.pointerLeave(sophie);
    fireEvent.pointerEnter(crisis);
    vi.advanceTimersByTime(100);
    expect(prepared()).toEqual([crisis.dataset.roomId]);
    fireEvent.keyDown(list, { key: "ArrowDown" });
    vi.advanceTimersByTime(20);
    fireEvent.keyDown(list, { key: "ArrowDown" });
    vi.advanceTimersByTime(100);
    expect(prepared().slice(1)).toEqual([sophie.dataset.roomId]);
  });

  it("Alt+↓ and Alt+↑ go through the rooms, with Shift through the unread", async () => {
    const { user } = await openRoom(/Passerelle/);
    await user.keyboard("{Alt>}{Shift>}{ArrowDown}{/Shift}{/Alt}");
    expect(await screen.findByRole("heading", { name: /Cellule de crise/ })).toBeVisible();
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    expect(await screen.findByRole("heading", { name: /Passerelle/ })).toBeVisible();
  });

  it("says that there is nothing yet", async () => {
    open({ noRooms: true, language: "de" });
    expect(await screen.findByText("Keine Unterhaltungen")).toBeVisible();
    expect(await screen.findByRole("heading", { name: "Willkommen, Karin" })).toBeVisible();
  });
});

describe("an invitation", () => {
  it("is accepted in the place of the messages", async () => {
    const { user } = await openRoom(/Commission/);
    await user.click(await screen.findByRole("button", { name: "Accepter" }));
    expect(await screen.findByRole("textbox", { name: /Message chiffré à Commission/ })).toBeVisible();
  });

  it("is gone when declined", async () => {
    const { user } = await openRoom(/Commission/);
    await user.click(await screen.findByRole("button", { name: "Refuser" }));
    await waitFor(() => expect(screen.queryByRole("option", { name: /Commission/ })).toBeNull());
  });
});

it.each([
  ["Passerelle des Deux Rives", "PD"],
  ["Cellule de crise — crue du Rhin", "CC"],
  ["Jörg Weißmüller", "JW"],
  ["élus", "É"],
  ["🎉", "#"],
])("%s is %s in short", (name, short) => expect(initials(name)).toBe(short));
