import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TimelineItem } from "../../ipc/backend";
import { people } from "../../ipc/fake/people";
import { message } from "../../ipc/fake/timelines";
import { batchIsRead, openRoom } from "../../testing";

const BRIDGE = "!bridge:grand-est.example";
const DIRECT = "!direct:grand-est.example";
const field = () => screen.findByRole("textbox", { name: /^Message chiffré à/ });

afterEach(() => void vi.useRealTimers());

describe("writing", () => {
  it("sends with Enter, makes a line with Shift+Enter, and shows the message at once", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    expect(await field()).toHaveFocus();
    await user.keyboard("Bonjour{Shift>}{Enter}{/Shift}à tous{Enter}");
    expect(await screen.findByRole("article", { name: /^Vous, .*Bonjour à tous/ })).toBeVisible();
    expect(await field()).toHaveValue("");
    expect(backend.calls).toContain(`sendText ${BRIDGE} -`);
  });

  it("gives back what could not be sent, and says why", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    backend.sendText = () => Promise.reject({ code: "not-allowed", args: {}, ref: "x" });
    await user.type(await field(), "Bonjour{Enter}");
    expect(await screen.findByText(/règles de ce salon/)).toBeVisible();
    expect(await field()).toHaveValue("Bonjour");
  });

  it("keeps a draft per room, and shows it in the list", async () => {
    const { user } = await openRoom(/Passerelle/);
    await user.type(await field(), "À finir");
    await user.click(screen.getByRole("option", { name: /Lena Hoffmann/ }));
    expect(await screen.findByRole("option", { name: /Passerelle.*Brouillon\s: À finir/ })).toBeVisible();
    await user.click(screen.getByRole("option", { name: /Passerelle/ }));
    expect(await screen.findByRole("textbox", { name: /Passerelle/ })).toHaveValue("À finir");
  });

  it("is absent where the rules of the room do not allow it", async () => {
    await openRoom(/Forum/);
    expect(await screen.findByText(/mais pas y écrire/)).toBeVisible();
    expect(screen.getByText(/^Non chiffré/)).toBeVisible();
  });
});

describe("answering and reacting", () => {
  it("R answers the message that the keys stand on, Esc takes it back", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    const last = await screen.findByRole("article", { name: /^Nadia Benali/ });
    last.focus();
    await user.keyboard("r");
    expect(await screen.findByText("Réponse à Nadia Benali")).toBeVisible();
    await waitFor(async () => expect(await field()).toHaveFocus());
    await user.keyboard("{Escape}");
    expect(screen.queryByText("Réponse à Nadia Benali")).toBeNull();

    last.focus();
    await user.keyboard("r");
    await user.type(await field(), "Oui{Enter}");
    await waitFor(() => expect(backend.calls.some((call) => call.startsWith(`sendText ${BRIDGE} $item-`))).toBe(true));
  });

  it("+ opens the six reactions", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    (await screen.findByRole("article", { name: /^Nadia Benali/ })).focus();
    await user.keyboard("+");
    const dialog = await screen.findByRole("dialog", { name: "Réagir" });
    await user.click(within(dialog).getByRole("button", { name: "🎉" }));
    await waitFor(() => expect(backend.calls.some((call) => /^toggleReaction .* 🎉$/.test(call))).toBe(true));
    expect(await screen.findByRole("button", { name: /^🎉, 1 personne\s: Camille Lefèvre$/ })).toHaveAttribute(
      "aria-pressed",
      "true",
    );
  });

  it("a reaction is taken back by pressing it", async () => {
    const { user } = await openRoom(/Passerelle/);
    await user.click(await screen.findByRole("button", { name: /^👍, 4 personnes/ }));
    expect(await screen.findByRole("button", { name: /^👍, 3 personnes/ })).toHaveAttribute("aria-pressed", "false");
  });
});

