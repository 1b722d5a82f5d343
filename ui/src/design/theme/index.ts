import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "@fontsource-variable/atkinson-hyperlegible-next/wght-italic.css";
import "@fontsource-variable/atkinson-hyperlegible-mono/wght.css";
import "./tokens.css";
import "./base.css";

import { useCallback, useLayoutEffect, useSyncExternalStore } from "react";
import type { Brand, Palette, Settings, Theme } from "../../ipc/backend";

/** Runs `apply` now, and again whenever the system's answer to one of the queries changes. */
function follow(queries: readonly MediaQueryList[], apply: () => void): () => void {
  apply();
  for (const query of queries) query.addEventListener("change", apply);
  return () => {
    for (const query of queries) query.removeEventListener("change", apply);
  };
}

const MORE_CONTRAST = "(prefers-contrast: more)";

/** Which theme is drawn where one of those that can be chosen is; see `useLook` for `isLocked`. */
export function useDrawnTheme(isLocked: boolean): (chosen: Theme) => Theme {
  const subscribe = useCallback((onChange: () => void) => {
    const query = matchMedia(MORE_CONTRAST);
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, []);
  const asksForContrast = useSyncExternalStore(subscribe, () => matchMedia(MORE_CONTRAST).matches);
  // What follows the system follows it in this too.
  return (chosen) => (isLocked && asksForContrast && chosen !== "system" ? "contrast" : chosen);
}

/** The tokens that stand for the accent, by the names that core gives an organisation's colours. */
const ACCENT: Record<keyof Palette, string> = {
  accent: "--accent",
  accentHover: "--accent-hover",
  accentPressed: "--accent-pressed",
  accentText: "--accent-text",
  accentSoft: "--accent-soft",
  accentSoftText: "--accent-soft-text",
  textOnAccent: "--text-on-accent",
};

/**
 * Puts an organisation's colours in the accent's place, or gives it back. `data-accent` says that they are there, to
 * what has colours of our own that would stand beside them.
 */
function paintAccent(palette: Palette | null): void {
  const { style, dataset } = document.documentElement;
  if (palette) dataset.accent = "organisation";
  else delete dataset.accent;
  for (const [name, token] of Object.entries(ACCENT)) {
    if (palette) style.setProperty(token, palette[name as keyof Palette]);
    else style.removeProperty(token);
  }
}

/**
 * Gives the window the look that was chosen, and the system's where the user left the choice to it. High contrast and
 * a system that forces its own colours are there to be read with: no organisation's colour enters them. `isLocked`: others
 * have decided on the theme, so that nobody can have meant to do without the contrast that the system asks for.
 */
export function useLook(
  { theme, density, textSize, motion, largeTargets }: Settings,
  { light, dark: inTheDark }: Pick<Brand, "light" | "dark">,
  isLocked: boolean,
): void {
  // Before it is painted: all of it would be drawn twice, once in the wrong colours.
  useLayoutEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const contrast = matchMedia(MORE_CONTRAST);
    const forced = matchMedia("(forced-colors: active)");
    return follow([dark, contrast, forced], () => {
      const system = contrast.matches ? "contrast" : dark.matches ? "dark" : "light";
      const shown = theme === "system" || (isLocked && contrast.matches) ? system : theme;
      document.documentElement.dataset.theme = shown;
      paintAccent(shown === "contrast" || forced.matches ? null : shown === "dark" ? inTheDark : light);
    });
  }, [theme, light, inTheDark, isLocked]);

  useLayoutEffect(() => {
    const less = matchMedia("(prefers-reduced-motion: reduce)");
    return follow([less], () => {
      document.documentElement.dataset.motion = motion === "reduced" || less.matches ? "reduced" : "full";
    });
  }, [motion]);

  useLayoutEffect(() => {
    const { dataset, style } = document.documentElement;
    dataset.density = density;
    dataset.targets = largeTargets ? "large" : "normal";
    // At its usual size the text has no size of its own, so that whoever looks at the page closer can give it one.
    if (textSize === 100) style.removeProperty("--text-scale");
    else style.setProperty("--text-scale", `${textSize / 100}`);
  }, [density, largeTargets, textSize]);
}

/** Below which width, in rem, the window is what; see the breakpoints of the design. */
const WIDTHS = { medium: 67.5, small: 53.75, narrow: 47.5 } as const;

/**
 * Says in `data-width` how much fits side by side. In rem, so that large text stacks as a small window does:
 * media queries only know pixels, and container queries do not follow the root's size in every engine.
 */
export function useWidth(): void {
  useLayoutEffect(() => {
    const root = document.documentElement;
    const probe = document.createElement("div");
    probe.className = "width-probe";
    document.body.append(probe);
    const measure = () => {
      const width = window.innerWidth / Number.parseFloat(getComputedStyle(root).fontSize);
      root.dataset.width = Object.entries(WIDTHS)
        .filter(([, below]) => width < below)
        .map(([name]) => name)
        .join(" ");
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(root);
    observer.observe(probe);
    return () => {
      observer.disconnect();
      probe.remove();
    };
  }, []);
}

/** Whether only one pane fits: what is opened then covers what it was opened from. */
export function isNarrow(): boolean {
  return document.documentElement.dataset.width?.split(" ").includes("narrow") ?? false;
}
