// The frame is painted right after its callbacks, before the next task.
requestAnimationFrame(() => setTimeout(() => performance.mark("painted")));
