import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Language } from "../../ipc/backend";
import { createFake, failure } from "../../ipc/fake";
import { objections, open } from "../../testing";

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
    expect(screen.queryByRole("button", { name: "Réessayer" })).not.toBeInTheDocument();
  });

  it("a profile that cannot be opened says why", async () => {
    open({ account: "unusable" });
    expect(await screen.findByText(/déjà ouverte avec ce profil/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Mettre les données de côté" })).not.toBeInTheDocument();
  });
});

describe("an account that is not allowed any more", () => {
  const remove = () => screen.findByRole("button", { name: "Retirer ce compte" });

  it("is given up only after asking what becomes of the messages", async () => {
    const { backend, user } = open({ account: "refused" });
    expect(await screen.findByText(/ne permet plus d’utiliser le compte .* ancien\.example/)).toBeVisible();
    await user.click(await remove());
    const dialog = await screen.findByRole("alertdialog", { name: /^Retirer ce compte de cet ordinateur/ });
    expect(within(dialog).getByText(/n’est pas effacé/)).toBeVisible();
    expect(within(dialog).getByText(/clé de récupération sera demandée/)).toBeVisible();
    expect(within(dialog).getByRole("button", { name: "Annuler" })).toHaveFocus();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(backend.calls).not.toContain("signOut");
    await user.click(await remove());
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Retirer ce compte" }));
    expect(await address()).toBeVisible();
    expect(backend.calls).toContain("signOut");
  });

  it("says in place why it was not given up", async () => {
    const backend = createFake({ account: "refused" });
    backend.signOut = () => Promise.reject(failure("keyring-unavailable"));
    const { user } = open({}, backend);
    await user.click(await remove());
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Retirer ce compte" }));
    expect((await screen.findByText(/Déverrouillez-le/)).closest("[role=status]")).not.toBeNull();
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(await remove()).toBeVisible();
  });

  it("keeps what was typed of another address, which can then be tried again", async () => {
    const { backend, user } = open({ account: "signedOut", held: true });
    await user.type(await address(), "camille@grand-est.example{Enter}");
    const why = await screen.findByText(/Le compte @camille:ancien\.example est encore gardé/);
    expect(why.closest("[role=status]")).not.toBeNull();
    expect(await objections()).toEqual([]);
    await user.click(await remove());
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Retirer ce compte" }));
    await waitFor(() => expect(screen.queryByText(/est encore gardé/)).toBeNull());
    expect(screen.getByTestId("live-polite")).toHaveTextContent("Le compte est retiré.");
    expect(backend.calls).toContain("signOut");
    expect(await address()).toHaveValue("camille@grand-est.example");
    expect(await address()).toBeValid();
    await waitFor(async () => expect(await address()).toHaveFocus());
    await user.keyboard("{Enter}");
    expect(await screen.findByLabelText("Mot de passe")).toBeVisible();
  });

  it("is offered to be given up beside the password as well", async () => {
    const { backend, user } = open({ account: "signedOut" });
    const signIn = backend.signIn;
    const refusal = { server: "grand-est.example", account: "@camille:ancien.example" };
    backend.signIn = () => Promise.reject(failure("server-not-allowed", refusal));
    await user.type(await address(), "camille@grand-est.example{Enter}");
    await user.type(await screen.findByLabelText("Mot de passe"), "secret{Enter}");
    expect(await screen.findByText(/Le compte @camille:ancien\.example est encore gardé/)).toBeVisible();
    await user.click(await remove());
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Retirer ce compte" }));
    await waitFor(() => expect(screen.getByLabelText("Mot de passe")).toHaveFocus());
    expect(screen.getByLabelText("Mot de passe")).toHaveValue("secret");
    backend.signIn = signIn;
    await user.keyboard("{Enter}");
    await waitFor(() => expect(backend.calls).toContain("signIn camille@grand-est.example -"));
  });

  it("is not spoken of where only the organisation forbids the server", async () => {
    const backend = createFake({ account: "signedOut" });
    backend.discover = () => Promise.reject(failure("server-not-allowed", { server: "grand-est.example" }));
    const { user } = open({}, backend);
    await user.type(await address(), "camille@grand-est.example{Enter}");
    expect(await screen.findByText(/ne permet pas de se connecter au serveur grand-est.example/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Retirer ce compte" })).toBeNull();
  });

  it.each<Language>(["fr", "de"])("axe objects to nothing, in %s", async (language) => {
    const { user } = open({ account: "refused", language });
    await screen.findByRole("heading", { level: 1 });
    expect(await objections()).toEqual([]);
    await user.click(screen.getByRole("button", { name: language === "fr" ? /^Retirer/ : /^Dieses Konto/ }));
    await screen.findByRole("alertdialog");
    expect(await objections()).toEqual([]);
  });
});

describe("what only the administration can put right", () => {
  it.each(["rootless", "proxyless", "proxyBroken"] as const)(
    "may be tried again, and says that it is as before: %s",
    async (account) => {
      const { backend, user } = open({ account });
      await screen.findByRole("heading", { name: "Votre profil ne peut pas être ouvert" });
      expect(await objections()).toEqual([]);
      const live = screen.getByTestId("live-polite");
      const before = backend.account.get();
      if (before.kind !== "unusable") throw new Error("it can be used");
      // By itself: nobody waits for that.
      act(() => backend.account.set({ ...before, error: { ...before.error } }));
      expect(live).toHaveTextContent("");
      await user.click(screen.getByRole("button", { name: "Réessayer" }));
      expect(backend.calls).toContain("retryKeyring");
      act(() => backend.account.set({ ...before, error: { ...before.error } }));
      expect(live).toHaveTextContent(/votre service informatique/);
      expect(screen.queryByRole("button", { name: "Retirer ce compte" })).toBeNull();
    },
  );
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
