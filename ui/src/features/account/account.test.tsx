import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open } from "../../testing";

const address = () => screen.findByRole("textbox", { name: "Adresse professionnelle" });

describe("signing in", () => {
  it("leads from an address to the server and from the password to the conversations", async () => {
    const { backend, user } = open({ account: "signedOut" });
    expect(await address()).toHaveFocus();
    await user.keyboard("camille@grand-est.example{Enter}");
    const password = await screen.findByLabelText("Mot de passe");
    expect(screen.getByText("grand-est.example")).toBeVisible();
    await waitFor(() => expect(password).toHaveFocus());
    await user.keyboard("secret{Enter}");
    expect(await screen.findByRole("listbox", { name: "Conversations" })).toBeVisible();
    expect(backend.calls).toContain("signIn camille@grand-est.example -");
  });

  it("asks for the user name when the address holds none", async () => {
    const { backend, user } = open({ account: "signedOut" });
    await user.type(await address(), "grand-est.example{Enter}");
    await user.type(await screen.findByRole("textbox", { name: "Nom d’utilisateur" }), "camille");
    await user.type(screen.getByLabelText("Mot de passe"), "secret{Enter}");
    await waitFor(() => expect(backend.calls).toContain("signIn grand-est.example camille"));
  });

  it("says in place, and aloud, what went wrong", async () => {
    const { user } = open({ account: "signedOut" });
    await user.type(await address(), "camille@nowhere.example{Enter}");
    const refused = await screen.findByText(/Le serveur nowhere.example ne répond pas/);
    // Read when the reader pauses: only a message that is not sent may interrupt.
    expect(refused.closest("[role=status]")).not.toBeNull();
    expect(await address()).toHaveAccessibleDescription(/ne répond pas/);
    expect(await address()).toBeInvalid();
  });

  it("keeps the address and asks for the password again when it was wrong", async () => {
    const { user } = open({ account: "signedOut" });
    await user.type(await address(), "camille@grand-est.example{Enter}");
    await user.type(await screen.findByLabelText("Mot de passe"), "wrong{Enter}");
    expect(await screen.findByText(/mot de passe n’est pas correct/)).toBeVisible();
    expect(screen.getByLabelText("Mot de passe")).toHaveFocus();
  });

  it("changes its language at once", async () => {
    const { user } = open({ account: "signedOut" });
    await user.click(await screen.findByRole("radio", { name: "Deutsch" }));
    expect(await screen.findByRole("heading", { name: "Anmelden" })).toBeVisible();
    expect(document.documentElement.lang).toBe("de");
  });
});

describe("before the conversations", () => {
  it("a locked keyring is said to be tried again", async () => {
    const { backend, user } = open({ account: "locked" });
    expect(await screen.findByRole("heading", { name: "Vos messages sont verrouillés" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Réessayer" }));
    expect(backend.calls).toContain("retryKeyring");
  });

  it("a machine without keyring says what to install", async () => {
    open({ account: "keyringAbsent", language: "de" });
    expect(await screen.findByText(/gnome-keyring/)).toBeVisible();
  });

  it.each(["keyGone", "damaged"] as const)(
    "data is set aside only after asking, and the folder is named: %s",
    async (account) => {
      const { backend, user } = open({ account });
      await user.click(await screen.findByRole("button", { name: "Mettre les données de côté" }));
      const dialog = await screen.findByRole("alertdialog");
      expect(within(dialog).getByRole("button", { name: "Annuler" })).toHaveFocus();
      expect(backend.calls).not.toContain("setDataAside");
      await user.click(within(dialog).getByRole("button", { name: "Mettre les données de côté" }));
      expect(await screen.findByText(/aside-2026-11-24/)).toBeVisible();
      expect(await address()).toBeVisible();
    },
  );

  it("a full disk is waited for, and nothing is offered that would not help", async () => {
    open({ account: "full" });
    expect(await screen.findByText(/Le disque est plein/)).toBeVisible();
    expect(screen.getByText(/réessaie d’elle-même/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Mettre les données de côté" })).not.toBeInTheDocument();
  });

  it("a profile that cannot be opened says why", async () => {
    open({ account: "unusable" });
    expect(await screen.findByText(/déjà ouverte avec ce profil/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Mettre les données de côté" })).not.toBeInTheDocument();
  });
});

describe("the account's menu", () => {
  it("is short: the settings, and signing out after asking", async () => {
    const { backend, user } = open();
    const [menu] = await screen.findAllByRole("button", { name: "Compte de Camille Lefèvre" });
    await user.click(menu as HTMLElement);
    expect((await screen.findAllByRole("menuitem")).map((each) => each.textContent)).toEqual([
      "Réglages",
      "Se déconnecter",
    ]);
    await user.click(screen.getByRole("menuitem", { name: "Se déconnecter" }));
    const dialog = await screen.findByRole("alertdialog", { name: /^Se déconnecter de cet ordinateur/ });
    await user.click(within(dialog).getByRole("button", { name: "Se déconnecter" }));
    expect(await screen.findByRole("heading", { name: "Se connecter" })).toBeVisible();
    expect(backend.calls).toContain("signOut");
  });

  it("asks once more before messages are lost", async () => {
    const { backend, user } = open({ encryption: "backupIncomplete" });
    const [menu] = await screen.findAllByRole("button", { name: "Compte de Camille Lefèvre" });
    await user.click(menu as HTMLElement);
    await user.click(await screen.findByRole("menuitem", { name: "Se déconnecter" }));
    const dialog = await screen.findByRole("alertdialog");
    await user.click(within(dialog).getByRole("button", { name: "Se déconnecter" }));
    expect(await within(dialog).findByText(/ne sont pas encore sauvegardés/)).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: "Se déconnecter quand même" }));
    await waitFor(() => expect(backend.calls).toContain("signOut anyway"));
  });
});
