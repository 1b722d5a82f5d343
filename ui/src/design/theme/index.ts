import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "@fontsource-variable/atkinson-hyperlegible-next/wght-italic.css";
import "@fontsource-variable/atkinson-hyperlegible-mono/wght.css";
import "./tokens.css";
import "./base.css";

import { useEffect, useLayoutEffect } from "react";
import type { Theme } from "../../ipc/backend";

/** Colours the window, following the operating system where the user left the choice to it. */
export function useTheme(theme: Theme): void {
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const contrast = matchMedia("(prefers-contrast: more)");
    const apply = () => {
      const system = contrast.matches ? "contrast" : dark.matches ? "dark" : "light";
      document.documentElement.dataset.theme = theme === "system" ? system : theme;
    };
    apply();
    dark.addEventListener("change", apply);
    contrast.addEventListener("change", apply);
    return () => {
      dark.removeEventListener("change", apply);
      contrast.removeEventListener("change", apply);
    };
  }, [theme]);
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
