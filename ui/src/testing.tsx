// How component tests meet the window: the whole of it, on an invented world.
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "./App";
import { createFake, type FakeOptions } from "./ipc/fake";

export function open(options: FakeOptions = {}) {
  const backend = createFake(options);
  const user = userEvent.setup();
  const view = render(<App backend={backend} />);
  return { backend, user, view };
}

/** Opens the window and, in it, the room of that name. */
export async function openRoom(name: RegExp, options: FakeOptions = {}) {
  const opened = open(options);
  await opened.user.click(await screen.findByRole("option", { name }));
  return opened;
}
