import { useCallback, useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { useAttempt } from "../../a11y/Refusals";
import type { SettingsPatch } from "../../ipc/backend";
import { useBackend } from "../../stores/context";

/** Changes settings; what is refused is shown among the strips. */
export function useChange(): (patch: SettingsPatch) => Promise<void> {
  const backend = useBackend();
  const attempt = useAttempt();
  return useCallback(
    (patch) => {
      const asked = backend.changeSettings(patch);
      attempt(asked);
      return asked;
    },
    [backend, attempt],
  );
}

export interface Task {
  busy: boolean;
  /** Runs it, and says aloud what came of it: nothing, if `said` gives nothing. */
  run<T>(task: () => Promise<T>, said: (answer: T) => string | null): Promise<boolean>;
}

/** Something that takes a while, and is not asked for twice meanwhile. False where it was refused. */
export function useTask(): Task {
  const attempt = useAttempt();
  const announcer = useAnnouncer();
  const [busy, setBusy] = useState(false);

  async function run<T>(task: () => Promise<T>, said: (answer: T) => string | null): Promise<boolean> {
    setBusy(true);
    const asked = task();
    attempt(asked);
    try {
      const words = said(await asked);
      if (words) announcer.say(words);
      return true;
    } catch {
      // Shown among the strips.
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, run };
}
