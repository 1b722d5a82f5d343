import { WarningCircleIcon } from "@phosphor-icons/react/dist/csr/WarningCircle";
import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { Strip } from "../design/Strip/Strip";
import { StripAction } from "../design/Strip/StripAction";
import { useWords } from "../i18n";
import { type AppError, asAppError } from "../ipc/backend";
import { useAnnouncer } from "./announcer";

/** Lets an action run that has no place of its own to say why it was refused. */
export type Attempt = (action: Promise<unknown>) => void;

interface Refusals {
  attempt: Attempt;
  refused: AppError | null;
  close(): void;
}

const RefusalsContext = createContext<Refusals | null>(null);

function useRefusals(): Refusals {
  const refusals = useContext(RefusalsContext);
  if (!refusals) throw new Error("refusals need a RefusalsProvider around them");
  return refusals;
}

export function useAttempt(): Attempt {
  return useRefusals().attempt;
}

/** Keeps why such an action was refused, and says it aloud. Once it is gone, so is what was asked within it. */
export function RefusalsProvider({ children }: { children: ReactNode }) {
  const { error: inWords } = useWords();
  const announcer = useAnnouncer();
  const [refused, setRefused] = useState<AppError | null>(null);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);

  const attempt = useMemo<Attempt>(
    () => (action) => {
      action.then(
        () => setRefused(null),
        (reason: unknown) => {
          // Whoever looks at the window next must not hear it.
          if (!here.current) return;
          const error = asAppError(reason);
          setRefused(error);
          announcer.say(inWords(error));
        },
      );
    },
    [announcer, inWords],
  );
  const refusals = useMemo(() => ({ attempt, refused, close: () => setRefused(null) }), [attempt, refused]);

  return <RefusalsContext.Provider value={refusals}>{children}</RefusalsContext.Provider>;
}

/** Shows the refusal, among the strips of what is in view, until it is closed or another action succeeds. */
export function RefusalStrip({ onGone }: { onGone(): void }) {
  const { refused, close } = useRefusals();
  return refused && <Refusal error={refused} onClose={close} onGone={onGone} />;
}

interface RefusalProps {
  error: AppError;
  onClose(): void;
  /** Its button is gone, and with it perhaps the focus. */
  onGone(): void;
}

function Refusal({ error, onClose, onGone }: RefusalProps) {
  const { t, error: inWords } = useWords();
  const gone = useEffectEvent(onGone);
  useEffect(() => () => void setTimeout(() => gone()), []);
  return (
    <Strip
      tone="danger"
      icon={<WarningCircleIcon weight="fill" aria-hidden="true" />}
      action={<StripAction onPress={onClose}>{t("app-close")}</StripAction>}
    >
      {inWords(error)}
    </Strip>
  );
}
