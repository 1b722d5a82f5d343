import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { bundleOf } from "../../i18n/bundles";
import type { Language, Theme } from "../../ipc/backend";
import { objections, openSettings } from "../../testing";
import { PAGES } from "./pages";

const words = (language: Language, id: string) => {
  const bundle = bundleOf(language);
  return bundle.formatPattern(bundle.getMessage(id)?.value ?? id);
};
const sheet = (page: string) => within(screen.getByRole("region", { name: page }));
const polite = () => screen.getByTestId("live-polite");

describe.each<[Language, Theme]>([
  ["fr", "light"],
  ["fr", "contrast"],
  ["de", "dark"],
  ["de", "contrast"],
])("in %s, %s", (language, theme) => {
  it("axe objects to nothing on any page, nor in the search", async () => {
    const { user } = await openSettings(words(language, PAGES[0].title), { language, theme, crashedAt: Date.now() });
    for (const { title } of PAGES) {
      await user.click(screen.getByRole("button", { name: words(language, title) }));
      await screen.findByRole("heading", { level: 1, name: words(language, title) });
      expect(await objections(), title).toEqual([]);
    }
    await user.type(screen.getByRole("searchbox"), "e");
    expect(await objections(), "the search").toEqual([]);
  });
});

it("what the search can find is on its page, and nothing is there that it cannot", async () => {
  const { user } = await openSettings("Compte");
  for (const { title, entries } of PAGES) {
    await user.click(screen.getByRole("button", { name: words("fr", title) }));
    await screen.findByRole("heading", { level: 1, name: words("fr", title) });
    const rows = [...document.querySelectorAll<HTMLElement>("[data-setting]")].map((row) => row.dataset.setting);
    expect(rows).toEqual(entries);
  }
});

