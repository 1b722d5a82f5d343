import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from "react";
import { Strip } from "../design/Strip/Strip";
import { StripAction } from "../design/Strip/StripAction";
import { useWords, type Words } from "../i18n";
import type { CrashNote } from "../ipc/backend";
import { useBackend } from "../stores/context";
import { useAnnouncer } from "./announcer";

interface Crash {
  note: CrashNote | null;
  dismiss(): void;
}

const CrashContext = createContext<Crash>({ note: null, dismiss: () => undefined });

/** Keeps that a defect showed itself in an earlier run, until that is dismissed on whatever page; says it aloud once. */
export function CrashProvider({ children }: { children: ReactNode }) {
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
  const crash = useMemo(() => ({ note, dismiss }), [note, dismiss]);
  return <CrashContext.Provider value={crash}>{children}</CrashContext.Provider>;
}

function textOf({ at, ref, wentOn }: CrashNote, { t, formats }: Words): string {
  const time = formats.full(at);
  const what = wentOn ? [t("crash-went-on", { time })] : [t("crash-text", { time }), t("crash-safe")];
  return [...what, ref && t("crash-reference", { ref })].filter(Boolean).join(" ");
}

/** What happened, what became of it, and what to tell the IT department. */
export function CrashStrip({ onGone }: { /** Its button is gone, and with it perhaps the focus. */ onGone(): void }) {
  const words = useWords();
  const { note, dismiss } = useContext(CrashContext);
  if (!note) return null;
  return (
    <Strip
      tone="warning"
      icon={<WarningIcon weight="fill" aria-hidden="true" />}
      action={
        <StripAction
          onPress={() => {
            dismiss();
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
