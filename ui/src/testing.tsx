// How component tests meet the window: the whole of it, on an invented world.
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { vi } from "vitest";
import { App } from "./App";
import { createFake, type FakeBackend, type FakeOptions } from "./ipc/fake";
import { openFirst } from "./stores/first";

export function open(options: FakeOptions = {}, backend: FakeBackend = createFake(options)) {
  const user = userEvent.setup();
  const view = render(<App backend={backend} stores={openFirst(backend)} />);
  return { backend, user, view };
}

/** Opens the window and, in it, the room of that name. */
export async function openRoom(name: RegExp, options: FakeOptions = {}) {
  const opened = open(options);
  await opened.user.click(await screen.findByRole("option", { name }));
  return opened;
}

/** Opens the window and, in it, the settings at the page of that name. */
export async function openSettings(page: string, options: FakeOptions = {}) {
  const opened = open(options);
  await screen.findByRole("listbox");
  await opened.user.keyboard("{Control>},{/Control}");
  await opened.user.click(await screen.findByRole("button", { name: page }));
  await screen.findByRole("heading", { level: 1, name: page });
  return opened;
}

/** What axe objects to in all that is in view; colours are for the real window to check. */
export async function objections(): Promise<string[]> {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** Lets the time of the live region's batches pass, with fake timers: first what has come is drawn, then it is read. */
export function batchIsRead(): void {
  act(() => void vi.advanceTimersByTime(100));
  act(() => void vi.advanceTimersByTime(2000));
}
