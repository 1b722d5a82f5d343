import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import { useCallback, useEffect, useEffectEvent, useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { Strip } from "../../design/Strip/Strip";
import { StripAction } from "../../design/Strip/StripAction";
import { useWords, type Words } from "../../i18n";
import type { CrashNote } from "../../ipc/backend";
import { useBackend } from "../../stores/context";

/** That Estafette stopped unexpectedly the last time, until that is dismissed; said aloud once. */
export function useCrashNote(): { note: CrashNote | null; dismiss(): void } {
  const words = useWords();
  const backend = useBackend();
  const announcer = useAnnouncer();
  const [note, setNote] = useState<CrashNote | null>(null);

  const show = useEffectEvent((found: CrashNote | null) => {
    setNote(found);
    if (found) announcer.say(textOf(found, words));
  });
  useEffect(() => {
    let current = true;
    backend.crashNote().then(
      (found) => current && show(found),
      // Nothing depends on it.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [backend]);

  const dismiss = useCallback(() => {
    setNote(null);
    // If this is not kept, it is shown once more at the next start.
    backend.dismissCrashNote().catch(() => undefined);
  }, [backend]);
  return { note, dismiss };
}

function textOf({ at, ref }: CrashNote, { t, formats }: Words): string {
  return [t("crash-text", { time: formats.full(at) }), t("crash-safe"), ref && t("crash-reference", { ref })]
    .filter(Boolean)
    .join(" ");
}

export interface CrashStripProps {
  note: CrashNote | null;
  onClose(): void;
  /** Its button is gone, and with it perhaps the focus. */
  onGone(): void;
}

/** What happened, that nothing is lost, and what to tell the IT department. */
export function CrashStrip({ note, onClose, onGone }: CrashStripProps) {
  const words = useWords();
  if (!note) return null;
  return (
    <Strip
      tone="warning"
      icon={<WarningIcon weight="fill" aria-hidden="true" />}
      action={
        <StripAction
          onPress={() => {
            onClose();
            setTimeout(onGone);
          }}
        >
          {words.t("app-close")}
        </StripAction>
      }
    >
      {textOf(note, words)}
    </Strip>
  );
}
