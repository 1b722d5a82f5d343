import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { bundleOf } from "../../i18n/bundles";
import type { Language, PolicyEntry, PolicyState } from "../../ipc/backend";
import { managed } from "../../ipc/fake/policy";
import { defaults } from "../../ipc/fake/settings";
import { noPolicy } from "../../stores/policy";
import { objections, open, openSettings } from "../../testing";
import { pagesOf } from "./pages";
import { policyId } from "./policyWords";

const TITLE = { fr: "Règles de votre organisation", de: "Vorgaben Ihrer Organisation" } as const;
const words = (language: Language, id: string) => {
  const bundle = bundleOf(language);
  return bundle.formatPattern(bundle.getMessage(id)?.value ?? id);
};
const decided = managed(defaults);
const openRules = (language: Language = "fr") => openSettings(TITLE[language], { managed: true, language });
const sheet = (language: Language = "fr") => screen.getByRole("region", { name: TITLE[language] });
const rule = (name: string) => within(screen.getByRole("group", { name }));
const patches = (calls: readonly string[]) => calls.filter((call) => call.startsWith("changeSettings"));
/** Texts are looked for whatever their spaces. */
const spaced = (text: string) => text.replaceAll(/\s+/g, " ");

it("ids are those that the words stand under", () => {
  expect(policyId("notifications.content")).toBe("policy-notifications-content");
  expect(policyId("network.proxyExceptions")).toBe("policy-network-proxy-exceptions");
});

