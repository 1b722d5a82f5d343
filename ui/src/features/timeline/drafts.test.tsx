// A draft is not lost: with the room that is left, the window that is reloaded, the application that is killed.
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { open, openRoom } from "../../testing";

const BRIDGE = "!bridge:grand-est.example";
const LENA = "!lena:grand-est.example";
const field = () => screen.findByRole("textbox", { name: /^Message chiffré à/ });
const saved = (calls: readonly string[]) => calls.filter((call) => call.startsWith("saveDraft"));

it("is kept a moment after typing stops, and is there again after the window is reloaded", async () => {
  const { backend, user, view } = await openRoom(/Passerelle/);
  await user.type(await field(), "À finir");
  await waitFor(() => expect(backend.kept.get(BRIDGE)?.text).toBe("À finir"));
  // No farewell: the window is simply gone.
  view.unmount();
  open({}, backend);
  expect(await screen.findByRole("option", { name: /Passerelle.*Brouillon\s: À finir/ })).toBeVisible();
  await user.click(screen.getByRole("option", { name: /Passerelle/ }));
  await waitFor(async () => expect(await field()).toHaveValue("À finir"));
  expect(screen.queryByRole("option", { name: /Brouillon/ })).toBeNull();
});

it("is kept at once when the room is left, the field, or the window", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  await user.type(await field(), "A");
  await user.click(screen.getByRole("option", { name: /Lena Hoffmann/ }));
  expect(saved(backend.calls)).toEqual([`saveDraft ${BRIDGE} "A"`]);
  await user.type(await field(), "B");
  act(() => (document.activeElement as HTMLElement).blur());
  expect(saved(backend.calls).at(-1)).toBe(`saveDraft ${LENA} "B"`);
  for (const [letter, leave] of [
    ["C", () => fireEvent(window, new Event("pagehide"))],
    ["D", () => fireEvent.blur(window)],
    ["E", () => fireEvent(document, new Event("visibilitychange"))],
  ] as const) {
    fireEvent.change(await field(), { target: { value: letter } });
    leave();
    expect(saved(backend.calls).at(-1)).toBe(`saveDraft ${LENA} "${letter}"`);
  }
});

it("is kept when the settings take the place of the room, and is there after them", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  // At one go: while one types, time passes, and what is typed is kept.
  fireEvent.change(await field(), { target: { value: "À finir" } });
  await user.keyboard("{Control>},{/Control}");
  await screen.findByRole("heading", { level: 1, name: "Compte" });
  expect(saved(backend.calls)).toEqual([`saveDraft ${BRIDGE} "À finir"`]);
  await user.keyboard("{Escape}");
  expect(await field()).toHaveValue("À finir");
});

it("that comes late does not overwrite what is being typed", async () => {
  const { backend, user } = open();
  let give: (draft: { text: string; replyTo: string | null }) => void = () => undefined;
  backend.loadDraft = () => new Promise((done) => (give = done));
  await user.click(await screen.findByRole("option", { name: /Passerelle/ }));
  await user.type(await field(), "Nouveau");
  await act(async () => give({ text: "Ancien", replyTo: null }));
  expect(await field()).toHaveValue("Nouveau");
});

it("knows again what it answers, and gives the focus to nobody", async () => {
  const { backend, user } = open();
  const [, item] = backend.timelineOf(BRIDGE).items.filter(({ content }) => content.kind === "message");
  const messageId = item?.content.kind === "message" ? item.content.messageId : "";
  backend.kept.set(BRIDGE, { text: "Oui", replyTo: messageId });
  const list = await screen.findByRole("listbox");
  list.focus();
  await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
  expect(await screen.findByText("Réponse à Sophie Marchand")).toBeVisible();
  expect(list).toHaveFocus();
  (await field()).focus();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(backend.calls).toContain(`sendText ${BRIDGE} ${messageId}`));
});

it("says that it answers a message that is not loaded", async () => {
  const { backend, user } = open();
  backend.kept.set(BRIDGE, { text: "Oui", replyTo: "$far" });
  await user.click(await screen.findByRole("option", { name: /Passerelle/ }));
  expect(await screen.findByText("Réponse à un message plus ancien")).toBeVisible();
});

it("is gone once it is sent", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  await user.type(await field(), "Bonjour");
  await waitFor(() => expect(backend.kept.has(BRIDGE)).toBe(true));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(backend.kept.has(BRIDGE)).toBe(false));
});
