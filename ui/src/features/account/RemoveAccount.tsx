// The way on for who is held here by an account that cannot be used.
import { useAnnouncer } from "../../a11y/announcer";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import type { AppError } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { AskFirst } from "./AskFirst";
import styles from "./SignIn.module.css";

/** Gives the account up that is kept on this computer, after asking. */
export function RemoveAccount({ onRemoved }: { onRemoved?(): void }) {
  const { t } = useWords();
  const backend = useBackend();

  async function remove() {
    // Nobody is signed in: there are no keys that could be saved first, and none is lost.
    await backend.signOut(false);
  }

  return (
    <AskFirst
      label={t("account-remove")}
      title={t("account-remove-title")}
      step={remove}
      {...(onRemoved && { onDone: onRemoved })}
    >
      <p>{t("account-remove-text")}</p>
      <p>{t("account-remove-then")}</p>
    </AskFirst>
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
