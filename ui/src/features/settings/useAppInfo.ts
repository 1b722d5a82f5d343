import { useEffect, useState } from "react";
import type { AppInfo } from "../../ipc/backend";
import { useBackend } from "../../stores/context";

/** What the window says of itself; nothing, if that cannot be had: nothing else depends on it. */
export function useAppInfo(): AppInfo | null {
  const backend = useBackend();
  const [info, setInfo] = useState<AppInfo | null>(null);
  useEffect(() => {
    let current = true;
    backend.appInfo().then(
      (found) => current && setInfo(found),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [backend]);
  return info;
}
