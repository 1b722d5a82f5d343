import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { asking, createFake, failure } from "../../ipc/fake";
import { objections, open } from "../../testing";

const enter = () => screen.findByRole("button", { name: "S’identifier" });

describe("a proxy that asks who one is", () => {
  it.each(["signedOut", "ready"] as const)("is answered by keyboard: %s", async (account) => {
    const { backend, user } = open({ account });
    act(() => backend.proxy.set(asking()));
    expect(await screen.findByText(/grand-est.example:3128 demande/, { ignore: "[aria-live] *" })).toBeVisible();
    (await enter()).focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "S’identifier auprès du serveur mandataire" });
    await waitFor(() => expect(within(dialog).getByLabelText("Nom d’utilisateur")).toHaveFocus());
    expect(within(dialog).getByText(/passe par proxy\.grand-est\.example:3128/)).toBeVisible();
    expect(within(dialog).getByText(/sans chiffrement/)).toBeVisible();
    expect(within(dialog).getByLabelText("Mot de passe")).toHaveAttribute("type", "password");
    expect(await objections()).toEqual([]);
    await user.keyboard(" camille {Tab}secret{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(backend.calls).toContain("enterProxy camille");
    expect(screen.queryByRole("button", { name: "S’identifier" })).toBeNull();
    await waitFor(() => expect(document.body).not.toHaveFocus());
  });

  it("says that it has refused, and asks for what is missing", async () => {
    const { backend, user } = open({ account: "signedOut" });
    act(() => backend.proxy.set(asking(true)));
    expect(await screen.findByText(/n’accepte pas/, { ignore: "[aria-live] *" })).toBeVisible();
    await waitFor(() => expect(screen.getByTestId("live-polite")).toHaveTextContent(/n’accepte pas/));
    await user.click(await enter());
    const name = await screen.findByLabelText("Nom d’utilisateur");
    await user.keyboard("{Enter}");
    expect(name).toBeInvalid();
    await user.keyboard("camille{Enter}");
    expect(within(screen.getByRole("dialog")).getByLabelText("Mot de passe")).toBeInvalid();
    expect(within(screen.getByRole("dialog")).getByLabelText("Mot de passe")).toHaveFocus();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(async () => expect(await enter()).toHaveFocus());
  });

  it("is not given what no proxy can take: that is said at its field", async () => {
    const { backend, user } = open({ account: "signedOut", proxy: true });
    await user.click(await enter());
    const name = await screen.findByLabelText("Nom d’utilisateur");
    const password = within(screen.getByRole("dialog")).getByLabelText("Mot de passe");
    const submit = async (user: string, secret: string) => {
      fireEvent.change(name, { target: { value: user } });
      fireEvent.change(password, { target: { value: secret } });
      fireEvent.submit(name.closest("form") as HTMLFormElement);
    };
    // 255 bytes at most, and these letters have two.
    const [fits, long] = [`${"é".repeat(127)}e`, "é".repeat(128)];
    for (const [user, secret, field, why] of [
      ["camille:lefevre", "secret", name, /deux-points/],
      [long, "secret", name, /trop long/],
      ["cam\u0007ille", "secret", name, /signe que l’on ne voit pas/],
      ["camille", long, password, /trop long/],
      ["camille", "se\tcret", password, /signe que l’on ne voit pas/],
    ] as const) {
      await submit(user, secret);
      expect(field).toBeInvalid();
      expect(field).toHaveAccessibleDescription(why);
      expect(field).toHaveFocus();
      expect(field === name ? password : name).toBeValid();
    }
    expect(await objections()).toEqual([]);
    expect(backend.calls.filter((call) => call.startsWith("enterProxy"))).toEqual([]);
    await submit(fits, `:${fits.slice(1)}`);
    await waitFor(() => expect(backend.calls).toContain(`enterProxy ${fits}`));
  });

  it("does not go through the proxy in the clear where that is not so", async () => {
    const { backend, user } = open({ account: "signedOut", language: "de" });
    act(() => backend.proxy.set({ kind: "passwordNeeded", proxy: "p:443", refused: false, cleartext: false }));
    await user.click(await screen.findByRole("button", { name: "Anmelden" }));
    await screen.findByRole("dialog");
    expect(screen.queryByText(/unverschlüsselt/)).toBeNull();
  });
});

