import { useEffect, useState } from "react";

function hasFocus(): boolean {
  return document.hasFocus() && document.visibilityState === "visible";
}

/** Whether the window is being looked at, as far as it can know. */
export function useWindowFocus(): boolean {
  const [focused, setFocused] = useState(hasFocus);
  useEffect(() => {
    const update = () => setFocused(hasFocus());
    window.addEventListener("focus", update);
    window.addEventListener("blur", update);
    document.addEventListener("visibilitychange", update);
    return () => {
      window.removeEventListener("focus", update);
      window.removeEventListener("blur", update);
      document.removeEventListener("visibilitychange", update);
    };
  }, []);
  return focused;
}
