import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { people } from "../../ipc/fake/people";
import { message } from "../../ipc/fake/timelines";
import { objections, openRoom } from "../../testing";

const BRIDGE = "!bridge:grand-est.example";
const field = () => screen.findByRole("textbox", { name: /^Message chiffré à/ });
const cards = () => screen.findByRole("list", { name: "Photos à envoyer" });
const polite = () => screen.getByTestId("live-polite");
const picture = (name: string, size = 4) => new File([new Uint8Array(size)], name, { type: "image/png" });
const sent = (calls: readonly string[]) => calls.filter((call) => call.startsWith("sendImage"));

function clipboard(files: File[], text = "") {
  const types = [...(files.length > 0 ? ["Files"] : []), ...(text ? ["text/plain"] : [])];
  return { clipboardData: { types, files, items: [], getData: () => text } };
}

const drag = (files: File[], types = ["Files"]) => ({ dataTransfer: { types, files, dropEffect: "none" } });

describe("choosing", () => {
  it("puts pictures above the text, says so, and gives the focus to it", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    await user.click(await screen.findByRole("button", { name: "Ajouter des photos" }));
    const list = within(await cards());
    expect(list.getAllByRole("listitem")).toHaveLength(2);
    expect(list.getByText("passerelle-aube.jpg")).toBeVisible();
    expect(list.getByText(/^2,4\sMo$/)).toBeVisible();
    expect(polite()).toHaveTextContent("2 photos ajoutées");
    await waitFor(async () => expect(await field()).toHaveFocus());
    expect(await field()).toHaveAttribute("placeholder", "Ajoutez une légende à la première photo");
    expect(await field()).toHaveAccessibleDescription(/légende à la première photo/);
    expect(backend.calls).toContain("chooseImages");
    expect(await objections()).toEqual([]);
  });

  it("a card is taken away by key; the focus goes on, and says what went", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    await user.click(await screen.findByRole("button", { name: "Ajouter des photos" }));
    await cards();
    screen.getByRole("button", { name: "Retirer la photo passerelle-aube.jpg" }).focus();
    await user.keyboard("{Enter}");
    expect(polite()).toHaveTextContent(/^Photo retirée\s: passerelle-aube\.jpg$/);
    expect(backend.calls.some((call) => call.startsWith("discardStaged"))).toBe(true);
    expect(document.activeElement).toHaveAccessibleName("Retirer la photo plan.png");
    await user.keyboard("{Enter}");
    expect(await field()).toHaveFocus();
    expect(screen.queryByRole("list", { name: "Photos à envoyer" })).toBeNull();
  });
});

describe("pasting", () => {
  it("takes a picture, and leaves text to the field", async () => {
    const { backend } = await openRoom(/Passerelle/);
    fireEvent.paste(await field(), clipboard([], "du texte"));
    // Programs that copy text often add a picture of it.
    fireEvent.paste(await field(), clipboard([picture("image.png")], "du texte"));
    expect(backend.calls.some((call) => call.startsWith("stageImage"))).toBe(false);
    fireEvent.paste(await field(), clipboard([picture("image.png")]));
    expect(within(await cards()).getByText("image.png")).toBeVisible();
    await waitFor(() => expect(polite()).toHaveTextContent(/^Photo ajoutée\s: image\.png$/));
    expect(backend.calls).toContain("stageImage image.png");
  });

  it("waits for a picture that is still being prepared", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    backend.stageImage = () => new Promise(() => undefined);
    fireEvent.paste(await field(), clipboard([picture("image.png")]));
    expect(within(await cards()).getByText("Préparation…")).toBeVisible();
    await user.type(await field(), "Bonjour{Enter}");
    expect(polite()).toHaveTextContent("Les photos sont encore en préparation.");
    expect(await field()).toHaveValue("Bonjour");
    expect(backend.calls.some((call) => call.startsWith("sendText"))).toBe(false);
  });
});

