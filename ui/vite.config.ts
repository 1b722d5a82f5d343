import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Phosphor draws each icon in six weights; the design uses regular, bold and fill. */
function usedWeights(): Plugin {
  return {
    name: "used-weights",
    transform(code, id) {
      if (!id.includes("@phosphor-icons/react/dist/defs/")) return null;
      return { code: code.replace(/ {2}\[\n {4}"(?:duotone|light|thin)",[\s\S]*?\n {2}\],?\n/g, ""), map: null };
    },
  };
}

export default defineConfig({
  plugins: [react(), usedWeights()],
  server: {
    port: 5173,
    strictPort: true,
    // The words lie beside the window's sources, not below them.
    fs: { allow: [".."] },
  },
  build: {
    // WebKitGTK 2.40 and WebView2 are the oldest engines that are met.
    target: ["safari16.4", "chrome120"],
    // In one piece: which of two rules wins must not depend on which part of the window was read first.
    cssCodeSplit: false,
    // Fonts and pictures stay files: the policy of the page allows none inside the styles.
    assetsInlineLimit: 0,
    // One local file, read from disk: the default's warning is about networks.
    chunkSizeWarningLimit: 800,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test-setup.ts"],
    // Longer than anything that a test waits for.
    testTimeout: 60_000,
    // Styles do nothing in jsdom; some tests read them.
    css: { include: [/\.css\?raw/], modules: { classNameStrategy: "non-scoped" } },
  },
});
