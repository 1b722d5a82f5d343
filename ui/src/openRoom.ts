import { useEffect, useState } from "react";
import type { Opened } from "./useRoomKeys";

const PREFIX = "#room=";

/**
 * The room that is open. It stands in the page's address as well: where the web view's process ends and the page is
 * loaded anew, it comes back to where it was, and so does the focus.
 */
export function useOpenRoom() {
  const [opened, setOpened] = useState<Opened | null>(fromAddress);
  const roomId = opened?.roomId ?? null;
  useEffect(() => {
    history.replaceState(null, "", roomId ? PREFIX + encodeURIComponent(roomId) : location.pathname + location.search);
  }, [roomId]);
  // Of one account nothing is left for the next.
  useEffect(() => () => history.replaceState(null, "", location.pathname + location.search), []);
  return [opened, setOpened] as const;
}

function fromAddress(): Opened | null {
  if (!location.hash.startsWith(PREFIX)) return null;
  try {
    return { roomId: decodeURIComponent(location.hash.slice(PREFIX.length)), takeFocus: true };
  } catch {
    return null;
  }
}
