// Takes the times from an event until the page shows what it leads to, painted. `type` is the event; each of `shown`
// says whether it is there: looked at once in each frame, right before it is painted.
window.stopwatch = (type, shown) => {
  window.taken = null;
  addEventListener(
    type,
    function begin(event) {
      // A key that is held for another one begins nothing.
      if (event.key === "Alt") return;
      removeEventListener(type, begin, { capture: true });
      const taken = shown.map(() => null);
      const look = () => {
        const came = shown.flatMap((is, number) => (taken[number] === null && is() ? [number] : []));
        if (came.length > 0) {
          setTimeout(() => {
            for (const number of came) taken[number] = performance.now() - event.timeStamp;
            if (!taken.includes(null)) window.taken = taken;
          });
        }
        if (came.length + taken.filter((time) => time !== null).length < shown.length) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    { capture: true },
  );
};

// Notes when an event of this type comes next, in milliseconds since 1970.
window.noteNext = (type) => {
  window.noted = null;
  const note = (event) => (window.noted = performance.timeOrigin + event.timeStamp);
  addEventListener(type, note, { capture: true, once: true });
};

// Notes when something is painted first, in milliseconds since 1970.
window.watchFor = (shown) => {
  window.seen = null;
  const look = () => {
    if (shown()) setTimeout(() => (window.seen = performance.timeOrigin + performance.now()));
    else requestAnimationFrame(look);
  };
  look();
};

// Makes marks of what the page does until what is watched for has been seen: each change of the document; and of each
// frame after one, what its layout takes and when it is painted.
window.markUntilSeen = () => {
  let changed = false;
  const observer = new MutationObserver((records) => {
    changed = true;
    performance.mark(`${records.length} changes of the document`);
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const look = () => {
    if (changed) {
      changed = false;
      const before = performance.now();
      // Where an element stands is known once all of them have their places.
      document.body.getBoundingClientRect();
      performance.mark(`its layout has taken ${performance.now() - before} ms`);
      setTimeout(() => performance.mark("its frame is painted"));
    }
    if (window.seen === null) requestAnimationFrame(look);
    else observer.disconnect();
  };
  requestAnimationFrame(look);
};

// The times between frames while something moves, in milliseconds.
window.frames = (count, move) =>
  new Promise((resolve) => {
    const times = [];
    let last = null;
    const frame = (now) => {
      if (last !== null) times.push(now - last);
      last = now;
      if (times.length >= count) return resolve(times);
      move?.(times.length);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
