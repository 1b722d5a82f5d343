/** The caret that blinks. */
let blinking: Animation | undefined;

/**
 * Lets the caret of the field that has the focus blink for a while after each touch, where the shell holds it still:
 * `data-caret-period` and `data-caret-patience`, both in milliseconds, are how the desktop wants it (`caret.rs`).
 * Elsewhere, the web view does it, or the desktop wants it still.
 */
export function letCaretBlink(): void {
  const { caretPeriod, caretPatience } = document.documentElement.dataset;
  const period = Number(caretPeriod);
  if (!(period > 0)) return;
  const iterations = Math.ceil(Number(caretPatience) / period);
  const begin = () => {
    const field = document.activeElement;
    // A letter is a key and then an input: until it has been drawn once, it has just begun.
    if (blinking?.pending && (blinking.effect as KeyframeEffect).target === field) return;
    blinking?.cancel();
    if (!field?.matches(":is(input, textarea):read-write")) return;
    // There, then away: without a step, each frame between would be drawn.
    const there = { caretColor: getComputedStyle(field).caretColor, easing: "steps(2, jump-none)" };
    blinking = field.animate([there, { caretColor: "transparent" }], { duration: period, iterations });
  };
  // An input method writes without keys.
  for (const kind of ["focusin", "keydown", "input", "pointerdown", "pointerup"])
    document.addEventListener(kind, begin);
}
