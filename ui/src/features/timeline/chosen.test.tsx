// What the user chose of how the conversation is read out and worked with.
import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { people } from "../../ipc/fake/people";
import { message } from "../../ipc/fake/timelines";
import { batchIsRead, openRoom } from "../../testing";

const BRIDGE = "!bridge:grand-est.example";
const polite = () => screen.getByTestId("live-polite");
const last = () => screen.findByRole("article", { name: /^Nadia Benali/ });

afterEach(() => void vi.useRealTimers());

describe("what is read out", () => {
  it("mentions alone, also one whose key comes a moment later", async () => {
    const { backend } = await openRoom(/Passerelle/, { announcements: "mentions" });
    await last();
    vi.useFakeTimers();
    act(() => {
      backend.receive(BRIDGE, message(people.karin, Date.now(), "Guten Morgen"));
      backend.receive(BRIDGE, message(people.sophie, Date.now(), "Camille ?", { mentionsMe: true }));
    });
    const closed = message(people.lena, Date.now(), { kind: "undecryptable", reason: "keyMissing" });
    act(() => backend.receive(BRIDGE, closed));
    const list = backend.timelineOf(BRIDGE);
    const opened = { ...message(people.lena, Date.now(), "Hallo Camille", { mentionsMe: true }), id: closed.id };
    act(() => list.setAt(list.items.indexOf(closed), opened));
    batchIsRead();
    expect(polite()).toHaveTextContent(/^Sophie Marchand\s: Camille \?\s*Lena Hoffmann\s: Hallo Camille$/);
  });

  it("nothing, but that a message was not sent", async () => {
    const { backend } = await openRoom(/Passerelle/, { announcements: "none" });
    await last();
    vi.useFakeTimers();
    act(() => backend.receive(BRIDGE, message(people.sophie, Date.now(), "Camille ?", { mentionsMe: true })));
    act(() => backend.receive(BRIDGE, message(people.camille, Date.now(), "Perdu", { own: true, sending: "failed" })));
    batchIsRead();
    expect(polite()).toHaveTextContent(/^$/);
    expect(screen.getByTestId("live-assertive")).toHaveTextContent("Un message n’a pas été envoyé.");
  });
});

describe("keys of one letter", () => {
  it("do nothing once they are switched off; Enter still leads to the same", async () => {
    const { user } = await openRoom(/Passerelle/, { singleKeys: false });
    (await last()).focus();
    await user.keyboard("r+");
    expect(screen.queryByText("Réponse à Nadia Benali")).toBeNull();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(await last()).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(document.activeElement).toHaveAccessibleName("Réagir");
    expect(await screen.findByRole("tooltip")).toHaveTextContent(/^Réagir$/);
    await user.keyboard("{ArrowRight}{Enter}");
    expect(await screen.findByText("Réponse à Nadia Benali")).toBeVisible();
    await waitFor(() => expect(screen.getByRole("textbox")).toHaveFocus());
  });

  it("are named in the tooltips while they work", async () => {
    const { user } = await openRoom(/Passerelle/);
    (await last()).focus();
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("tooltip")).toHaveTextContent(/^Réagir\+$/);
  });
});
