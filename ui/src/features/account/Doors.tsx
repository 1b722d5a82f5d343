// The pages that stand before the conversations when there is nothing to sign in to.
import { KeyIcon } from "@phosphor-icons/react/dist/csr/Key";
import { LockIcon } from "@phosphor-icons/react/dist/csr/Lock";
import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import { useEffect, useRef, useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { Button } from "../../design/Button/Button";
import { Spinner } from "../../design/Button/Spinner";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import type { AppError } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { AskFirst } from "./AskFirst";
import styles from "./Doors.module.css";
import { Frame } from "./Frame";
import { Actions, Lead, Page } from "./Page";
import { RemoveAccount } from "./RemoveAccount";

/** The profile is being opened, or the account signed out. */
export function Waiting({ text }: { text: string }) {
  return (
    <main className={styles.waiting}>
      <p role="status">
        <Spinner />
        {text}
      </p>
    </main>
  );
}

/** The keyring does not give the key: Estafette tries again by itself, the button only sooner. */
export function Locked({ keyringPresent }: { keyringPresent: boolean }) {
  const { t } = useWords();
  return (
    <Frame>
      <Page
        icon={<LockIcon aria-hidden="true" />}
        title={t(keyringPresent ? "account-locked-title" : "account-absent-title")}
      >
        <Lead>{t(keyringPresent ? "account-locked-text" : "account-absent-text")}</Lead>
        {keyringPresent ? (
          <Lead>{t("account-locked-again")}</Lead>
        ) : (
          <Notice>
            <p>{t("account-absent-support")}</p>
          </Notice>
        )}
        <Retry />
      </Page>
    </Frame>
  );
}

/** Has the profile opened once more. `error` is why that did not go; the same again is said, for nothing else changes. */
function Retry({ error }: { error?: AppError }) {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const announcer = useAnnouncer();
  const [busy, setBusy] = useState(false);
  const tried = useRef<AppError>(undefined);

  useEffect(() => {
    if (!error || !tried.current || tried.current === error) return;
    announcer.say(inWords(error));
    tried.current = undefined;
  }, [error, inWords, announcer]);

  async function retry() {
    setBusy(true);
    tried.current = error;
    // Whether it worked, the account's state tells; a refusal leaves the page as it is.
    await backend.retryKeyring().catch(() => undefined);
    setBusy(false);
  }

  return (
    <Actions>
      <Button kind="primary" busy={busy} onPress={() => void retry()}>
        {t("app-retry")}
      </Button>
    </Actions>
  );
}

/** The key is gone for good: what that means, and the one way on. */
export function KeyGone({ onAside }: { onAside(folder: string): void }) {
  const { t } = useWords();
  return (
    <Frame>
      <Page icon={<KeyIcon aria-hidden="true" />} title={t("account-key-gone-title")}>
        <Lead>{t("account-key-gone-text")}</Lead>
        <Lead>{t("account-key-gone-wait")}</Lead>
        <Lead>{t("account-key-gone-offer")}</Lead>
        <SetAside onAside={onAside} />
      </Page>
    </Frame>
  );
}

/** Sets the data aside, after asking. */
function SetAside({ onAside }: { onAside(folder: string): void }) {
  const { t } = useWords();
  const backend = useBackend();

  async function setAside() {
    onAside(await backend.setDataAside());
  }

  return (
    <AskFirst label={t("account-set-aside")} title={t("account-set-aside-title")} step={setAside}>
      <p>{t("account-set-aside-text")}</p>
    </AskFirst>
  );
}

/**
 * The profile cannot be opened. Where something here may change that, it is offered; where the disk is full, core tries
 * again by itself.
 */
export function Unusable({ error, onAside }: { error: AppError; onAside(folder: string): void }) {
  const { t, error: inWords } = useWords();
  return (
    <Frame>
      <Page icon={<WarningIcon aria-hidden="true" />} title={t("account-unusable-title")}>
        <div role="status">
          <Lead>{inWords(error)}</Lead>
          {error.code === "storage-full" && <Lead>{t("account-full-again")}</Lead>}
        </div>
        <WayOn error={error} onAside={onAside} />
      </Page>
    </Frame>
  );
}

/** What may help, if anything does. */
function WayOn({ error, onAside }: { error: AppError; onAside(folder: string): void }) {
  switch (error.code) {
    case "data-damaged":
      return <SetAside onAside={onAside} />;
    case "account-not-allowed":
      return <RemoveAccount />;
    // The administration may have put right what it names.
    case "certificates-unreadable":
    case "proxy-unknown":
    case "proxy-unusable":
      return <Retry error={error} />;
    default:
      return null;
  }
}