describe("dropping", () => {
  it("shows where, and takes what is a picture; what is none is named and said", async () => {
    await openRoom(/Passerelle/);
    const log = await screen.findByRole("log");
    fireEvent.dragEnter(log, drag([]));
    expect(screen.getByText("Déposez les photos ici")).toBeVisible();
    expect(fireEvent.dragOver(log, drag([]))).toBe(false);
    fireEvent.drop(log, drag([picture("a.png"), picture("budget.pdf"), picture("b.png")]));
    expect(screen.queryByText("Déposez les photos ici")).toBeNull();
    await waitFor(async () => expect(within(await cards()).getAllByRole("listitem")).toHaveLength(2));
    const reason = await screen.findByText(/^budget\.pdf\s: Cette image ne peut pas être lue/);
    expect(reason.closest("[role=status]")).not.toBeNull();
    expect(screen.getByRole("alert")).toBeEmptyDOMElement();
    expect(await field()).toHaveFocus();
  });

  it("the sign goes when what is dragged leaves, and does not come for text", async () => {
    await openRoom(/Passerelle/);
    const log = await screen.findByRole("log");
    fireEvent.dragEnter(log, drag([], ["text/plain"]));
    expect(screen.queryByText("Déposez les photos ici")).toBeNull();
    fireEvent.dragEnter(log, drag([]));
    fireEvent.dragEnter(await field(), drag([]));
    fireEvent.dragLeave(log, drag([]));
    expect(screen.getByText("Déposez les photos ici")).toBeVisible();
    fireEvent.dragLeave(await field(), drag([]));
    expect(screen.queryByText("Déposez les photos ici")).toBeNull();
  });

  it("nothing is taken where nothing may be sent", async () => {
    const { backend } = await openRoom(/Forum/);
    await screen.findByText(/mais pas y écrire/);
    const log = await screen.findByRole("log");
    fireEvent.dragEnter(log, drag([]));
    expect(screen.queryByText("Déposez les photos ici")).toBeNull();
    fireEvent.drop(log, drag([picture("a.png")]));
    expect(backend.calls.some((call) => call.startsWith("stageImage"))).toBe(false);
  });
});

describe("sending", () => {
  it("goes in order by Enter, the text with the first", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    await user.click(await screen.findByRole("button", { name: "Ajouter des photos" }));
    await cards();
    await user.type(await field(), "Ce matin{Enter}");
    await waitFor(() => expect(sent(backend.calls)).toHaveLength(2));
    expect(sent(backend.calls)[0]).toMatch(/ Ce matin -$/);
    expect(sent(backend.calls)[1]).toMatch(/ - -$/);
    expect(backend.calls.some((call) => call.startsWith("sendText"))).toBe(false);
    expect(await field()).toHaveValue("");
    expect(screen.queryByRole("list", { name: "Photos à envoyer" })).toBeNull();
  });

  it("a picture that is refused stays with those behind it, and says why", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    await user.click(await screen.findByRole("button", { name: "Ajouter des photos" }));
    await cards();
    backend.sendImage = () => Promise.reject({ code: "not-allowed", args: {}, ref: "x" });
    await user.type(await field(), "Ce matin{Enter}");
    await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent(/règles de ce salon/));
    expect(within(await cards()).getAllByRole("listitem")).toHaveLength(2);
    expect(await field()).toHaveValue("Ce matin");
  });

  it("pictures wait in their room while another one is open", async () => {
    const { user } = await openRoom(/Passerelle/);
    await user.click(await screen.findByRole("button", { name: "Ajouter des photos" }));
    await cards();
    await user.click(screen.getByRole("option", { name: /Lena Hoffmann/ }));
    await screen.findByRole("heading", { name: "Lena Hoffmann" });
    expect(screen.queryByRole("list", { name: "Photos à envoyer" })).toBeNull();
    await user.click(screen.getByRole("option", { name: /Passerelle/ }));
    expect(await cards()).toBeVisible();
  });

  it("shows how far the upload got, and says it with the message", async () => {
    const { backend } = await openRoom(/Passerelle/);
    await field();
    const body = {
      kind: "image" as const,
      media: "x",
      thumbnail: null,
      name: "a.png",
      caption: null,
      width: 9,
      height: 9,
    };
    const own = { own: true, sending: "waiting" as const };
    const item = message(people.camille, Date.now(), body, { ...own, progress: 0.4 });
    act(() => backend.receive(BRIDGE, item));
    const article = await screen.findByRole("article", { name: /a\.png, Envoi\s: 40\s%/ });
    expect(within(article).getByText(/^Envoi\s: 40\s%$/)).toBeVisible();
    expect(within(article).queryByText("En attente d’envoi")).toBeNull();
    const list = backend.timelineOf(BRIDGE);
    const done = { ...item, content: { ...item.content, progress: null } } as typeof item;
    act(() => list.setAt(list.items.indexOf(item), done));
    expect(await screen.findByRole("article", { name: /a\.png, En attente d’envoi/ })).toBeVisible();
  });
});

