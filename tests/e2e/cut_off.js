// Enlarges the text and lists what can then not be read in full. What scrolls can be read; what ends in an ellipsis
// has its whole text in a title.
const [scale, done] = arguments;
const root = document.documentElement;
root.style.setProperty("--text-scale", scale);

function isMeantToBeHidden(element) {
  return element.closest(".sr-only, [aria-hidden=true], [hidden]") !== null;
}

/** How far a box may be seen, in either direction, and whether an ellipsis says that there is more. */
function cutBy(element, box) {
  for (let around = element; around && around !== root; around = around.parentElement) {
    const style = getComputedStyle(around);
    const frame = around.getBoundingClientRect();
    if (style.overflowX !== "visible") {
      if (style.overflowX !== "hidden" && style.overflowX !== "clip") return null;
      const cut = box.left < frame.left - 1 || box.right > frame.right + 1;
      if (cut && style.textOverflow === "ellipsis") return null;
      if (cut || box.top < frame.top - 2 || box.bottom > frame.bottom + 2) return around;
    }
  }
  return box.left < -1 || box.right > innerWidth + 1 ? root : null;
}

function search() {
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility() || isMeantToBeHidden(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      const frame = box.width > 0 && cutBy(element, box);
      if (frame) found.add(`“${text.data.trim().slice(0, 60)}” by <${frame.localName} class="${frame.className}">`);
    }
  }
  if (root.scrollWidth > innerWidth + 1) found.add(`the page is ${root.scrollWidth} wide in ${innerWidth}`);
  return [...found];
}

// Twice: the first frame lays the page out anew, the second is after what follows from its width.
requestAnimationFrame(() =>
  requestAnimationFrame(() => {
    const found = search();
    root.style.removeProperty("--text-scale");
    requestAnimationFrame(() => done(found));
  }),
);
