import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { createFake, FAKE_KEY } from "../../ipc/fake";
import { open, openRoom } from "../../testing";
import { keyGroups } from "./KeyToKeep";

describe("the recovery key of a first sign-in", () => {
  it("is shown in groups, and left only when it is kept", async () => {
    const { backend, user } = open({ encryption: "keyToKeep" });
    const region = await screen.findByRole("region", { name: "Votre clé de récupération" });
    await waitFor(() => expect(region).toHaveTextContent("EsTa fEtt eRhi"));
    const next = screen.getByRole("button", { name: "Continuer" });
    expect(next).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Enregistrer…" }));
    expect(await screen.findByText("Clé enregistrée dans le fichier.")).toBeVisible();
    await user.click(screen.getByRole("checkbox", { name: "Ma clé est en lieu sûr" }));
    await user.click(next);
    expect(await screen.findByRole("listbox", { name: "Conversations" })).toBeVisible();
    expect(backend.calls).toContain("recoveryKeyKept");
  });

  it("can be copied", async () => {
    const { user } = open({ encryption: "keyToKeep" });
    const copy = await screen.findByRole("button", { name: "Copier" });
    await waitFor(() => expect(copy).toBeEnabled());
    await user.click(copy);
    expect(await screen.findByText("Clé copiée.")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe(FAKE_KEY);
  });

  it("is asked for again when it was refused", async () => {
    const opened = createFake({ encryption: "keyToKeep" });
    const give = opened.recoveryKey;
    opened.recoveryKey = () => Promise.reject({ code: "offline", args: {}, ref: "x" });
    const { user } = open({}, opened);
    const retry = await screen.findByRole("button", { name: "Réessayer" });
    opened.recoveryKey = give;
    await user.click(retry);
    await waitFor(() => expect(screen.getByTestId("recovery-key")).toHaveTextContent("EsTa fEtt eRhi"));
  });

  it("says when it could not be copied", async () => {
    const { user } = open({ encryption: "keyToKeep" });
    const copy = await screen.findByRole("button", { name: "Copier" });
    await waitFor(() => expect(copy).toBeEnabled());
    const refused = vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("refused"));
    await user.click(copy);
    expect(await screen.findByText(/n’a pas pu être copiée/)).toBeVisible();
    refused.mockRestore();
  });

  it("stands in groups of four, however it comes", () => {
    expect(keyGroups("EsTa fEttE")).toEqual(["EsTa", "fEtt", "E"]);
  });
});

describe("a device that is not confirmed", () => {
  it("cannot write to encrypted rooms and says so, until the key is entered", async () => {
    const { user } = await openRoom(/Passerelle/, { encryption: "recoveryNeeded" });
    expect(await screen.findByText(/ni envoyer de messages chiffrés ni en recevoir/)).toBeVisible();
    expect(screen.queryByRole("textbox")).toBeNull();

    const [enter] = screen.getAllByRole("button", { name: "Saisir la clé de récupération" });
    await user.click(enter as HTMLElement);
    const dialog = await screen.findByRole("dialog", { name: "Confirmer cet appareil" });
    const field = within(dialog).getByRole("textbox", { name: "Clé de récupération" });
    await user.type(field, "EsTa{Enter}");
    expect(await within(dialog).findByText(/n’est pas la bonne/)).toBeVisible();

    await user.clear(field);
    await user.paste(FAKE_KEY);
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("textbox", { name: /^Message chiffré à Passerelle/ })).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("keeps the dialog while the key is tried, whatever is pressed", async () => {
    const { backend, user } = await openRoom(/Passerelle/, { encryption: "recoveryNeeded" });
    let refuse = () => {};
    backend.recover = () =>
      new Promise((_, reject) => (refuse = () => reject({ code: "offline", args: {}, ref: "x" })));
    const [enter] = screen.getAllByRole("button", { name: "Saisir la clé de récupération" });
    await user.click(enter as HTMLElement);
    const dialog = await screen.findByRole("dialog", { name: "Confirmer cet appareil" });
    await user.type(within(dialog).getByRole("textbox", { name: "Clé de récupération" }), "EsTa{Enter}{Escape}");
    expect(dialog).toBeVisible();
    refuse();
    expect(await within(dialog).findByText(/Pas de connexion au serveur/)).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("is signed out without a promise where there is no key", async () => {
    const { user } = open({ encryption: "recoveryImpossible" });
    const [menu] = await screen.findAllByRole("button", { name: "Compte de Camille Lefèvre" });
    await user.click(menu as HTMLElement);
    await user.click(await screen.findByRole("menuitem", { name: "Se déconnecter" }));
    expect(await screen.findByRole("alertdialog")).not.toHaveTextContent(/clé de récupération/);
  });

  it("writes on where the backup alone is broken, and the key mends it", async () => {
    const { user } = await openRoom(/Passerelle/, { encryption: "backupIncomplete" });
    expect(await screen.findByRole("textbox", { name: /^Message chiffré à Passerelle/ })).toBeVisible();
    expect(screen.getByText(/ne sont pas tous sauvegardés/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Saisir la clé de récupération" }));
    const dialog = await screen.findByRole("dialog", { name: "Rétablir la sauvegarde" });
    await user.click(within(dialog).getByRole("textbox", { name: "Clé de récupération" }));
    await user.paste(FAKE_KEY);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(screen.queryByText(/ne sont pas tous sauvegardés/)).toBeNull());
  });

  it("makes a new key where the account has none any more", async () => {
    const { backend, user } = await openRoom(/Passerelle/, { encryption: "recoveryGone" });
    expect(await screen.findByRole("textbox", { name: /^Message chiffré à Passerelle/ })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Créer une clé" }));
    expect(await screen.findByRole("heading", { name: "Gardez votre clé de récupération" })).toBeVisible();
    expect(backend.calls).toContain("newRecoveryKey");
  });

  it("says where no key can help", async () => {
    await openRoom(/Passerelle/, { encryption: "recoveryImpossible", language: "de" });
    expect(await screen.findAllByText(/kein Wiederherstellungsschlüssel/)).not.toHaveLength(0);
    expect(screen.queryByRole("button", { name: /Wiederherstellungsschlüssel/ })).toBeNull();
  });
});