describe("the page of the rules", () => {
  it("is there only while somebody has decided on something", async () => {
    const { backend, user } = await openSettings("Compte");
    expect(screen.queryByRole("button", { name: TITLE.fr })).toBeNull();
    act(() => backend.policy.set(decided));
    const page = screen.getByRole("button", { name: TITLE.fr });
    page.focus();
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: TITLE.fr })).toHaveFocus();
    act(() => backend.policy.set(noPolicy));
    expect(await screen.findByRole("heading", { level: 1, name: "Compte" })).toBeVisible();
    expect(screen.queryByRole("button", { name: TITLE.fr })).toBeNull();
    expect(document.body).not.toHaveFocus();
  });

  it("is there where something is only wrong", async () => {
    const { backend, user } = await openSettings("Compte");
    act(() => backend.policy.set({ ...noPolicy, problems: decided.problems }));
    await user.click(screen.getByRole("button", { name: TITLE.fr }));
    expect(within(sheet()).getAllByRole("listitem")).toHaveLength(3);
  });

  it("has each rule in its section, with its value in words", async () => {
    await openRules();
    const headings = within(sheet()).getAllByRole("heading", { level: 2 });
    expect(headings.map((heading) => heading.textContent)).toEqual([
      "Erreurs dans les règles",
      "Serveurs",
      "Chiffrement",
      "Notifications",
      "Messages",
      "Interface",
      "Identité visuelle",
      "Liens",
      "Réseau",
      "Journal",
    ]);
    const servers = rule("Serveurs autorisés").getAllByRole("listitem");
    expect(servers.map((server) => server.textContent)).toEqual(["agent.dinum.tchap.gouv.fr", "matrix.bund.de"]);
    expect(rule("Contenu des notifications").getByText("Expéditeur seulement")).toBeVisible();
    expect(rule("Envoi d’images").getByText("Non")).toBeVisible();
    expect(rule("Accusés de lecture").getByText("Oui")).toBeVisible();
    expect(rule("Couleur des boutons").getByText("#000091")).toBeVisible();
    expect(rule("Accès sans proxy").getByText("Liste vide")).toBeVisible();
    expect(screen.getByRole("group", { name: "Envoi d’images" })).toHaveAccessibleDescription(/Permet d’envoyer/);
  });

  it("says who decided, where that stands, and what is locked", async () => {
    await openRules();
    const images = rule("Envoi d’images");
    expect(images.getByText("Votre service informatique, pour cet ordinateur")).toBeVisible();
    expect(images.getByText("/etc/estafette/policies/managed/ministere.json:5")).toBeVisible();
    expect(images.getByText("Verrouillé")).toBeVisible();
    const colour = rule("Couleur des boutons");
    expect(colour.getByText("Votre service informatique, à titre de conseil")).toBeVisible();
    expect(colour.queryByText("Verrouillé")).toBeNull();
    expect(rule("Aide").queryByText("Où cela est écrit")).toBeNull();
    const recipients = rule("Appareils destinataires");
    expect(recipients.getByText("Le serveur de votre compte")).toBeVisible();
    expect(recipients.getByText("https://agent.dinum.tchap.gouv.fr/.well-known/matrix/client")).toBeVisible();
    expect(recipients.getByText("Verrouillé")).toBeVisible();
  });

  it("is heard with all of that by who arrives at it without seeing it", async () => {
    const { backend, user } = await openSettings("Compte", { managed: true });
    await user.type(screen.getByRole("searchbox"), "envoi d'images{Enter}");
    const heard = (name: string, words: RegExp | string) => {
      const group = screen.getByRole("group", { name });
      for (const id of group.getAttribute("aria-describedby")?.split(" ") ?? [])
        expect(document.getElementById(id), id).not.toBeNull();
      expect(group).toHaveAccessibleDescription(words);
    };
    expect(screen.getByRole("group", { name: "Envoi d’images" })).toHaveFocus();
    heard(
      "Envoi d’images",
      "Permet d’envoyer des images et de choisir sa photo. Sinon, celles qui attendent d’être envoyées sont retenues. Celles qui sont reçues restent visibles dans tous les cas. Non " +
        "Qui en a décidé Votre service informatique, pour cet ordinateur " +
        "Où cela est écrit /etc/estafette/policies/managed/ministere.json:5 " +
        "Ce qui est écrit là est faux ou illisible\u00a0: la valeur la plus sûre s’applique. Verrouillé",
    );
    heard("Serveurs autorisés", / agent\.dinum\.tchap\.gouv\.fr matrix\.bund\.de Qui /);
    heard("Accès sans proxy", / Liste vide Qui .* Verrouillé$/);
    heard("Aide", / https:\/\/aide\.example\.fr Qui en a décidé L’installation d’Estafette$/);
    heard("Adresse du proxy", / S’appliquera au prochain démarrage d’Estafette\. Verrouillé$/);
    const entries = decided.entries.map((entry) => ({ ...entry, locked: false, pending: false }));
    act(() => backend.policy.set({ ...decided, entries }));
    heard("Adresse du proxy", /ministere\.json:3$/);
  });

  it("says that one is gone, and holds until the next start", async () => {
    await openRules();
    const gone = "Cette règle n’existe plus. Elle s’applique encore jusqu’au prochain démarrage d’Estafette.";
    expect(rule("Détail du journal").getByText(gone)).toBeVisible();
    expect(screen.getAllByText(gone)).toHaveLength(1);
  });

  it("says where a safe value holds instead", async () => {
    await openRules();
    const fallback = /la valeur la plus sûre s’applique/;
    expect(rule("Envoi d’images").getByText(fallback)).toBeVisible();
    expect(rule("Serveurs autorisés").queryByText(fallback)).toBeNull();
  });

  it("says once, and at the rule, that it waits for the next start", async () => {
    const { backend } = await openRules();
    const notice = screen.getByText("Certains changements s’appliqueront au prochain démarrage d’Estafette.");
    expect(notice.closest("[role=status]")).not.toBeNull();
    expect(screen.getAllByText("S’appliquera au prochain démarrage d’Estafette.")).toHaveLength(1);
    expect(rule("Adresse du proxy").getByText(/^S’appliquera au prochain démarrage/)).toBeVisible();
    const entries = decided.entries.map((entry) => ({ ...entry, pending: false, withdrawn: false }));
    act(() => backend.policy.set({ ...decided, entries }));
    expect(screen.queryByText(/prochain démarrage/)).toBeNull();
  });

  it("keeps the rule in view that one was led to, whatever comes above it", async () => {
    const scrolled = vi.fn();
    vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: Element) {
      return this.hasAttribute("data-setting") ? new DOMRect(0, ruleAt, 800, 100) : new DOMRect(0, 0, 800, 600);
    });
    let ruleAt = 250;
    HTMLElement.prototype.scrollIntoView = function (options) {
      scrolled(this.dataset.setting, options);
    };
    try {
      const calm = decided.entries.map((entry) => ({ ...entry, pending: false, withdrawn: false }));
      const { backend, user } = await openSettings("Compte", { managed: true });
      act(() => backend.policy.set({ ...decided, entries: calm }));
      await user.type(screen.getByRole("searchbox"), "detail du journal{Enter}");
      const rule = "policy-log-level";
      expect(scrolled.mock.calls).toEqual([[rule, { block: "center" }]]);
      act(() => backend.policy.set(decided));
      expect(scrolled.mock.lastCall).toEqual([rule, { block: "nearest" }]);
      expect(scrolled).toHaveBeenCalledTimes(2);
      // Who has scrolled on is not brought back.
      ruleAt = 700;
      fireEvent.scroll(document.querySelector("[data-region=page]") as Element);
      act(() => backend.policy.set({ ...decided, entries: calm }));
      expect(scrolled).toHaveBeenCalledTimes(2);
      ruleAt = 550;
      fireEvent.scroll(document.querySelector("[data-region=page]") as Element);
      act(() => backend.policy.set(decided));
      expect(scrolled).toHaveBeenCalledTimes(3);
    } finally {
      vi.restoreAllMocks();
      Reflect.deleteProperty(HTMLElement.prototype, "scrollIntoView");
    }
  });

  it("lists what is wrong first, with file and line, and what would be right", async () => {
    const { backend } = await openRules();
    const problems = () => rule("Erreurs dans les règles").getAllByRole("listitem");
    const texts = problems().map((item) => spaced(item.textContent ?? ""));
    expect(texts).toHaveLength(3);
    expect(texts[0]).toMatch(
      /^\/etc\/estafette\/policies\/managed\/ministere\.json:5 : .*messages\.images.*true ou false/,
    );
    expect(texts[1]).toMatch(/ministere\.json:8 : .*log\.level.*error, warn, info, debug/);
    expect(texts[2]).toMatch(/zz\.json:4 : .*JSON/);
    const [first] = decided.problems;
    act(() => backend.policy.set({ ...decided, problems: first ? [first, first] : [] }));
    expect(problems()).toHaveLength(1);
    act(() => backend.policy.set({ ...decided, problems: [] }));
    expect(screen.queryByRole("heading", { name: "Erreurs dans les règles" })).toBeNull();
  });

  it("is searched as the others are, also by what else it is called", async () => {
    const { user } = await openSettings("Compte", { managed: true });
    const search = screen.getByRole("searchbox");
    await user.type(search, "cadenas");
    expect(screen.getAllByRole("button", { name: /, Règles de votre organisation$/ })).toHaveLength(13);
    await user.clear(search);
    await user.type(search, "serveurs autorises{Enter}");
    expect(document.activeElement).toHaveAttribute("data-setting", "policy-servers-allowed");
    expect(document.activeElement).toHaveAttribute("data-found");
    const page = pagesOf(decided).find(({ title }) => title === "policies-title");
    const rows = [...document.querySelectorAll<HTMLElement>("[data-setting]")].map((row) => row.dataset.setting);
    expect(rows).toEqual(page?.entries);
  });

  it.each<Language>(["fr", "de"])("in %s has words for everything", async (language) => {
    await openRules(language);
    expect(sheet(language)).not.toHaveTextContent(/polic(y|ies)-/);
    expect(screen.getAllByText(words(language, "policies-lock"))).toHaveLength(9);
  });
});

