// The way on for who is held here by an account that cannot be used.
import { useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { Button } from "../../design/Button/Button";
import { Dialog } from "../../design/Dialog/Dialog";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import { type AppError, asAppError } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { Actions } from "./Page";
import styles from "./SignIn.module.css";

/** Gives the account up that is kept on this computer, after asking. */
export function RemoveAccount({ onRemoved }: { onRemoved?(): void }) {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);

  async function remove() {
    setBusy(true);
    setError(null);
    try {
      // Nobody is signed in: there are no keys that could be saved first, and none is lost.
      await backend.signOut(false);
      setAsking(false);
      onRemoved?.();
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
          {t("account-remove")}
        </Button>
      </Actions>
      <Dialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        busy={busy}
        title={t("account-remove-title")}
        alert
        actions={
          <>
            <Button autoFocus onPress={() => setAsking(false)} isDisabled={busy}>
              {t("app-cancel")}
            </Button>
            <Button kind="danger" busy={busy} onPress={() => void remove()}>
              {t("account-remove")}
            </Button>
          </>
        }
      >
        <p>{t("account-remove-text")}</p>
        <p>{t("account-remove-then")}</p>
      </Dialog>
    </>
  );
}

/** Beside a refusal that an account on this computer is the reason of: says so, and offers to give it up. */
export function HeldBy({ error, onRemoved }: { error: AppError | null; onRemoved(): void }) {
  const { t } = useWords();
  const announcer = useAnnouncer();
  const account = error?.code === "server-not-allowed" ? error.args.account : undefined;

  function removed() {
    announcer.say(t("account-removed"));
    onRemoved();
  }

  return (
    <>
      {/* The region stands before what it says does: otherwise it is not read out. */}
      <div role="status">
        {account && (
          <div className={styles.held}>
            <Notice>
              <p>{t("account-held", { account })}</p>
            </Notice>
          </div>
        )}
      </div>
      {account && <RemoveAccount onRemoved={removed} />}
    </>
  );
}
