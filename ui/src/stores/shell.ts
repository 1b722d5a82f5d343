// What passes between the window and the system around it: what it is asked for, and what is being looked at.
import { useEffect, useEffectEvent } from "react";
import type { ShellRequest, Stop } from "../ipc/backend";
import { useBackend } from "./context";
import { RETRY_MS } from "./store";
import { useWindowFocus } from "./windowFocus";

/** Hears what a notification, the tray or a second start asks for. */
export function useRequests(onRequest: (request: ShellRequest) => void): void {
  const backend = useBackend();
  const hear = useEffectEvent(onRequest);
  useEffect(() => {
    let stop: Stop = () => undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const listen = () => {
      stop = backend.watchRequests({
        next: (request) => hear(request),
        failed: () => {
          again = setTimeout(listen, RETRY_MS);
        },
      });
    };
    listen();
    return () => {
      clearTimeout(again);
      stop();
    };
  }, [backend]);
}

/** Tells which room is being looked at, so that it is not notified of as well. */
export function useReading(roomId: string | null): void {
  const backend = useBackend();
  const focused = useWindowFocus();
  const looked = focused ? roomId : null;
  useEffect(() => {
    // A courtesy: without it a notification may come too many.
    backend.setReading(looked).catch(() => undefined);
  }, [backend, looked]);
  useEffect(
    () => () => {
      backend.setReading(null).catch(() => undefined);
    },
    [backend],
  );
}
