// What passes between the window and the system around it.
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { objections, open, openRoom } from "./testing";

const BRIDGE = "!bridge:grand-est.example";
const LENA = "!lena:grand-est.example";
const reading = (calls: readonly string[]) => calls.filter((call) => call.startsWith("setReading"));
const polite = () => screen.getByTestId("live-polite");

it("tells which room is being looked at, and that none is any more", async () => {
  const focus = vi.spyOn(document, "hasFocus").mockReturnValue(true);
  const { backend, user, view } = open();
  await screen.findByRole("listbox");
  expect(reading(backend.calls)).toEqual(["setReading -"]);
  await user.click(screen.getByRole("option", { name: /Passerelle/ }));
  await waitFor(() => expect(reading(backend.calls).at(-1)).toBe(`setReading ${BRIDGE}`));

  focus.mockReturnValue(false);
  fireEvent.blur(window);
  expect(reading(backend.calls).at(-1)).toBe("setReading -");
  focus.mockReturnValue(true);
  fireEvent.focus(window);
  expect(reading(backend.calls).at(-1)).toBe(`setReading ${BRIDGE}`);

  await user.keyboard("{Control>},{/Control}");
  await screen.findByRole("heading", { level: 1, name: "Compte" });
  expect(reading(backend.calls).at(-1)).toBe("setReading -");
  await user.keyboard("{Escape}");
  expect(reading(backend.calls).at(-1)).toBe(`setReading ${BRIDGE}`);
  view.unmount();
  expect(reading(backend.calls).at(-1)).toBe("setReading -");
  focus.mockRestore();
});

it("an invitation that waits is no room that is read", async () => {
  const focus = vi.spyOn(document, "hasFocus").mockReturnValue(true);
  const { backend } = await openRoom(/Commission/);
  await screen.findByRole("button", { name: "Accepter" });
  expect(new Set(reading(backend.calls))).toEqual(new Set(["setReading -"]));
  focus.mockRestore();
});

it("opens the room that a notification asks for, also over the settings", async () => {
  const { backend, user } = open();
  await screen.findByRole("listbox");
  await user.keyboard("{Control>},{/Control}");
  await screen.findByRole("heading", { level: 1, name: "Compte" });
  act(() => backend.requests.send({ kind: "openRoom", roomId: LENA }));
  expect(await screen.findByRole("heading", { name: "Lena Hoffmann" })).toBeVisible();
  await waitFor(() => expect(screen.getByRole("textbox")).toHaveFocus());
  act(() => backend.requests.send({ kind: "openRoom", roomId: BRIDGE }));
  expect(await screen.findByRole("heading", { name: /Passerelle/ })).toBeVisible();
});

it("listens again when it could not", async () => {
  vi.useFakeTimers();
  try {
    const { backend, view } = open();
    view.unmount();
    let asked = 0;
    backend.watchRequests = (listener) => {
      asked += 1;
      queueMicrotask(() => listener.failed({ code: "internal", args: {}, ref: "x" }));
      return () => undefined;
    };
    open({}, backend);
    await act(() => vi.advanceTimersByTimeAsync(5000));
    expect(asked).toBeGreaterThan(1);
  } finally {
    vi.useRealTimers();
  }
});

it("says once that Estafette stopped, until that is closed", async () => {
  const { backend, user, view } = open({ crashedAt: new Date("2026-11-24T10:24:00").getTime() });
  const sheet = within(await screen.findByRole("region", { name: "Conversation" }));
  const note = await sheet.findByText(/arrêtée de façon inattendue le mardi 24 novembre 2026/);
  expect(note).toHaveTextContent(/Vos messages et vos brouillons sont conservés\./);
  expect(note).toHaveTextContent(/7c1e4a/);
  expect(polite()).toHaveTextContent(/arrêtée de façon inattendue/);
  expect(await objections()).toEqual([]);
  await user.keyboard("{Control>},{/Control}");
  await screen.findByRole("heading", { level: 1, name: "Compte" });
  await user.click(screen.getByRole("button", { name: "Fermer" }));
  expect(screen.queryByText(/inattendue/, { selector: "section *" })).toBeNull();
  await waitFor(() => expect(screen.getByRole("heading", { level: 1, name: "Compte" })).toHaveFocus());
  expect(backend.calls).toContain("dismissCrashNote");
  view.unmount();
  open({}, backend);
  await screen.findByRole("listbox");
  expect(screen.queryByText(/inattendue/)).toBeNull();
});

it("is told of a defect that Estafette outlived, before the sign-in too", async () => {
  const crashedAt = new Date("2026-11-24T10:24:00").getTime();
  const { backend, user } = open({ account: "signedOut", crashedAt, wentOn: true });
  const note = await screen.findByText(/Une erreur interne s’est produite le mardi 24 novembre 2026/, {
    selector: "main *",
  });
  expect(note).not.toHaveTextContent(/inattendue/);
  expect(polite()).toHaveTextContent(/Estafette a continué/);
  expect(await objections()).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Fermer" }));
  expect(screen.queryByText(/Une erreur interne/, { selector: "main *" })).toBeNull();
  expect(backend.calls).toContain("dismissCrashNote");
});

it("a page that is loaded anew comes back to its room, and a draft with it", async () => {
  const { backend, user, view } = await openRoom(/Passerelle/);
  await user.type(await screen.findByRole("textbox"), "Bientôt fini");
  await waitFor(() => expect(backend.calls.some((call) => call.startsWith("saveDraft"))).toBe(true));
  const address = location.hash;
  expect(decodeURIComponent(address)).toContain(BRIDGE);
  view.unmount();
  expect(location.hash).toBe("");

  history.replaceState(null, "", address);
  open({}, backend);
  const field = await screen.findByRole("textbox");
  await waitFor(() => expect(field).toHaveValue("Bientôt fini"));
  await waitFor(() => expect(field).toHaveFocus());
  for (const nonsense of ["#room=%E0%A4%A", "#room=", "#room=!nowhere:example.org", "#x"]) {
    history.replaceState(null, "", nonsense);
    const { view: next } = open();
    expect(await within(next.container).findByRole("listbox")).toBeVisible();
    next.unmount();
  }
});
