import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Language } from "../../ipc/backend";
import { createFake } from "../../ipc/fake";
import { ministry } from "../../ipc/fake/brand";
import { noBrand } from "../../stores/brand";
import { objections, open, openSettings } from "../../testing";

const PAGES = { fr: "Pages de votre organisation, dans le navigateur", de: "Seiten Ihrer Organisation, im Browser" };
const signIn = (brand = {}) => open({ account: "signedOut", brand });
const user = () => screen.findByRole("textbox", { name: "Nom d’utilisateur" });
const aside = () => screen.getByRole("complementary");

describe("an organisation that has decided nothing", () => {
  it("is not seen", async () => {
    signIn();
    expect(await screen.findByRole("textbox", { name: "Adresse professionnelle" })).toHaveFocus();
    expect(aside()).toHaveAccessibleName("Estafette");
    expect(within(aside()).getByText("Estafette")).toBeVisible();
    expect(document.querySelector("img")).toBeNull();
    expect(screen.queryByRole("navigation")).toBeNull();
  });
});

describe("an organisation's name and picture", () => {
  it("stand in the place of ours, on each page before the conversations", async () => {
    const backend = createFake({ account: "locked", brand: { name: "Messagerie du ministère", logo: true } });
    backend.mediaUrl = (handle) => `media://${handle}`;
    open({}, backend);
    await screen.findByRole("heading", { name: "Vos messages sont verrouillés" });
    expect(screen.getByRole("complementary", { name: "Messagerie du ministère" })).toBeVisible();
    expect(within(aside()).queryByText("Estafette")).toBeNull();
    const picture = document.querySelector("img") as HTMLImageElement;
    expect(picture).toHaveAttribute("src", "media://logo");
    // The name beside it says it all.
    expect(picture).toHaveAttribute("alt", "");
  });

  it("a picture that cannot be drawn gives way to ours", async () => {
    signIn({ logo: true });
    await screen.findByRole("heading", { name: "Se connecter" });
    fireEvent.error(document.querySelector("img") as HTMLImageElement);
    expect(document.querySelector("img")).toBeNull();
    expect(within(aside()).getByText("Estafette").parentElement?.querySelector("svg")).not.toBeNull();
  });

  it("come and go while the page is open, and leave what was typed", async () => {
    const { backend, user: typist } = signIn();
    await typist.type(await screen.findByRole("textbox"), "camille@grand-est.example");
    act(() => backend.brand.set({ ...noBrand, name: "Behördenfunk" }));
    expect(aside()).toHaveAccessibleName("Behördenfunk");
    act(() => backend.brand.set(noBrand));
    expect(aside()).toHaveAccessibleName("Estafette");
    expect(screen.getByRole("textbox")).toHaveValue("camille@grand-est.example");
  });
});

describe("an organisation's pages", () => {
  const links = (language: Language) => within(screen.getByRole("navigation", { name: PAGES[language] }));

  it.each<[Language, string[]]>([
    [
      "fr",
      [
        "Aide",
        "Conditions d’utilisation",
        "Données personnelles",
        "Mentions légales",
        "Accessibilité",
        "État des services",
      ],
    ],
    ["de", ["Hilfe", "Nutzungsbedingungen", "Datenschutz", "Impressum", "Barrierefreiheit", "Status der Dienste"]],
  ])("have words in %s", async (language, names) => {
    open({ account: "signedOut", brand: ministry, language });
    await screen.findByRole("navigation");
    const found = links(language).getAllByRole("link");
    expect(found.map((link) => link.textContent)).toEqual(names);
    for (const [index, name] of names.entries()) {
      expect(found[index]).toHaveAccessibleName(name);
      // The address is not read out.
      expect(found[index]).not.toHaveAccessibleDescription();
    }
    // WebKit takes a list without bullets for none, unless it says so.
    expect(links(language).getByRole("list")).toHaveAttribute("role", "list");
  });

  it("come last by Tab, and are opened in the browser by Enter", async () => {
    const { backend, user: typist } = signIn({ links: ministry.links.slice(0, 2) });
    const address = await screen.findByRole("textbox");
    expect(address).toHaveFocus();
    await typist.tab();
    expect(screen.getByRole("button", { name: "Continuer" })).toHaveFocus();
    await typist.tab();
    expect(links("fr").getByRole("link", { name: "Aide" })).toHaveFocus();
    await typist.tab();
    expect(links("fr").getByRole("link", { name: "Conditions d’utilisation" })).toHaveFocus();
    await typist.keyboard("{Enter}");
    expect(backend.calls).toContain("openLink https://www.example.fr/conditions");
    expect(backend.calls).not.toContain("openLink https://aide.example.fr/");
  });

  it("stand below the settings too, at the end of the list", async () => {
    const { backend, user: typist } = await openSettings("Compte", { brand: { links: ministry.links.slice(0, 2) } });
    const pages = within(screen.getByRole("navigation", { name: "Pages des réglages" })).getAllByRole("button");
    pages.at(-1)?.focus();
    await typist.tab();
    expect(links("fr").getByRole("link", { name: "Aide" })).toHaveFocus();
    await typist.keyboard("{Enter}");
    expect(backend.calls).toContain("openLink https://aide.example.fr/");
    expect(await objections()).toEqual([]);
    // Also while something is looked for; and gone when there are none.
    await typist.type(screen.getByRole("searchbox"), "texte");
    expect(links("fr").getAllByRole("link")).toHaveLength(2);
    act(() => backend.brand.set(noBrand));
    expect(screen.queryByRole("navigation", { name: PAGES.fr })).toBeNull();
  });

  it("say why one was not opened", async () => {
    const { backend, user: typist } = signIn({ links: ministry.links });
    backend.openLink = () => Promise.reject({ code: "link-refused", args: {}, ref: "x" });
    await typist.click(await screen.findByRole("link", { name: "Aide" }));
    expect(await screen.findAllByText("Estafette n’ouvre pas ce type de lien.")).not.toHaveLength(0);
  });
});

describe("a server that is the same for everybody", () => {
  it("is named, and a name is enough", async () => {
    const { backend, user: typist } = signIn({ server: "matrix.ministere.example" });
    expect(await user()).toHaveFocus();
    expect(screen.queryByRole("textbox", { name: "Adresse professionnelle" })).toBeNull();
    expect(screen.getByText(/^Vous vous connectez au serveur matrix\.ministere\.example/)).toBeVisible();
    expect(await user()).toHaveAccessibleDescription("Votre adresse professionnelle convient aussi.");
    await typist.keyboard("camille{Enter}");
    const password = await screen.findByLabelText("Mot de passe");
    expect(screen.getByText("matrix.ministere.example")).toBeVisible();
    await waitFor(() => expect(password).toHaveFocus());
    await typist.keyboard("secret{Enter}");
    await waitFor(() => expect(backend.calls).toContain("signIn camille -"));
    expect(backend.calls).toContain("discover camille");
  });

  it("leaves only the name to be changed", async () => {
    const { user: typist } = signIn({ server: "matrix.ministere.example" });
    await typist.type(await user(), "camille{Enter}");
    await typist.click(await screen.findByRole("button", { name: "Changer de nom d’utilisateur" }));
    expect(await user()).toHaveValue("camille");
    expect(screen.queryByRole("button", { name: "Changer d’adresse" })).toBeNull();
  });
});

it.each<Language>(["fr", "de"])("axe objects to nothing where all is decided, in %s", async (language) => {
  open({ account: "signedOut", brand: ministry, language });
  await screen.findByRole("navigation", { name: PAGES[language] });
  expect(await objections()).toEqual([]);
});
