import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import type { Backend } from "./ipc/backend";

async function chooseBackend(): Promise<Backend> {
  // The mode is known when the bundle is made: a production build keeps no trace of the invented world.
  if (import.meta.env.MODE !== "production") {
    const { fakeFromAddress } = await import("./ipc/fakeFromAddress");
    const fake = fakeFromAddress(location.search);
    if (fake) return fake;
  }
  const { tauriBackend } = await import("./ipc/tauri");
  return tauriBackend;
}

const root = document.getElementById("root");
if (root) {
  const backend = await chooseBackend();
  createRoot(root).render(
    <StrictMode>
      <App backend={backend} />
    </StrictMode>,
  );
}
