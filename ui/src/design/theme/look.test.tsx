import { act, cleanup, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FakeOptions } from "../../ipc/fake";
import { ministry } from "../../ipc/fake/brand";
import { noBrand } from "../../stores/brand";
import { noPolicy } from "../../stores/policy";
import { open, openSettings } from "../../testing";

const root = document.documentElement;
const styles = import.meta.glob<string>("../../**/*.css", { query: "?raw", import: "default", eager: true });

/** How bright a colour is (WCAG 2.2, "relative luminance"), with so much white in it. */
function luminance(colour: string, white = 0): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const own = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    const value = own + (1 - own) * white;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours by how bright they are (WCAG 2.2, "contrast ratio"). */
const contrast = (one: number, other: number) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

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

describe("a theme that others have locked", () => {
  const locked = (choices: string[]) => ({
    ...noPolicy,
    lockedSettings: { theme: { key: "interface.theme", choices } },
  });

  it("makes way for the contrast that the system asks for", async () => {
    const change = system();
    const { backend } = await look({ theme: "dark" });
    act(() => change("(prefers-contrast: more)"));
    expect(root.dataset.theme, "who has chosen has chosen").toBe("dark");
    act(() => backend.policy.set(locked(["dark", "contrast"])));
    expect(root.dataset.theme).toBe("contrast");
    act(() => backend.policy.set(noPolicy));
    expect(root.dataset.theme).toBe("dark");
  });

  it("is not marked as the one that is drawn while another one is", async () => {
    const change = system();
    const { backend } = await openSettings("Apparence", { theme: "dark" });
    const marked = () => screen.getByRole("radio", { checked: true, name: /élevé|Sombres|système/ });
    act(() => backend.policy.set(locked(["dark", "contrast"])));
    expect(marked()).toHaveAccessibleName("Sombres");
    const offered = () => within(screen.getByRole("radiogroup", { name: "Couleurs" })).getAllByRole("radio");
    expect(offered()).toHaveLength(2);
    act(() => change("(prefers-contrast: more)"));
    expect(marked()).toHaveAccessibleName("Contraste élevé");
    // It could be pressed, and nothing would come of it.
    expect(offered()).toEqual([marked()]);
    // Who has chosen has chosen; and who follows the system follows it.
    act(() => backend.policy.set(noPolicy));
    expect(marked()).toHaveAccessibleName("Sombres");
    act(() => {
      backend.settings.set({ ...backend.settings.get(), theme: "system" });
      backend.policy.set(locked(["system", "contrast"]));
    });
    expect(marked()).toHaveAccessibleName("Comme le système");
  });
});

describe("an organisation's colour", () => {
  const accent = () => [root.style.getPropertyValue("--accent"), root.style.getPropertyValue("--text-on-accent")];
  const none = ["", ""];

  it.each(["light", "dark"] as const)("takes the accent's place in the %s window", async (theme) => {
    const { backend } = await look({ theme, brand: ministry });
    expect(accent()).toEqual([ministry[theme]?.accent, ministry[theme]?.textOnAccent]);
    expect(root.style.getPropertyValue("--accent-soft-text")).toBe(ministry[theme]?.accentSoftText);
    act(() => backend.brand.set(noBrand));
    expect(accent()).toEqual(none);
  });

  it("follows the theme", async () => {
    const change = system();
    await look({ theme: "system", brand: ministry });
    expect(accent()[0]).toBe(ministry.light?.accent);
    act(() => change("(prefers-color-scheme: dark)"));
    expect(accent()[0]).toBe(ministry.dark?.accent);
    act(() => change("(prefers-contrast: more)"));
    expect(accent()).toEqual(none);
  });

  it("does not enter high contrast", async () => {
    await look({ theme: "contrast", brand: ministry });
    expect(accent()).toEqual(none);
  });

  it("makes what has colours of our own step back, while it is there", async () => {
    const { backend } = await look({ theme: "light", brand: ministry });
    expect(root.dataset.accent).toBe("organisation");
    act(() => backend.brand.set(noBrand));
    expect(root.dataset.accent).toBeUndefined();
    cleanup();
    await look({ theme: "contrast", brand: ministry });
    expect(root.dataset.accent).toBeUndefined();
  });

  it("leaves what stands on the brand's surface readable, whatever it is", () => {
    const css = styles["../../features/account/Frame.module.css"] ?? "";
    const rules = css.slice(css.indexOf(":global([data-accent])"), css.indexOf(':global([data-theme="contrast"])'));
    const stops = [...rules.matchAll(/color-mix\(in srgb, (#\w{6}), var\(--accent\) (\d+)%\)/g)];
    expect(stops).toHaveLength(3);
    // White, which what is made for the dark window comes closest to, makes it as light as it can be.
    const grounds = stops.map(([, own = "", part]) => luminance(own, Number(part) / 100));
    const [quiet = ""] = /(?<=color: )#\w{6}/.exec(rules) ?? [];
    const gold = "#f2c35c";
    expect(css).toContain(`color: ${gold};`);
    for (const ground of grounds) {
      for (const text of ["#ffffff", quiet]) expect(contrast(luminance(text), ground), text).toBeGreaterThan(4.5);
      expect(contrast(luminance(gold), ground)).toBeGreaterThan(3);
    }
  });

  it("gives way to a system's own colours", async () => {
    const change = system();
    await look({ theme: "light", brand: ministry });
    expect(accent()[0]).toBe(ministry.light?.accent);
    act(() => change("(forced-colors: active)"));
    expect(accent()).toEqual(none);
  });
});

describe("less motion", () => {
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
