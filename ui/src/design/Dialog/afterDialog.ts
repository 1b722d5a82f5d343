/** Runs in the frame after the one in which a dialog gives the focus back to the button that opened it: that may be gone. */
export function afterDialog(then: () => void) {
  requestAnimationFrame(() => requestAnimationFrame(then));
}