describe("the account", () => {
  it("gets another name, once it is one", async () => {
    const { backend, user } = await openSettings("Compte");
    const name = screen.getByRole("textbox", { name: "Nom affiché" });
    const save = screen.getByRole("button", { name: "Enregistrer" });
    expect(save).toBeDisabled();
    await user.clear(name);
    expect(save).toBeDisabled();
    await user.type(name, "  Camille Martin {Enter}");
    await waitFor(() => expect(backend.calls).toContain("setDisplayName Camille Martin"));
    await waitFor(() => expect(polite()).toHaveTextContent("Nom enregistré."));
    expect(name).toHaveValue("Camille Martin");
    expect(screen.getByTitle("Camille Martin")).toBeVisible();
  });

  it("Esc takes a name back that was begun, and only then leaves", async () => {
    const { user } = await openSettings("Compte");
    const name = screen.getByRole("textbox", { name: "Nom affiché" });
    await user.type(name, " X{Escape}");
    expect(name).toHaveValue("Camille Lefèvre");
    await user.keyboard("{Escape}");
    expect(await screen.findByRole("listbox")).toBeVisible();
  });

  it("says why a name is refused, and keeps what was typed", async () => {
    const { backend, user } = await openSettings("Compte");
    backend.setDisplayName = () => Promise.reject({ code: "offline", args: {}, ref: "x" });
    await user.type(screen.getByRole("textbox", { name: "Nom affiché" }), " X{Enter}");
    expect(await sheet("Compte").findByText(/Pas de connexion au serveur/)).toBeVisible();
    expect(screen.getByRole("textbox", { name: "Nom affiché" })).toHaveValue("Camille Lefèvre X");
    expect(polite()).not.toHaveTextContent("Nom enregistré.");
  });

  it("gets a picture, and loses it; the focus stays", async () => {
    const { backend, user } = await openSettings("Compte");
    expect(screen.queryByRole("button", { name: "Supprimer la photo" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Choisir une photo…" }));
    await waitFor(() => expect(polite()).toHaveTextContent("Photo changée."));
    await user.click(await screen.findByRole("button", { name: "Supprimer la photo" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Supprimer la photo" })).toBeNull());
    expect(backend.calls).toContain("removeAvatar");
    await waitFor(() => expect(screen.getByRole("button", { name: "Choisir une photo…" })).toHaveFocus());
  });

  it("gets no picture where the organisation lets none be sent, and may lose the one it has; the focus stays", async () => {
    const { backend, user } = await openSettings("Compte");
    await user.click(screen.getByRole("button", { name: "Choisir une photo…" }));
    act(() => backend.policy.set({ ...backend.policy.get(), images: false }));
    const why = await screen.findByText("Votre organisation ne permet pas d’envoyer des images.");
    expect(screen.queryByRole("button", { name: "Choisir une photo…" })).toBeNull();
    await user.click(await screen.findByRole("button", { name: "Supprimer la photo" }));
    await waitFor(() => expect(why).toHaveFocus());
    expect(await objections()).toEqual([]);
  });

  it("says nothing when no picture was chosen, and why one was refused", async () => {
    const { backend, user } = await openSettings("Compte");
    backend.chooseAvatar = () => Promise.resolve(false);
    await user.click(screen.getByRole("button", { name: "Choisir une photo…" }));
    expect(polite()).toHaveTextContent(/^$/);
    backend.chooseAvatar = () => Promise.reject({ code: "image-unreadable", args: {}, ref: "x" });
    await user.click(screen.getByRole("button", { name: "Choisir une photo…" }));
    expect(await sheet("Compte").findByText(/Cette image ne peut pas être lue/)).toBeVisible();
  });
});

describe("storage", () => {
  it("is cleared only after asking, then measured again", async () => {
    const { backend, user } = await openSettings("Stockage");
    expect(await screen.findByText(/^623,7\sMo$/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Libérer de la place" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(within(dialog).getByRole("button", { name: "Annuler" })).toHaveFocus();
    expect(within(dialog).getByText(/Rien n’est perdu/)).toBeVisible();
    expect(backend.calls).not.toContain("clearCache");
    await user.click(within(dialog).getByRole("button", { name: "Libérer de la place" }));
    await waitFor(() => expect(polite()).toHaveTextContent("La place est libérée."));
    expect(await screen.findByText(/^66\sMo$/)).toBeVisible();
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });

  it("says that it could not be cleared", async () => {
    const { backend, user } = await openSettings("Stockage");
    backend.clearCache = () => Promise.reject({ code: "storage-failed", args: {}, ref: "x" });
    await user.click(await screen.findByRole("button", { name: "Libérer de la place" }));
    const dialog = await screen.findByRole("alertdialog");
    await user.click(within(dialog).getByRole("button", { name: "Libérer de la place" }));
    expect(await sheet("Stockage").findByText(/ne peuvent pas être lues ou enregistrées/)).toBeVisible();
    expect(polite()).not.toHaveTextContent("La place est libérée.");
  });
});

describe("about", () => {
  it("names the versions and the licence", async () => {
    await openSettings("À propos");
    expect(await screen.findByText("WebKitGTK 2.48.3")).toBeVisible();
    expect(screen.getByText("0.18.0")).toBeVisible();
    expect(screen.getByText("EUPL-1.2")).toBeVisible();
    expect(screen.getByText(/^Estafette 0\.1\.0 · Logiciel libre$/)).toBeVisible();
  });

  it("lists the components when asked, and draws only what is in view of very many", async () => {
    const { backend, user } = await openSettings("À propos");
    expect(backend.calls).not.toContain("licences");
    const button = screen.getByRole("button", { name: "Afficher la liste" });
    expect(button).toHaveAttribute("aria-expanded", "false");
    await user.click(button);
    const list = await screen.findByRole("list", { name: "Composants" });
    expect(polite()).toHaveTextContent("800 composants");
    const parts = await within(list).findAllByRole("listitem");
    expect(parts.length).toBeLessThan(100);
    expect(parts[0]).toHaveAttribute("aria-setsize", "800");
    expect(await objections()).toEqual([]);
    await user.type(screen.getByRole("searchbox", { name: "Rechercher un composant" }), "sqlite-7");
    await waitFor(() => expect(within(list).getAllByRole("listitem")[0]).toHaveTextContent("sqlite-7"));
    expect(polite()).toHaveTextContent("11 composants");
    await user.click(screen.getByRole("button", { name: "Masquer la liste" }));
    expect(screen.queryByRole("list", { name: "Composants" })).toBeNull();
  });
});
