import { act, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FakeOptions } from "../../ipc/fake";
import { open } from "../../testing";

const root = document.documentElement;

/** A system that wishes for these, and can change its mind. */
function system(...wishes: string[]) {
  const told = new Set<() => void>();
  const wished = new Set(wishes);
  vi.stubGlobal("matchMedia", (query: string) => ({
    get matches() {
      return wished.has(query);
    },
    media: query,
    addEventListener: (_: string, tell: () => void) => told.add(tell),
    removeEventListener: (_: string, tell: () => void) => told.delete(tell),
  }));
  return (wish: string) => {
    wished.add(wish);
    for (const tell of told) tell();
  };
}

afterEach(() => void vi.unstubAllGlobals());

async function look(options: FakeOptions) {
  const opened = open(options);
  await screen.findByRole("listbox");
  return opened;
}

describe("the look", () => {
  it("is the usual one while nothing is chosen", async () => {
    await look({});
    expect(root.dataset).toMatchObject({ density: "comfortable", targets: "normal", motion: "full" });
    expect(root.style.getPropertyValue("--text-scale")).toBe("");
  });

  it("is the one that was chosen", async () => {
    await look({ theme: "contrast", density: "compact", largeTargets: true, motion: "reduced", textSize: 200 });
    expect(root.dataset).toMatchObject({
      theme: "contrast",
      density: "compact",
      targets: "large",
      motion: "reduced",
    });
    expect(root.style.getPropertyValue("--text-scale")).toBe("2");
  });

  it("follows the system where that was chosen, also when it changes", async () => {
    const change = system("(prefers-color-scheme: dark)");
    await look({ theme: "system", motion: "system" });
    expect(root.dataset).toMatchObject({ theme: "dark", motion: "full" });
    act(() => change("(prefers-reduced-motion: reduce)"));
    act(() => change("(prefers-contrast: more)"));
    expect(root.dataset).toMatchObject({ theme: "contrast", motion: "reduced" });
  });
});

describe("less motion", () => {
  const styles = import.meta.glob<string>("../../**/*.css", { query: "?raw", import: "default", eager: true });

  it("reaches whatever moves: by the tokens, or by a rule of its own", () => {
    expect(Object.keys(styles).length).toBeGreaterThan(20);
    for (const [path, css] of Object.entries(styles)) {
      for (const [line] of css.matchAll(/^\s*(?:animation|transition)(?:-duration)?:.*;$/gm)) {
        const still = /var\(--dur-|none/.test(line) || css.includes('[data-motion="reduced"]');
        expect(still, `${path}: ${line.trim()}`).toBe(true);
      }
    }
  });
});
