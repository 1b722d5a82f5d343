import { useEffect } from "react";
import { useBackend } from "../../stores/context";
import { useWindowFocus } from "../../stores/windowFocus";

/** Tells that the room is read: the window is being looked at, and the newest message is in view. */
export function useRead(roomId: string, newest: string | null, inView: boolean, online: boolean): void {
  const backend = useBackend();
  const focused = useWindowFocus();
  useEffect(() => {
    if (!newest || !inView || !focused || !online) return;
    // A receipt that is not sent is sent with the next message, or when the network is back.
    backend.markRead(roomId).catch(() => undefined);
  }, [backend, roomId, newest, inView, focused, online]);
}
