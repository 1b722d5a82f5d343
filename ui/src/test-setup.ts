// What jsdom lacks of a window: sizes, and news of them.
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// What is waited for comes at once, except on a machine that stalls: only a broken test waits so long.
configure({ asyncUtilTimeout: 10_000 });

/** Tells once that everything has a size: enough for lists that draw what fits. */
class Sized implements ResizeObserver {
  constructor(private readonly callback: ResizeObserverCallback) {}
  observe(target: Element): void {
    const rect = new DOMRect(0, 0, 800, target.getAttribute("role") === "listbox" ? 640 : 64);
    const size = [{ inlineSize: rect.width, blockSize: rect.height }];
    const entry = { target, contentRect: rect, borderBoxSize: size, contentBoxSize: size } as unknown;
    queueMicrotask(() => this.callback([entry as ResizeObserverEntry], this));
  }
  unobserve(): void {}
  disconnect(): void {}
}

if (typeof window !== "undefined") {
  window.ResizeObserver = Sized;
  window.DOMRect ??= class {
    constructor(
      public x: number,
      public y: number,
      public width: number,
      public height: number,
    ) {}
  } as unknown as typeof DOMRect;
  window.matchMedia = (query) =>
    ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList;
  Object.defineProperty(HTMLElement.prototype, "offsetParent", { get: () => document.body });
  HTMLElement.prototype.getClientRects = () => [new DOMRect(0, 0, 800, 64)] as unknown as DOMRectList;
  Element.prototype.scrollTo = () => undefined;
  Object.defineProperty(HTMLElement.prototype, "offsetHeight", { get: () => 64 });
  Object.defineProperty(HTMLElement.prototype, "offsetWidth", { get: () => 800 });
}

afterEach(cleanup);
