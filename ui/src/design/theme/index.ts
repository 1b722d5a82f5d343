import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "@fontsource-variable/atkinson-hyperlegible-next/wght-italic.css";
import "@fontsource-variable/atkinson-hyperlegible-mono/wght.css";
import "./tokens.css";
import "./base.css";

import { useLayoutEffect } from "react";
import type { Settings } from "../../ipc/backend";

/** Runs `apply` now, and again whenever the system's answer to one of the queries changes. */
function follow(queries: readonly MediaQueryList[], apply: () => void): () => void {
  apply();
  for (const query of queries) query.addEventListener("change", apply);
  return () => {
    for (const query of queries) query.removeEventListener("change", apply);
  };
}

/** Gives the window the look that was chosen, and the system's where the user left the choice to it. */
export function useLook({ theme, density, textSize, motion, largeTargets }: Settings): void {
  // Before it is painted: all of it would be drawn twice, once in the wrong colours.
  useLayoutEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const contrast = matchMedia("(prefers-contrast: more)");
    return follow([dark, contrast], () => {
      const system = contrast.matches ? "contrast" : dark.matches ? "dark" : "light";
      document.documentElement.dataset.theme = theme === "system" ? system : theme;
    });
  }, [theme]);

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