describe("a setting that the organisation has decided on", () => {
  const WHY = "Réglé par votre organisation";

  it("that is a switch stays as it is, by mouse and by key, and says why", async () => {
    const { backend, user } = await openSettings("Confidentialité", { managed: true });
    const receipts = screen.getByRole("switch", { name: "Accusés de lecture" });
    expect(receipts).toHaveAccessibleDescription(`Les autres voient jusqu’où vous avez lu. ${WHY}`);
    expect(receipts).toHaveAttribute("aria-readonly", "true");
    await user.click(receipts);
    receipts.focus();
    expect(receipts).toHaveFocus();
    await user.keyboard(" ");
    await user.keyboard("{Enter}");
    expect(receipts).toBeChecked();
    expect(patches(backend.calls)).toEqual([]);
    // The one beside it is the user's.
    const typing = screen.getByRole("switch", { name: "Indicateur de saisie" });
    expect(typing).not.toHaveAttribute("aria-readonly");
    await user.click(typing);
    await waitFor(() => expect(typing).not.toBeChecked());
  });

  it("that is a list does not open, shows what holds, and can be come to by Tab", async () => {
    const { backend, user } = await openSettings("Notifications", { managed: true });
    const content = screen.getByRole("button", { name: "Contenu des notifications Expéditeur seulement" });
    expect(content).toHaveAccessibleDescription(new RegExp(WHY));
    expect(content).toHaveAttribute("aria-disabled", "true");
    screen.getByRole("button", { name: "Voir la règle Contenu des notifications" }).focus();
    await user.tab();
    expect(content).toHaveFocus();
    await user.keyboard("{Enter}");
    await user.keyboard(" ");
    await user.keyboard("{ArrowDown}");
    await user.click(content);
    expect(screen.queryByRole("listbox")).toBeNull();
    expect(patches(backend.calls)).toEqual([]);
  });

  it("that is a choice keeps it", async () => {
    const [held, other] = ["Français", "Deutsch"];
    const { backend, user } = await openSettings("Langue", { managed: true });
    const group = screen.getByRole("radiogroup", { name: "Langue d’Estafette" });
    expect(group).toHaveAccessibleDescription(new RegExp(WHY));
    expect(group).toHaveAttribute("aria-readonly", "true");
    const chosen = within(group).getByRole("radio", { name: held });
    await user.click(within(group).getByRole("radio", { name: other }));
    chosen.focus();
    await user.keyboard("{ArrowRight}");
    await user.keyboard(" ");
    expect(chosen).toBeChecked();
    expect(within(group).getByRole("radio", { name: other })).not.toBeChecked();
    expect(patches(backend.calls)).toEqual([]);
  });

  it("high contrast is left of the colours to who needs it", async () => {
    const { backend, user } = await openSettings("Apparence", { managed: true });
    const group = screen.getByRole("radiogroup", { name: "Couleurs" });
    expect(group).toHaveAccessibleDescription(/Choix limité par votre organisation$/);
    const offered = within(group).getAllByRole("radio");
    expect(offered.map((radio) => radio.closest("label")?.textContent)).toEqual(["Claires", "Contraste élevé"]);
    await user.click(within(group).getByRole("radio", { name: "Contraste élevé" }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe("contrast"));
    expect(backend.settings.get().theme).toBe("contrast");
    await user.click(within(group).getByRole("radio", { name: "Claires" }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe("light"));
    expect(await objections()).toEqual([]);
  });

  it("leads to the rule", async () => {
    const { user } = await openSettings("Confidentialité", { managed: true });
    screen.getByRole("button", { name: "Voir la règle Accusés de lecture" }).focus();
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: TITLE.fr })).toBeVisible();
    expect(document.activeElement).toHaveAttribute("data-setting", "policy-messages-receipts");
  });

  it("is found by the search at its control", async () => {
    const { user } = await openSettings("Compte", { managed: true });
    screen.getByRole("searchbox").focus();
    await user.keyboard("jusqu’où lu{ArrowDown}{Enter}");
    expect(screen.getByRole("switch", { name: "Accusés de lecture" })).toHaveFocus();
  });

  it("that only the server asks for is one while it asks", async () => {
    const { backend, user } = await openSettings("Notifications");
    const content = () => screen.getByRole("button", { name: /^(?!Voir).*Contenu des notifications/ });
    expect(content()).not.toHaveAttribute("aria-disabled");
    const entry: PolicyEntry = {
      key: "notifications.content",
      kind: "choice",
      list: false,
      values: ["sender"],
      source: "server",
      place: "https://matrix.bund.de/.well-known/matrix/client",
      locked: true,
      fallback: false,
      pending: false,
      withdrawn: false,
    };
    const lockedSettings = { notifications: { key: entry.key, choices: ["sender"] } };
    act(() => backend.policy.set({ ...noPolicy, entries: [entry], lockedSettings }));
    expect(content()).toHaveAccessibleDescription(new RegExp(WHY));
    expect(content()).toHaveAttribute("aria-disabled", "true");
    act(() => backend.policy.set(noPolicy));
    expect(content()).not.toHaveAttribute("aria-disabled");
    expect(screen.queryByText(WHY)).toBeNull();
    act(() => backend.policy.set({ ...noPolicy, entries: [entry], lockedSettings }));
    await user.click(screen.getByRole("button", { name: "Voir la règle Contenu des notifications" }));
    expect(rule("Contenu des notifications").getByText("Le serveur de votre compte")).toBeVisible();
  });

  describe("while it is decided, and no longer, keeps the focus", () => {
    const locked = (names: PolicyState["lockedSettings"]) => ({ ...noPolicy, lockedSettings: { ...names } });
    const content = () => screen.getByRole("button", { name: /^(?!Voir).*Contenu des notifications/ });

    it("on a list", async () => {
      const { backend, user } = await openSettings("Notifications");
      content().focus();
      act(() => backend.policy.set(locked({ notifications: { key: "notifications.content", choices: [] } })));
      expect(content()).toHaveAttribute("aria-disabled", "true");
      expect(content()).toHaveFocus();
      act(() => backend.policy.set(noPolicy));
      expect(content()).not.toHaveAttribute("aria-disabled");
      expect(content()).toHaveFocus();
      await user.keyboard("{Enter}");
      expect(await screen.findByRole("listbox")).toBeVisible();
      // It was open: it closes.
      act(() => backend.policy.set(locked({ notifications: { key: "notifications.content", choices: [] } })));
      expect(screen.queryByRole("listbox")).toBeNull();
      expect(content()).toHaveFocus();
      // The focus is only taken along, never taken.
      const elsewhere = screen.getByRole("searchbox");
      elsewhere.focus();
      act(() => backend.policy.set(noPolicy));
      act(() => backend.policy.set(locked({ notifications: { key: "notifications.content", choices: [] } })));
      expect(elsewhere).toHaveFocus();
    });

    it("on what is on or off", async () => {
      const { backend } = await openSettings("Confidentialité");
      const receipts = () => screen.getByRole("switch", { name: "Accusés de lecture" });
      receipts().focus();
      act(() => backend.policy.set(locked({ receipts: { key: "messages.receipts", choices: [] } })));
      expect(receipts()).toHaveAttribute("aria-readonly", "true");
      expect(receipts()).toHaveFocus();
      act(() => backend.policy.set(noPolicy));
      expect(receipts()).toHaveFocus();
    });

    it("on a choice", async () => {
      const { backend } = await openSettings("Apparence");
      const chosen = () =>
        within(screen.getByRole("radiogroup", { name: "Couleurs" })).getByRole("radio", { checked: true });
      chosen().focus();
      act(() => backend.policy.set(locked({ theme: { key: "interface.theme", choices: [] } })));
      expect(chosen()).toHaveFocus();
      act(() => backend.policy.set(noPolicy));
      expect(chosen()).toHaveFocus();
    });

    it("on a card that is offered no more", async () => {
      const { backend } = await openSettings("Apparence");
      screen.getByRole("radio", { name: "Claires" }).focus();
      const choices = ["dark", "contrast"];
      act(() => {
        backend.settings.set({ ...backend.settings.get(), theme: "dark" });
        backend.policy.set(locked({ theme: { key: "interface.theme", choices } }));
      });
      expect(screen.queryByRole("radio", { name: "Claires" })).toBeNull();
      expect(screen.getByRole("radio", { name: "Sombres" })).toHaveFocus();
    });

    it.each([
      ["Notifications", "notifications", "Contenu des notifications", () => content()],
      ["Apparence", "theme", "Couleurs", () => screen.getByRole("radio", { name: "Claires" })],
    ] as const)(
      "and gives it to the control where the way to the rule had it: %s",
      async (page, setting, name, control) => {
        const { backend } = await openSettings(page);
        act(() => backend.policy.set(locked({ [setting]: { key: `${setting}.of`, choices: [] } })));
        screen.getByRole("button", { name: `Voir la règle ${name}` }).focus();
        act(() => backend.policy.set(noPolicy));
        await waitFor(() => expect(control()).toHaveFocus());
      },
    );
  });

  it("of which others only bar a part offers the rest", async () => {
    const { backend, user } = await openSettings("Notifications");
    const key = "notifications.content";
    const choices = ["sender", "nothing"];
    act(() => backend.policy.set({ ...noPolicy, lockedSettings: { notifications: { key, choices } } }));
    act(() => backend.settings.set({ ...backend.settings.get(), notifications: "sender" }));
    const content = screen.getByRole("button", { name: /^(?!Voir).*Contenu des notifications/ });
    expect(content).toHaveAccessibleDescription(/Choix limité par votre organisation$/);
    expect(screen.queryByText(WHY)).toBeNull();
    expect(screen.getByRole("button", { name: "Voir la règle Contenu des notifications" })).toBeVisible();
    content.focus();
    await user.keyboard("{Enter}");
    const offered = await screen.findAllByRole("option");
    expect(offered.map((option) => option.textContent)).toEqual(["Expéditeur seulement", "Ni l’un ni l’autre"]);
    await user.keyboard("{ArrowDown}{Enter}");
    await waitFor(() => expect(patches(backend.calls)).toHaveLength(1));
    expect(backend.settings.get().notifications).toBe("nothing");
    expect(await objections()).toEqual([]);
  });

  it("is told in German too", async () => {
    await openSettings("Datenschutz", { managed: true, language: "de" });
    const receipts = screen.getByRole("switch", { name: "Lesebestätigungen" });
    expect(receipts).toHaveAccessibleDescription(/Von Ihrer Organisation festgelegt$/);
    expect(screen.getByRole("button", { name: "Vorgabe ansehen Lesebestätigungen" })).toBeVisible();
  });

  it("is so before the sign-in too", async () => {
    const { backend, user } = open({ account: "signedOut", managed: true });
    const group = await screen.findByRole("radiogroup", { description: WHY });
    await user.click(within(group).getByRole("radio", { name: "Deutsch" }));
    expect(within(group).getByRole("radio", { name: "Français" })).toBeChecked();
    expect(patches(backend.calls)).toEqual([]);
    expect(await objections()).toEqual([]);
  });
});

it.each<Language>(["fr", "de"])("axe objects to nothing where much is decided, in %s", async (language) => {
  const { user } = await openRules(language);
  for (const { title } of pagesOf(decided)) {
    await user.click(screen.getByRole("button", { name: words(language, title) }));
    await screen.findByRole("heading", { level: 1, name: words(language, title) });
    expect(await objections(), title).toEqual([]);
  }
  await user.type(screen.getByRole("searchbox"), "e");
  expect(await objections(), "the search").toEqual([]);
});
