import { useEffect, useState } from "react";

/** A moment of the present day: what it is good for is "today" and "yesterday", so it changes at midnight. */
export function useToday(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const midnight = new Date(now);
    midnight.setHours(24, 0, 1, 0);
    const timer = setTimeout(() => setNow(Date.now()), midnight.getTime() - now);
    // A machine that slept past midnight shows the right day when it is looked at again.
    const onVisible = () => {
      if (new Date(now).toDateString() !== new Date().toDateString()) setNow(Date.now());
    };
    document.addEventListener("visibilitychange", onVisible);
    window.addEventListener("focus", onVisible);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
      window.removeEventListener("focus", onVisible);
    };
  }, [now]);
  return now;
}