describe("where the organisation does not let pictures be sent", () => {
  const WHY = "Votre organisation ne permet pas d’envoyer des images.";
  const told = async () => within(await screen.findByRole("region", { name: /Passerelle/ })).findByText(WHY);

  it("nothing adds pictures, and what is pasted is refused in words; text is not", async () => {
    const { backend, user } = await openRoom(/Passerelle/, { managed: true });
    expect(await field()).toBeVisible();
    expect(screen.queryByRole("button", { name: "Ajouter des photos" })).toBeNull();
    fireEvent.paste(await field(), clipboard([picture("image.png")]));
    expect((await told()).closest("[role=status]")).not.toBeNull();
    expect(screen.queryByRole("list", { name: "Photos à envoyer" })).toBeNull();
    expect(backend.calls.some((call) => call.startsWith("stageImage"))).toBe(false);
    expect(await objections()).toEqual([]);
    await user.type(await field(), "Bonjour{Enter}");
    await waitFor(() => expect(screen.queryByText(WHY)).toBeNull());
    expect(backend.calls.some((call) => call.startsWith("sendText"))).toBe(true);
  });

  it("what is dragged and dropped is too, before and after it is let go", async () => {
    const { backend } = await openRoom(/Passerelle/, { managed: true });
    const log = await screen.findByRole("log");
    fireEvent.dragEnter(log, drag([]));
    expect(screen.getByText(WHY)).toBeVisible();
    expect(screen.queryByText("Déposez les photos ici")).toBeNull();
    fireEvent.drop(log, drag([picture("a.png")]));
    expect((await told()).closest("[role=status]")).not.toBeNull();
    expect(backend.calls.some((call) => call.startsWith("stageImage"))).toBe(false);
    expect(await field()).toHaveFocus();
  });

  it("is said of pictures that waited when that was decided", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    await user.click(await screen.findByRole("button", { name: "Ajouter des photos" }));
    await cards();
    act(() => backend.policy.set({ ...backend.policy.get(), images: false }));
    expect(screen.queryByRole("button", { name: "Ajouter des photos" })).toBeNull();
    backend.sendImage = () => Promise.reject({ code: "managed", args: {}, ref: "x" });
    await user.type(await field(), "Ce matin{Enter}");
    await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent(WHY));
    expect(within(await cards()).getAllByRole("listitem")).toHaveLength(2);
    expect(await field()).toHaveValue("Ce matin");
  });

  it("is said of one that waited to be sent, which can be discarded; text is tried again", async () => {
    const { backend, user } = await openRoom(/Passerelle/);
    await field();
    const body = { kind: "image" as const, media: "x", thumbnail: null, caption: null, width: 9, height: 9 };
    const failed = { own: true, sending: "failed" as const };
    act(() => {
      backend.receive(BRIDGE, message(people.camille, Date.now(), { ...body, name: "a.png" }, failed));
      backend.receive(BRIDGE, message(people.camille, Date.now(), "Perdu", failed));
    });
    const ofPicture = within(await screen.findByRole("article", { name: /a\.png/ }));
    expect(ofPicture.getByText("Renvoyer")).toBeVisible();
    act(() => backend.policy.set({ ...backend.policy.get(), images: false }));
    expect(ofPicture.getByText(WHY)).toBeVisible();
    expect(ofPicture.queryByText("Renvoyer")).toBeNull();
    expect(within(screen.getByRole("article", { name: /Perdu/ })).getByText("Renvoyer")).toBeVisible();
    await user.click(ofPicture.getByText("Supprimer"));
    expect(backend.calls.some((call) => call.startsWith("discard"))).toBe(true);
  });
});
