import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { letCaretBlink } from "./design/caret";
import { bundleOf, systemLanguage } from "./i18n/bundles";
import type { Backend } from "./ipc/backend";
import { connect } from "./ipc/tauri";
import { known, openFirst } from "./stores/first";

async function start(backend: Backend) {
  performance.mark("begins");
  const root = document.getElementById("root");
  if (!root) return;
  const stores = openFirst(backend);
  // While core answers: every first screen needs the words, nearly always these.
  bundleOf(systemLanguage());
  await known(stores);
  createRoot(root).render(
    <StrictMode>
      <App backend={backend} stores={stores} />
    </StrictMode>,
  );
}

// The web view's own menu (reload, back) is no part of a messenger; it stays where text is typed or marked.
document.addEventListener("contextmenu", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const marked = getSelection()?.isCollapsed === false;
  if (!marked && !target?.closest("input, textarea")) event.preventDefault();
});

// A file that is dropped beside the conversation is not taken for a page to go to.
for (const kind of ["dragover", "drop"] as const) {
  document.addEventListener(kind, (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}

letCaretBlink();

// The mode is known when the bundle is made: a production build keeps no trace of the invented world.
if (import.meta.env.MODE === "production") {
  void start(connect());
} else {
  const { fakeFromAddress } = await import("./ipc/fakeFromAddress");
  void start(fakeFromAddress(location.search) ?? connect());
}