describe("a proxy's password", () => {
  it("that the keyring does not keep is said to be in use until the end, and may be given again as it was typed", async () => {
    const { backend, user } = open({ account: "signedOut" });
    act(() => backend.proxy.set(asking()));
    await user.click(await enter());
    await user.type(await screen.findByLabelText("Nom d’utilisateur"), "camille");
    const dialog = within(screen.getByRole("dialog"));
    await user.type(dialog.getByLabelText("Mot de passe"), "unkept{Enter}");
    const told = await dialog.findByText(/le trousseau de cet ordinateur ne les a pas gardés/);
    expect(told.closest("[role=status]")).not.toBeNull();
    expect(dialog.getByLabelText("Nom d’utilisateur")).toHaveValue("camille");
    expect(dialog.getByLabelText("Mot de passe")).toHaveValue("unkept");
    // Nothing is wrong with what was typed.
    expect(dialog.getByLabelText("Mot de passe")).toBeValid();
    expect(await objections()).toEqual([]);
    await user.click(dialog.getByRole("button", { name: "Réessayer" }));
    await waitFor(() => expect(backend.calls.filter((call) => call === "enterProxy camille")).toHaveLength(2));
    await user.click(await dialog.findByRole("button", { name: "Fermer" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("is given once, however often one presses Enter", async () => {
    const backend = createFake({ account: "signedOut", proxy: true });
    let given = 0;
    backend.enterProxy = () => {
      given += 1;
      return new Promise(() => undefined);
    };
    const { user } = open({}, backend);
    await user.click(await enter());
    await user.type(await screen.findByLabelText("Nom d’utilisateur"), "camille");
    const password = within(screen.getByRole("dialog")).getByLabelText("Mot de passe");
    await user.type(password, "secret{Enter}{Enter}");
    expect(given).toBe(1);
  });

  it("keeps its dialog until the answer is there, which is then heard", async () => {
    const backend = createFake({ account: "signedOut", proxy: true });
    let refuse: () => void = () => undefined;
    backend.enterProxy = () =>
      new Promise((_, reject) => {
        refuse = () => reject(failure("proxy-not-kept"));
      });
    const { user } = open({}, backend);
    await user.click(await enter());
    await user.type(await screen.findByLabelText("Nom d’utilisateur"), "camille");
    const dialog = within(screen.getByRole("dialog"));
    await user.type(dialog.getByLabelText("Mot de passe"), "secret{Enter}");
    await user.keyboard("{Escape}");
    expect(dialog.getByLabelText("Nom d’utilisateur")).toBeVisible();
    act(() => refuse());
    await dialog.findByText(/le trousseau de cet ordinateur ne les a pas gardés/);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("that no proxy can take is marked", async () => {
    const backend = createFake({ account: "signedOut", proxy: true });
    backend.enterProxy = () => Promise.reject(failure("credentials-wrong"));
    const { user } = open({}, backend);
    await user.click(await enter());
    await user.type(await screen.findByLabelText("Nom d’utilisateur"), "camille");
    const password = within(screen.getByRole("dialog")).getByLabelText("Mot de passe");
    await user.type(password, "a");
    await user.click(screen.getByRole("button", { name: "Continuer" }));
    await waitFor(() => expect(password).toBeInvalid());
    expect(password).toHaveAccessibleDescription(/n’est pas correct/);
    expect(password).toHaveValue("a");
    expect(password).toHaveFocus();
    // While the next answer is waited for, the last one does not count any more.
    backend.enterProxy = () => new Promise(() => undefined);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(password).toBeValid());
  });
});

describe("a connection that is refused", () => {
  it("says why, and what to tell the IT department", async () => {
    const { backend } = open();
    const heard = () => screen.getByTestId("live-polite");
    await screen.findByRole("listbox");
    act(() => {
      backend.trouble.set(failure("certificate-untrusted", { server: "grand-est.example", issuer: "Pare-feu" }));
      backend.connection.set("offline");
    });
    const why = /dites-lui qui a émis ce certificat : Pare-feu/;
    expect(await screen.findByText(why, { ignore: "[aria-live] *" })).toBeVisible();
    // Core tells the reason first: all of it is heard all the same.
    expect(heard()).toHaveTextContent(/^Vous êtes hors connexion\. .*vos messages attendent.*Pare-feu\.$/);
    act(() => {
      backend.trouble.set(null);
      backend.connection.set("online");
    });
    expect(screen.queryByText(/Pare-feu|hors connexion/, { ignore: "[aria-live] *" })).toBeNull();
    expect(heard()).toHaveTextContent(/^La connexion est rétablie\.$/);
  });

  it("says a reason that comes later by itself, and not that one is offline once more", async () => {
    const { backend } = open();
    const heard = () => screen.getByTestId("live-polite");
    await screen.findByRole("listbox");
    act(() => backend.connection.set("offline"));
    expect(heard()).toHaveTextContent(/^Vous êtes hors connexion\..*au retour du réseau\.$/);
    act(() => backend.trouble.set(failure("proxy-refused", { proxy: "p:3128", server: "s.example" })));
    expect(heard()).toHaveTextContent(/^Le serveur mandataire \(proxy\) p:3128 n’a pas ouvert/);
  });

  it.each([
    ["captive-portal", { server: "s.example" }],
    ["certificate-of-another", { server: "s.example", issuer: "none" }],
    ["certificate-of-another", { server: "s.example", issuer: "Pare-feu" }],
    ["proxy-unreachable", { proxy: "p.example:3128" }],
    ["server-failed", {}],
  ] as const)("asks nobody to try again: %s %o", async (code, args) => {
    for (const language of ["fr", "de"] as const) {
      const { backend, view } = open({ language });
      await screen.findByRole("listbox");
      act(() => {
        backend.trouble.set(failure(code, args));
        backend.connection.set("offline");
      });
      const itself = { fr: /Estafette réessaie d’elle-même\./, de: /Estafette versucht es von selbst wieder\./ };
      const told = await screen.findByText(itself[language], { ignore: "[aria-live] *" });
      for (const text of [told, screen.getByTestId("live-polite")]) {
        expect(text).toHaveTextContent(itself[language]);
        expect(text).not.toHaveTextContent(/[Rr]éessayez|noch einmal|sync-why|[{}$]/);
        for (const [, value] of Object.entries(args).filter(([, value]) => value !== "none"))
          expect(text).toHaveTextContent(value);
      }
      view.unmount();
    }
  });
});
