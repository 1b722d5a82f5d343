// Nobody who works without a mouse is left without a place: what takes the focus when what had it is gone.
import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { FAKE_KEY } from "./ipc/fake";
import { open, openRoom } from "./testing";

const list = () => screen.findByRole("listbox", { name: "Conversations" });

it("a page has the focus at its heading, or in its first field", async () => {
  const { backend } = open({ account: "locked" });
  await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveFocus());
  act(() => backend.account.set({ kind: "signedOut" }));
  expect(await screen.findByRole("textbox", { name: "Adresse professionnelle" })).toHaveFocus();
});

it("the recovery key says its heading, and leaves the focus to the list", async () => {
  const { user } = open({ encryption: "keyToKeep" });
  const heading = await screen.findByRole("heading", { name: "Gardez votre clé de récupération" });
  await waitFor(() => expect(heading).toHaveFocus());
  await waitFor(() => expect(screen.getByRole("checkbox")).toBeEnabled());
  await user.click(screen.getByRole("checkbox"));
  await user.click(screen.getByRole("button", { name: "Continuer" }));
  await waitFor(async () => expect(await list()).toHaveFocus());
});

it("an accepted invitation leads to where one writes", async () => {
  const { backend, user } = await openRoom(/Commission/);
  await user.click(await screen.findByRole("button", { name: "Accepter" }));
  await waitFor(() => expect(screen.getByRole("textbox")).toHaveFocus());
  expect(backend.calls.some((call) => call.startsWith("acceptInvitation"))).toBe(true);
});

it("a declined invitation leads to the list", async () => {
  const { user } = await openRoom(/Commission/);
  await user.click(await screen.findByRole("button", { name: "Refuser" }));
  await waitFor(async () => expect(await list()).toHaveFocus());
});

it("Back leads to the list", async () => {
  const { user } = await openRoom(/Passerelle/);
  await user.click(await screen.findByRole("button", { name: "Retour aux conversations" }));
  await waitFor(async () => expect(await list()).toHaveFocus());
});

it("a confirmed device leads to where one writes", async () => {
  const { user } = await openRoom(/Passerelle/, { encryption: "recoveryNeeded" });
  const buttons = await screen.findAllByRole("button", { name: "Saisir la clé de récupération" });
  await user.click(buttons.at(-1) as HTMLElement);
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("textbox"));
  await user.paste(FAKE_KEY);
  await user.keyboard("{Enter}");
  await waitFor(() => expect(screen.getByRole("textbox", { name: /^Message chiffré/ })).toHaveFocus());
});

it("a message keeps the focus when the button that had it goes", async () => {
  const { user } = await openRoom(/Sophie Marchand/);
  await user.click(await screen.findByRole("button", { name: /^👍, 1 personne/ }));
  await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/On peut annoncer/));
  await user.click(screen.getByRole("button", { name: "Supprimer" }));
  await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/Je relance aussi/));
});

it("a spoiler's message has the focus once it is revealed", async () => {
  const { user } = await openRoom(/Passerelle/);
  await user.click(await screen.findByRole("button", { name: /^Afficher le texte masqué/ }));
  expect(document.activeElement).toHaveAccessibleName(/Calendrier/);
});

it("nothing of a conversation is left to be read out on the sign-in screen", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  backend.openLink = () => Promise.reject({ code: "link-refused", args: {}, ref: "x" });
  await user.click(await screen.findByRole("link", { name: "la page du projet" }));
  await waitFor(() => expect(screen.getByTestId("live-polite")).toHaveTextContent(/n’ouvre pas/));
  act(() => backend.account.set({ kind: "signedOut" }));
  await screen.findByRole("heading", { name: "Se connecter" });
  expect(screen.getByTestId("live-assertive")).toHaveTextContent(/^$/);
  expect(screen.getByTestId("live-polite")).toHaveTextContent(/^$/);
});
