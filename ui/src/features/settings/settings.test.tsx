import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open, openRoom, openSettings } from "../../testing";

const gear = () => screen.findByRole("button", { name: "Réglages" });
const heading = (name: string) => screen.findByRole("heading", { level: 1, name });
const field = () => screen.findByRole("textbox", { name: /^Message chiffré à/ });
const patches = (calls: readonly string[]) => calls.filter((call) => call.startsWith("changeSettings"));

describe("the way there and back", () => {
  it("by keys alone: Ctrl+, says the page, Esc brings back to where one wrote", async () => {
    const { user } = await openRoom(/Passerelle/);
    expect(await field()).toHaveFocus();
    await user.keyboard("{Control>},{/Control}");
    expect(await heading("Compte")).toHaveFocus();
    expect(screen.queryByRole("log")).toBeNull();
    await user.keyboard("{Escape}");
    expect(await field()).toHaveFocus();
    expect(screen.getByRole("heading", { name: "Passerelle des Deux Rives" })).toBeVisible();
  });

  it("brings back to the list, and to the gear", async () => {
    const { user } = await openRoom(/Passerelle/);
    screen.getByRole("listbox").focus();
    await user.keyboard("{Control>},{/Control}");
    await heading("Compte");
    await user.keyboard("{Escape}");
    expect(await screen.findByRole("listbox")).toHaveFocus();

    (await gear()).focus();
    await user.keyboard("{Enter}");
    expect(await heading("Compte")).toHaveFocus();
    await user.keyboard("{Escape}");
    expect(await gear()).toHaveFocus();
  });

  it("a click on the gear leaves the focus there; Messages goes back", async () => {
    const { user } = await openRoom(/Passerelle/);
    await user.click(await field());
    await user.click(await gear());
    await heading("Compte");
    expect(await gear()).toHaveFocus();
    expect(await gear()).toHaveAttribute("aria-current", "page");
    await user.click(screen.getByRole("button", { name: /^Messages/ }));
    expect(await screen.findByRole("log")).toBeVisible();
    expect(await gear()).not.toHaveAttribute("aria-current");
  });

  it("from the account's menu, and back to it", async () => {
    const { user } = open();
    const [menu] = await screen.findAllByRole("button", { name: "Compte de Camille Lefèvre" });
    await user.click(menu as HTMLElement);
    await user.click(await screen.findByRole("menuitem", { name: "Réglages" }));
    await waitFor(async () => expect(await heading("Compte")).toHaveFocus());
    await user.keyboard("{Escape}");
    await screen.findByRole("listbox");
    expect(document.activeElement).toHaveAccessibleName("Compte de Camille Lefèvre");
  });

  it("Esc closes first what is nearest", async () => {
    const { user } = await openSettings("Notifications");
    await user.click(screen.getByRole("button", { name: /Contenu des notifications/ }));
    await screen.findByRole("listbox");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("listbox")).toBeNull();
    expect(await heading("Notifications")).toBeVisible();
    await user.type(screen.getByRole("searchbox"), "texte{Escape}");
    expect(screen.getByRole("searchbox")).toHaveValue("");
    await user.keyboard("{Escape}");
    expect(await screen.findByRole("listbox", { name: "Conversations" })).toBeVisible();
  });

  it("no conversation is changed from there", async () => {
    const { backend, user } = await openSettings("Langue");
    await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await user.keyboard("{Escape}");
    await screen.findByRole("listbox");
    expect(screen.queryByRole("log")).toBeNull();
    expect(backend.calls.some((call) => call.startsWith("markRead"))).toBe(false);
  });
});

describe("the pages", () => {
  it("are opened by keys, each says its title, and one is the current one", async () => {
    const { user } = await openSettings("Compte");
    const pages = within(screen.getByRole("navigation", { name: "Pages des réglages" })).getAllByRole("button");
    expect(pages.map((page) => page.textContent)).toEqual([
      "Compte",
      "Notifications",
      "Apparence",
      "Accessibilité",
      "Langue",
      "Confidentialité",
      "Stockage",
      "À propos",
    ]);
    for (const page of pages) {
      page.focus();
      await user.keyboard("{Enter}");
      expect(await heading(page.textContent ?? "")).toHaveFocus();
      expect(page).toHaveAttribute("aria-current", "page");
    }
    expect(pages[0]).not.toHaveAttribute("aria-current");
  });

  it("F6 goes from the rail to the list, and to the page", async () => {
    const { user } = await openSettings("Apparence");
    (await gear()).focus();
    await user.keyboard("{F6}");
    expect(screen.getByRole("searchbox")).toHaveFocus();
    await user.keyboard("{F6}");
    expect(await heading("Apparence")).toHaveFocus();
  });

  it("in a narrow window cover the list, and Esc goes back step by step", async () => {
    const { user } = open();
    await screen.findByRole("listbox");
    document.documentElement.dataset.width = "medium small narrow";
    await user.keyboard("{Control>},{/Control}");
    await waitFor(() => expect(screen.getByRole("heading", { level: 2, name: "Réglages" })).toHaveFocus());
    expect(screen.getByRole("main")).not.toHaveAttribute("data-open");
    screen.getByRole("button", { name: "Langue" }).focus();
    await user.keyboard("{Enter}");
    expect(await heading("Langue")).toHaveFocus();
    expect(screen.getByRole("main")).toHaveAttribute("data-open");
    await user.keyboard("{Escape}");
    expect(screen.getByRole("main")).not.toHaveAttribute("data-open");
    await user.keyboard("{Escape}");
    expect(await screen.findByRole("listbox")).toBeVisible();
  });
});

