// What is told to somebody who does not see it, how pressing it is, and where it stands for those who do.
import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { open, openRoom } from "../testing";

const refusal = (code: string) => ({ code, args: {}, ref: "x" });
const polite = () => screen.getByTestId("live-polite");
const assertive = () => screen.getByTestId("live-assertive");
const hidden = (element: HTMLElement) => element.closest('[aria-hidden="true"], [inert]');
const menu = async () =>
  (await screen.findAllByRole("button", { name: "Compte de Camille Lefèvre" }))[0] as HTMLElement;

it("what is announced is heard over an open menu and over a dialog", async () => {
  const { user } = open();
  await user.click(await menu());
  const leave = await screen.findByRole("menuitem", { name: "Se déconnecter" });
  // Everything else is hidden from screen readers.
  expect(hidden(screen.getByText("Bienvenue, Camille"))).not.toBeNull();
  expect(hidden(polite())).toBeNull();
  expect(hidden(assertive())).toBeNull();
  await user.click(leave);
  await screen.findByRole("alertdialog");
  expect(hidden(polite())).toBeNull();
  expect(hidden(assertive())).toBeNull();
});

it("a refusal is a strip of the sheet, said without interrupting, and gives the focus back once closed", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  backend.openLink = () => Promise.reject(refusal("link-refused"));
  await user.click(await screen.findByRole("link", { name: "la page du projet" }));
  const sheet = screen.getByRole("region", { name: "Passerelle des Deux Rives" });
  expect(await within(sheet).findByText("Estafette n’ouvre pas ce type de lien.")).toBeVisible();
  expect(polite()).toHaveTextContent(/n’ouvre pas/);
  expect(assertive()).toHaveTextContent(/^$/);
  await user.click(within(sheet).getByRole("button", { name: "Fermer" }));
  await waitFor(() => expect(screen.getByRole("textbox")).toHaveFocus());
  expect(within(sheet).queryByText(/n’ouvre pas/)).toBeNull();
});

it("a refusal goes when another action succeeds", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  backend.openLink = () => Promise.reject(refusal("link-refused"));
  await user.click(await screen.findByRole("link", { name: "la page du projet" }));
  await screen.findByRole("button", { name: "Fermer" });
  backend.openLink = () => Promise.resolve();
  await user.click(screen.getByRole("link", { name: "la page du projet" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Fermer" })).toBeNull());
});

it("a refusal before the conversations stands at the head of the page", async () => {
  const { backend, user } = open({ account: "locked" });
  backend.changeSettings = () => Promise.reject(refusal("storage-failed"));
  await user.click(await screen.findByRole("radio", { name: "Deutsch" }));
  const page = screen.getByRole("main");
  expect(await within(page).findByText(/ne peuvent pas être lues ou enregistrées/)).toBeVisible();
  expect(polite()).toHaveTextContent(/ne peuvent pas être lues ou enregistrées/);
  await user.click(within(page).getByRole("button", { name: "Fermer" }));
  await waitFor(() => expect(within(page).getByRole("heading", { level: 1 })).toHaveFocus());
});

it("a refusal, and what is still to be refused, stays with the account that asked", async () => {
  const { backend, user } = await openRoom(/Passerelle/);
  const ready = backend.account.get();
  let refuse: (reason: unknown) => void = () => undefined;
  const link = await screen.findByRole("link", { name: "la page du projet" });
  backend.openLink = () => new Promise((_, reject) => (refuse = reject));
  await user.click(link);
  backend.openLink = () => Promise.reject(refusal("link-refused"));
  await user.click(link);
  await screen.findByRole("button", { name: "Fermer" });
  act(() => backend.account.set({ kind: "signedOut" }));
  await screen.findByRole("heading", { name: "Se connecter" });
  await act(async () => refuse(refusal("not-signed-in")));
  expect(screen.queryByText(/n’ouvre pas|Connectez-vous d’abord/)).toBeNull();
  expect(polite()).toHaveTextContent(/^$/);
  act(() => backend.account.set(ready));
  await screen.findByRole("listbox", { name: "Conversations" });
  expect(screen.queryByText(/n’ouvre pas|Connectez-vous d’abord/)).toBeNull();
});

it("of what is refused, only a message interrupts", async () => {
  const { backend, user } = await openRoom(/Commission/);
  backend.acceptInvitation = () => Promise.reject(refusal("offline"));
  await user.click(await screen.findByRole("button", { name: "Accepter" }));
  expect((await screen.findByText(/Pas de connexion au serveur/)).closest("[role=status]")).not.toBeNull();
  expect(screen.queryByRole("alert")).toBeNull();

  await user.click(screen.getByRole("option", { name: /Sophie Marchand/ }));
  backend.discard = () => Promise.reject(refusal("message-unknown"));
  await user.click(await screen.findByRole("button", { name: "Supprimer" }));
  await waitFor(() => expect(polite()).toHaveTextContent(/n’est plus disponible/));
  expect(assertive()).toHaveTextContent(/^$/);
  backend.resend = () => Promise.reject(refusal("not-allowed"));
  await user.click(screen.getByRole("button", { name: "Renvoyer" }));
  await waitFor(() => expect(assertive()).toHaveTextContent(/règles de ce salon/));
  backend.sendText = () => Promise.reject(refusal("not-allowed"));
  await user.type(await screen.findByRole("textbox"), "Bonjour{Enter}");
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent(/règles de ce salon/));
});

it("a list of messages that cannot be opened says why, without interrupting", async () => {
  const opened = open();
  opened.backend.watchTimeline = (_, listener) => {
    queueMicrotask(() => listener.failed(refusal("room-unknown") as never));
    return () => undefined;
  };
  await opened.user.click(await screen.findByRole("option", { name: /Passerelle/ }));
  expect((await screen.findByText(/n’existe pas ou plus/)).closest("[role=status]")).not.toBeNull();
});

it("nothing but what sends messages may interrupt", () => {
  const sources = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.*"], {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const interrupting = Object.keys(sources).filter((path) => /role="alert"|announcer\.alert/.test(sources[path] ?? ""));
  expect(interrupting.map((path) => path.split("/").at(-1)).sort()).toEqual([
    "Composer.tsx",
    "SendState.tsx",
    "useNews.ts",
  ]);
});
