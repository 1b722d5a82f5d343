import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { FakeOptions } from "../ipc/fake";
import { managed } from "../ipc/fake/policy";
import { defaults } from "../ipc/fake/settings";
import { noPolicy } from "../stores/policy";
import { objections, open } from "../testing";

const decided = managed(defaults);
const seen = { ignore: "[aria-live] *" };
const WRONG = /^Les règles de votre organisation contiennent des erreurs\./;
const strip = async (words = WRONG) => within((await screen.findByText(words, seen)).parentElement as HTMLElement);
/** That many mistakes, each in another line. */
const mistakes = (count: number) =>
  Array.from({ length: count }, (_, line) => ({
    name: "json",
    place: `/etc/estafette/policies/managed/10.json:${line + 1}`,
    key: null,
    kind: null,
    words: [],
  }));

describe("a policy that is wrong", () => {
  it.each<NonNullable<FakeOptions["account"]>>(["signedOut", "refused", "locked", "keyGone"])(
    "is told before the conversations, with all that is wrong: %s",
    async (account) => {
      open({ account, managed: true });
      const told = await strip();
      expect(told.getByText(/valeurs les plus strictes.* Montrez ceci à votre service informatique/)).toBeVisible();
      const texts = told.getAllByRole("listitem").map((item) => item.textContent);
      expect(texts).toHaveLength(3);
      expect(texts[0]).toMatch(/ministere\.json:5/);
      await waitFor(() => expect(screen.getByTestId("live-polite")).toHaveTextContent(WRONG));
      expect(await objections()).toEqual([]);
    },
  );

  it("is not said to be obeyed strictly where nothing is closed by it", async () => {
    const { backend } = open({ account: "signedOut", language: "de" });
    act(() => backend.policy.set({ ...noPolicy, problems: decided.problems }));
    await strip(/^Die Vorgaben Ihrer Organisation enthalten Fehler\. Zeigen Sie das Ihrer IT-Abteilung:$/);
    act(() => backend.policy.set(decided));
    await strip(/enthalten Fehler\. Zur Sicherheit gelten die strengsten Werte, wo es darauf ankommt\. Zeigen/);
    act(() => backend.policy.set(noPolicy));
    expect(screen.queryByText(/Fehler/, seen)).toBeNull();
  });

  it("in many places is folded, and unfolds; gone, it leaves the focus somewhere", async () => {
    const { backend, user } = open({ account: "signedOut" });
    await screen.findByRole("textbox");
    act(() => backend.policy.set({ ...noPolicy, problems: mistakes(4) }));
    const told = await strip();
    const fold = told.getByText("Les 4 erreurs");
    expect(told.getByText(/10\.json:4/)).not.toBeVisible();
    expect(await objections()).toEqual([]);
    await user.click(fold);
    expect(told.getByText(/10\.json:4/)).toBeVisible();
    expect(await objections()).toEqual([]);
    fold.focus();
    act(() => backend.policy.set({ ...noPolicy, problems: mistakes(3) }));
    expect(told.getByText(/10\.json:3/)).toBeVisible();
    expect(told.queryByText(/erreurs$/)).toBeNull();
    await waitFor(() => expect(document.body).not.toHaveFocus());
  });

  it("in the settings has its page, and no strip", async () => {
    open({ managed: true });
    await screen.findByRole("listbox");
    expect(screen.queryByText(WRONG)).toBeNull();
  });
});