describe("reading", () => {
  it("goes from message to message by keys", async () => {
    const { user } = await openRoom(/Passerelle/);
    (await screen.findByRole("article", { name: /^Nadia Benali/ })).focus();
    await user.keyboard("{ArrowUp}");
    expect(document.activeElement).toHaveAccessibleName(/^Vous, 10:10/);
    await user.keyboard("{ArrowUp}{ArrowUp}{Enter}");
    expect(document.activeElement).toHaveAccessibleName("Réagir");
    // The topmost closes first: the button's tooltip, then the way back to the message.
    await user.keyboard("{Escape}{Escape}");
    expect(document.activeElement).toHaveAccessibleName(/Prüfbericht/);
  });

  it("F6 goes through the regions", async () => {
    const { user } = await openRoom(/Passerelle/);
    await field();
    await user.keyboard("{Shift>}{F6}{/Shift}");
    expect(document.activeElement).toHaveAccessibleName(/^Nadia Benali/);
    await user.keyboard("{Shift>}{F6}{/Shift}");
    expect(document.activeElement).toHaveAccessibleName("Conversations");
    await user.keyboard("{F6}{F6}");
    expect(await field()).toHaveFocus();
  });

  it("reads new messages of others out in batches, and failures at once", async () => {
    const { backend } = await openRoom(/Passerelle/);
    await screen.findByRole("article", { name: /^Nadia Benali/ });
    vi.useFakeTimers();
    act(() => {
      backend.receive(BRIDGE, message(people.karin, Date.now(), "Guten Morgen"));
      backend.receive(BRIDGE, message(people.sophie, Date.now(), "Bonjour Karin"));
    });
    expect(screen.getByTestId("live-polite")).not.toHaveTextContent("Guten Morgen");
    batchIsRead();
    expect(screen.getByTestId("live-polite")).toHaveTextContent(
      /Karin Vogel\s: Guten Morgen.*Sophie Marchand\s: Bonjour/,
    );
    act(() => backend.receive(BRIDGE, message(people.camille, Date.now(), "Perdu", { own: true, sending: "failed" })));
    expect(screen.getByTestId("live-assertive")).toHaveTextContent("Un message n’a pas été envoyé.");
  });

  it("reads new messages out, and counts them, past one that was not sent", async () => {
    const { backend } = await openRoom(/Sophie Marchand/);
    await screen.findByRole("article", { name: /Non envoyé/ });
    const log = screen.getByRole("log");
    Object.defineProperty(log, "scrollHeight", { value: 2000 });
    Object.defineProperty(log, "clientHeight", { value: 600 });
    // The first is about the heights, the second about where the user goes.
    fireEvent.scroll(log);
    log.scrollTop = 200;
    fireEvent.scroll(log);
    expect(screen.getByRole("button", { name: "Aller aux derniers messages" })).toBeVisible();
    vi.useFakeTimers();
    act(() => backend.receive(DIRECT, message(people.sophie, Date.now(), "Tu es là ?")));
    expect(screen.getByRole("button", { name: "Aller aux derniers messages, 1 nouveau" })).toBeVisible();
    batchIsRead();
    expect(screen.getByTestId("live-polite")).toHaveTextContent(/^Sophie Marchand\s: Tu es là \?$/);
  });

  it("reads out what came before a message of one's own that comes back with it", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    await user.type(await field(), "Bonjour{Enter}");
    await screen.findByRole("article", { name: /^Vous, .*Bonjour/ });
    vi.useFakeTimers();
    const list = backend.timelineOf(BRIDGE);
    const echo = list.items.at(-1) as TimelineItem;
    const back = { ...echo, content: { ...echo.content, sending: null } } as TimelineItem;
    const other = message(people.karin, Date.now(), "Guten Morgen");
    act(() => list.change([{ kind: "popBack" }, { kind: "append", values: [other, back] }], [other, back]));
    batchIsRead();
    expect(screen.getByTestId("live-polite")).toHaveTextContent(/^Karin Vogel\s: Guten Morgen$/);
  });

  it("takes a list that shares only what is unsent for a new list, not for news", async () => {
    const { backend } = await openRoom(/Sophie Marchand/);
    const failed = await screen.findByRole("article", { name: /Non envoyé/ });
    vi.useFakeTimers();
    const list = backend.timelineOf(DIRECT);
    const values = [message(people.sophie, Date.now(), "Ailleurs"), list.items.at(-1) as TimelineItem];
    act(() => list.change([{ kind: "reset", values }], values));
    batchIsRead();
    expect(failed).toBeVisible();
    expect(screen.getByTestId("live-polite")).toHaveTextContent(/^$/);
  });

  it("tells that what came past a message that was not sent is read", async () => {
    const { backend } = await openRoom(/Sophie Marchand/);
    const read = () => backend.calls.filter((call) => call === `markRead ${DIRECT}`).length;
    await waitFor(() => expect(read()).toBe(1));
    act(() => backend.receive(DIRECT, message(people.sophie, Date.now(), "Tu es là ?")));
    await waitFor(() => expect(read()).toBe(2));
    expect(screen.getAllByRole("article").at(-1)).toHaveAccessibleName(/Non envoyé/);
  });

  it("reads a new message out as it stands once its key has come", async () => {
    const { backend } = await openRoom(/Passerelle/);
    await screen.findByRole("article", { name: /^Nadia Benali/ });
    vi.useFakeTimers();
    const closed = message(people.karin, Date.now(), { kind: "undecryptable", reason: "keyMissing" });
    const { id } = closed;
    act(() => backend.receive(BRIDGE, closed));
    const list = backend.timelineOf(BRIDGE);
    const index = list.items.findIndex((item) => item.id === id);
    const value = { ...message(people.karin, Date.now(), "Guten Morgen"), id };
    act(() => list.setAt(index, value));
    batchIsRead();
    expect(screen.getByTestId("live-polite")).toHaveTextContent(/^Karin Vogel\s: Guten Morgen$/);
  });

  it("offers to send again, or not, what failed", async () => {
    const { backend, user } = await openRoom(/Sophie Marchand/);
    await user.click(await screen.findByRole("button", { name: "Renvoyer" }));
    await waitFor(() => expect(backend.calls.some((call) => call.startsWith("resend"))).toBe(true));
    expect(screen.queryByRole("button", { name: "Renvoyer" })).toBeNull();
  });

  it("says why a message cannot be read", async () => {
    await openRoom(/Passerelle/, { language: "de" });
    expect(await screen.findByText(/Meist ist das Gerät von Lena Hoffmann ausgeschaltet/)).toBeVisible();
  });

  it("folds many events into one line", async () => {
    const { user } = await openRoom(/Passerelle/);
    await user.click(await screen.findByRole("button", { name: "3 évènements" }));
    expect(screen.getByText("Thomas Keller a invité Lena Hoffmann")).toBeVisible();
  });

  it("opens links through the application, and pictures in a dialog", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    await user.click(await screen.findByRole("link", { name: "la page du projet" }));
    expect(backend.calls).toContain("openLink https://www.example.org/passerelle");
    await user.click(screen.getByRole("button", { name: "Agrandir la photo passerelle-aube.jpg" }));
    expect(await screen.findByRole("dialog", { name: /^Photo\s: passerelle-aube.jpg$/ })).toBeVisible();
  });

  it("shows hidden text only when asked", async () => {
    const { user } = await openRoom(/Passerelle/);
    expect(screen.queryByText(/million/)).toBeNull();
    await user.click(await screen.findByRole("button", { name: /^Afficher le texte masqué\s: budget$/ }));
    expect(screen.getByText(/million/)).toBeVisible();
  });

  it("says that the network is away, and that messages wait", async () => {
    const { backend } = await openRoom(/Passerelle/);
    act(() => backend.connection.set("offline"));
    expect(await screen.findByText("Vous êtes hors connexion.")).toBeVisible();
    expect(screen.getByTestId("live-polite")).toHaveTextContent(/vos messages attendent/);
  });
});