describe("a dialog of the settings", () => {
  it("takes Esc for itself, and gives the focus back", async () => {
    const { user } = await openSettings("Stockage");
    document.documentElement.dataset.width = "medium small narrow";
    const clear = screen.getByRole("button", { name: "Libérer de la place" });
    clear.focus();
    await user.keyboard("{Enter}");
    await screen.findByRole("alertdialog");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("alertdialog")).toBeNull();
    await waitFor(() => expect(clear).toHaveFocus());
    expect(screen.getByRole("main")).toHaveAttribute("data-open");
  });
});

describe("the search", () => {
  const search = () => screen.getByRole("searchbox", { name: "Rechercher un réglage" });

  it("leads to a button and does not press it", async () => {
    const { user } = await openSettings("Compte");
    await user.type(search(), "libérer{Enter}");
    expect(screen.getByRole("button", { name: "Libérer de la place" })).toHaveFocus();
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });

  it("finds over all pages, whatever the case and accents, and says how many", async () => {
    const { user } = await openSettings("Compte");
    await user.type(search(), "DENSITE");
    expect(screen.getByRole("button", { name: "Densité, Apparence" })).toBeVisible();
    expect(screen.getByTestId("live-polite")).toHaveTextContent("1 réglage trouvé");
    expect(screen.queryByRole("navigation", { name: "Pages des réglages" })).toBeNull();
  });

  it("finds by what a setting does and by other words for it, all of them", async () => {
    const { user } = await openSettings("Compte");
    await user.type(search(), "44 pixels");
    expect(screen.getByRole("button", { name: /Grandes zones de clic/ })).toBeVisible();
    await user.clear(search());
    await user.type(search(), "zoom");
    expect(screen.getByRole("button", { name: /Taille du texte/ })).toBeVisible();
    await user.type(search(), " sombre");
    expect(screen.getByText(/Aucun réglage ne correspond/)).toBeVisible();
    expect(screen.getByTestId("live-polite")).toHaveTextContent("Aucun réglage trouvé");
  });

  it("finds in the language of the window", async () => {
    const { user } = await openSettings("Konto", { language: "de" });
    await user.type(screen.getByRole("searchbox", { name: "Einstellung suchen" }), "grosse");
    expect(screen.getByRole("button", { name: "Textgröße, Darstellung" })).toBeVisible();
    expect(screen.getByRole("button", { name: /Größere Klickflächen/ })).toBeVisible();
  });

  it("leads by keys to the setting itself, and marks it", async () => {
    const { user } = await openSettings("Compte");
    search().focus();
    await user.keyboard("accuses{ArrowDown}");
    expect(screen.getByRole("button", { name: "Accusés de lecture, Confidentialité" })).toHaveFocus();
    await user.keyboard("{ArrowUp}");
    expect(search()).toHaveFocus();
    await user.keyboard("{ArrowDown}{Enter}");
    expect(await heading("Confidentialité")).toBeVisible();
    const found = screen.getByRole("switch", { name: "Accusés de lecture" });
    expect(found).toHaveFocus();
    expect(found.closest("[data-setting]")).toHaveAttribute("data-found");
    expect(document.querySelectorAll("[data-found]")).toHaveLength(1);
    expect(search()).toHaveValue("");
    // A page that is opened from the list marks nothing.
    await user.click(screen.getByRole("button", { name: "Confidentialité" }));
    expect(document.querySelectorAll("[data-found]")).toHaveLength(0);
  });

  it("Enter takes the first; what can only be read has the focus itself", async () => {
    const { user } = await openSettings("Compte");
    search().focus();
    await user.keyboard("eupl{Enter}");
    expect(await heading("À propos")).toBeVisible();
    expect(document.activeElement).toHaveAttribute("data-setting", "settings-licence");
    expect(document.activeElement).toHaveAccessibleName("Licence");
  });
});

