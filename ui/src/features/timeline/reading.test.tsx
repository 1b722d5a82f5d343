// What may not happen to somebody who reads, or writes, while the conversation goes on.
import { act, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { people } from "../../ipc/fake/people";
import { message, newLine, talk } from "../../ipc/fake/timelines";
import { open, openRoom } from "../../testing";

const BRIDGE = "!bridge:grand-est.example";
const field = () => screen.findByRole("textbox", { name: /^Message chiffré à/ });

it("new messages take the focus from nobody", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  (await screen.findByRole("article", { name: /^Nadia Benali/ })).focus();
  await user.keyboard("{End}{End}");
  await user.click(await field());
  act(() => backend.receive(BRIDGE, message(people.karin, Date.now(), "Guten Morgen")));
  await screen.findByRole("article", { name: /Guten Morgen/ });
  expect(await field()).toHaveFocus();
});

it("opens at the line of new messages, however many there are, and is not read by that", async () => {
  const { backend, user } = open();
  const old = talk(10, Date.now() - 500 * 90_000);
  backend.timelineOf(BRIDGE).items = [...old, newLine(), ...talk(300, Date.now())];
  await user.click(await screen.findByRole("option", { name: /Passerelle/ }));
  expect(await screen.findByText("Nouveaux messages")).toBeVisible();
  await waitFor(() => expect(screen.getByRole("button", { name: /Aller aux derniers messages/ })).toBeVisible());
  expect(backend.calls).not.toContain(`markRead ${BRIDGE}`);

  // End goes to the newest, which has to be drawn first.
  const newest = message(people.karin, Date.now(), "Das Neueste");
  act(() => backend.receive(BRIDGE, newest));
  expect(screen.queryByText("Das Neueste")).toBeNull();
  screen.getAllByRole("article")[0]?.focus();
  await user.keyboard("{End}");
  await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/Das Neueste/));
});

it("a message that is refused stands before the one begun meanwhile", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  let refuse: (reason: unknown) => void = () => undefined;
  backend.sendText = () => new Promise((_, reject) => (refuse = reject));
  await user.type(await field(), "Bonjour{Enter}Et puis");
  act(() => refuse({ code: "not-allowed", args: {}, ref: "x" }));
  await waitFor(async () => expect(await field()).toHaveValue("Bonjour\n\nEt puis"));
});

it("messages that are refused stand in the order in which they were sent, whichever is refused first", async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const { backend, user, view } = await openRoom(/Passerelle/);
    const refuse: ((reason: unknown) => void)[] = [];
    backend.sendText = () => new Promise((_, reject) => void refuse.push(reject));
    await user.type(await field(), "1{Enter}2{Enter}3");
    for (const index of order) await act(async () => refuse[index]?.({ code: "not-allowed", args: {}, ref: "x" }));
    expect(await field()).toHaveValue("1\n\n2\n\n3");
    view.unmount();
  }
});

it("a message that is refused answers again what it answered, unless another one has been begun", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  let refuse: (reason: unknown) => void = () => undefined;
  backend.sendText = () => new Promise((_, reject) => (refuse = reject));
  (await screen.findByRole("article", { name: /^Nadia Benali/ })).focus();
  await user.keyboard("r");
  await user.type(await field(), "Oui{Enter}");
  expect(screen.queryByText("Réponse à Nadia Benali")).toBeNull();
  await act(async () => refuse({ code: "not-allowed", args: {}, ref: "x" }));
  expect(screen.getByText("Réponse à Nadia Benali")).toBeVisible();
  await user.type(await field(), "{Enter}Autre chose");
  await act(async () => refuse({ code: "not-allowed", args: {}, ref: "x" }));
  expect(await field()).toHaveValue("Oui\n\nAutre chose");
  expect(screen.queryByText("Réponse à Nadia Benali")).toBeNull();
});

it("says that a quote cannot be had, and tries again when the network is back", async () => {
  const { backend } = await openRoom(/Passerelle/);
  let tries = 0;
  backend.loadQuote = () => {
    tries += 1;
    return Promise.reject({ code: "offline", args: {}, ref: "x" });
  };
  const replyTo = { messageId: "$far", sender: null, preview: null };
  await field();
  act(() => backend.receive(BRIDGE, message(people.karin, Date.now(), "Ja", { replyTo })));
  expect(await screen.findByText("Message cité indisponible")).toBeVisible();
  act(() => backend.connection.set("offline"));
  act(() => backend.connection.set("online"));
  await waitFor(() => expect(tries).toBeGreaterThan(1));
});

it("unfolded events are gone through by keys, one by one", async () => {
  const { user } = await openRoom(/Passerelle/);
  await user.click(await screen.findByRole("button", { name: "3 évènements" }));
  await user.keyboard("{ArrowDown}{ArrowDown}");
  expect(document.activeElement).toHaveAccessibleName(/^Lena Hoffmann a rejoint/);
  await user.keyboard("{ArrowDown}{ArrowDown}");
  expect(document.activeElement).toHaveAccessibleName(/^Thomas Keller, /);
  await user.keyboard("{ArrowUp}");
  expect(document.activeElement).toHaveAccessibleName(/a changé le sujet/);
});

it("a file's caption is part of what is said of it", async () => {
  const { backend } = await openRoom(/Passerelle/);
  await field();
  const caption = [{ kind: "text" as const, text: "à relire" }];
  const body = { kind: "file" as const, name: "plan.pdf", caption, size: null, mediaType: null };
  act(() => backend.receive(BRIDGE, message(people.karin, Date.now(), body)));
  expect(await screen.findByRole("article", { name: /Fichier plan\.pdf, à relire/ })).toBeVisible();
});
