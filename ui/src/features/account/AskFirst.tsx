// A step that cannot be undone: a button, and a dialog that asks before it is taken.
import { type ReactNode, useState } from "react";
import { Button } from "../../design/Button/Button";
import { Dialog } from "../../design/Dialog/Dialog";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import { type AppError, asAppError } from "../../ipc/backend";
import { Actions } from "./Page";

export interface AskFirstProps {
  /** What the button says, and the one in the dialog that takes the step. */
  label: string;
  /** The question. */
  title: string;
  /** Takes the step; what it throws is told beside the button. */
  step(): Promise<void>;
  /** It was taken, and the dialog goes. */
  onDone?(): void;
  /** What the step means. */
  children: ReactNode;
}

/** Takes a step after asking. While it is being taken, the dialog stays. */
export function AskFirst({ label, title, step, onDone, children }: AskFirstProps) {
  const { t, error: inWords } = useWords();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);

  async function take() {
    setBusy(true);
    setError(null);
    try {
      await step();
      setAsking(false);
      onDone?.();
    } catch (refused) {
      setError(asAppError(refused));
      setAsking(false);
    }
    setBusy(false);
  }

  return (
    <>
      <div role="status">{error && <Notice tone="danger">{inWords(error)}</Notice>}</div>
      <Actions>
        <Button kind="secondary" onPress={() => setAsking(true)}>
          {label}
        </Button>
      </Actions>
      <Dialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        busy={busy}
        title={title}
        alert
        actions={
          <>
            <Button autoFocus onPress={() => setAsking(false)} isDisabled={busy}>
              {t("app-cancel")}
            </Button>
            <Button kind="danger" busy={busy} onPress={() => void take()}>
              {label}
            </Button>
          </>
        }
      >
        {children}
      </Dialog>
    </>
  );
}