describe("a setting", () => {
  it("is switched by the space bar, and core is told that one alone", async () => {
    const { backend, user } = await openSettings("Accessibilité");
    const motion = screen.getByRole("switch", { name: "Réduire les animations" });
    expect(motion).toHaveAccessibleDescription(/Arrête tout ce qui bouge/);
    motion.focus();
    await user.keyboard(" ");
    await waitFor(() => expect(motion).toBeChecked());
    screen.getByRole("switch", { name: "Grandes zones de clic" }).focus();
    await user.keyboard(" ");
    screen.getByRole("switch", { name: /Raccourcis/ }).focus();
    await user.keyboard(" ");
    await waitFor(() =>
      expect(patches(backend.calls)).toEqual([
        'changeSettings {"motion":"reduced"}',
        'changeSettings {"largeTargets":true}',
        'changeSettings {"singleKeys":false}',
      ]),
    );
  });

  it("is chosen from a list by keys", async () => {
    const { backend, user } = await openSettings("Accessibilité");
    const list = screen.getByRole("button", { name: /Lecture des nouveaux messages/ });
    expect(list).toHaveTextContent("Tous les messages");
    list.focus();
    await user.keyboard("{Enter}");
    await screen.findByRole("listbox");
    await user.keyboard("{ArrowDown}{Enter}");
    await waitFor(() => expect(patches(backend.calls)).toEqual(['changeSettings {"announcements":"mentions"}']));
    await waitFor(() => expect(list).toHaveTextContent("Les mentions seulement"));
    expect(list).toHaveFocus();
  });

  it("the text grows by keys, up to twice its size, at once", async () => {
    const { backend, user } = await openSettings("Apparence");
    const slider = screen.getByRole("slider", { name: "Taille du texte" });
    expect(slider).toHaveAttribute("aria-valuetext", expect.stringMatching(/^100\s?%$/));
    slider.focus();
    await user.keyboard("{ArrowRight}");
    await waitFor(() => expect(backend.settings.get().textSize).toBe(105));
    expect(document.documentElement.style.getPropertyValue("--text-scale")).toBe("1.05");
    await user.keyboard("{End}");
    await waitFor(() => expect(backend.settings.get().textSize).toBe(200));
    await user.keyboard("{Home}");
    await waitFor(() => expect(backend.settings.get().textSize).toBe(90));
    expect(patches(backend.calls)).toHaveLength(3);
  });

  it("theme, density and language are chosen by arrows", async () => {
    const { user } = await openSettings("Apparence");
    screen.getByRole("radio", { name: "Claires" }).focus();
    await user.keyboard("{ArrowRight}");
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe("dark"));
    screen.getByRole("radio", { name: "Confortable" }).focus();
    await user.keyboard("{ArrowRight}");
    await waitFor(() => expect(document.documentElement.dataset.density).toBe("compact"));
    await user.click(screen.getByRole("button", { name: "Langue" }));
    screen.getByRole("radio", { name: "Français" }).focus();
    await user.keyboard("{ArrowRight}");
    expect(await heading("Sprache")).toBeVisible();
  });

  it("notifications and privacy tell core what was chosen", async () => {
    const { backend, user } = await openSettings("Notifications");
    await user.click(screen.getByRole("button", { name: /Contenu des notifications/ }));
    await user.click(await screen.findByRole("option", { name: "Ni l’un ni l’autre" }));
    await user.click(screen.getByRole("button", { name: "Confidentialité" }));
    await user.click(await screen.findByRole("switch", { name: "Accusés de lecture" }));
    await user.click(screen.getByRole("switch", { name: "Indicateur de saisie" }));
    await waitFor(() =>
      expect(patches(backend.calls)).toEqual([
        'changeSettings {"notifications":"nothing"}',
        'changeSettings {"receipts":false}',
        'changeSettings {"typing":false}',
      ]),
    );
  });

  it("that is refused says why, and stays as it was", async () => {
    const { backend, user } = await openSettings("Apparence");
    backend.changeSettings = () => Promise.reject({ code: "storage-failed", args: {}, ref: "x" });
    screen.getByRole("slider").focus();
    await user.keyboard("{ArrowRight}");
    const sheet = within(screen.getByRole("region", { name: "Apparence" }));
    expect(await sheet.findByText(/ne peuvent pas être lues ou enregistrées/)).toBeVisible();
    await waitFor(() => expect(screen.getByRole("slider")).toHaveValue("100"));
    await user.click(screen.getByRole("button", { name: "Confidentialité" }));
    await user.click(await screen.findByRole("switch", { name: "Accusés de lecture" }));
    expect(screen.getByRole("switch", { name: "Accusés de lecture" })).toBeChecked();
  });

  it("follows what is changed elsewhere", async () => {
    const { backend } = await openSettings("Accessibilité");
    act(() => backend.settings.set({ ...backend.settings.get(), largeTargets: true }));
    expect(screen.getByRole("switch", { name: "Grandes zones de clic" })).toBeChecked();
    expect(document.documentElement.dataset.targets).toBe("large");
  });
});
