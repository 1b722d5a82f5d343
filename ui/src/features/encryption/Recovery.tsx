import { KeyIcon } from "@phosphor-icons/react/dist/csr/Key";
import { ShieldWarningIcon } from "@phosphor-icons/react/dist/csr/ShieldWarning";
import { type FormEvent, type ReactNode, useEffect, useEffectEvent, useRef, useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { useAttempt } from "../../a11y/Refusals";
import { Button } from "../../design/Button/Button";
import { Spinner } from "../../design/Button/Spinner";
import { afterDialog } from "../../design/Dialog/afterDialog";
import { Dialog } from "../../design/Dialog/Dialog";
import styles from "../../design/Dialog/DialogForm.module.css";
import { Notice } from "../../design/Notice/Notice";
import { Strip } from "../../design/Strip/Strip";
import { StripAction } from "../../design/Strip/StripAction";
import { TextField } from "../../design/TextField/TextField";
import { useWords } from "../../i18n";
import { type AppError, asAppError, type EncryptionState } from "../../ipc/backend";
import { useBackend } from "../../stores/context";

export interface EncryptionStripProps {
  encryption: EncryptionState;
  onEnterKey(): void;
}

/** What the recovery key would mend. */
function KeyHelps({ onEnterKey, children }: { onEnterKey(): void; children: ReactNode }) {
  const { t } = useWords();
  return (
    <Strip
      tone="warning"
      icon={<ShieldWarningIcon weight="fill" aria-hidden="true" />}
      action={<StripAction onPress={onEnterKey}>{t("encryption-enter-key")}</StripAction>}
    >
      {children}
    </Strip>
  );
}

/** Somebody removed what the recovery key opened: a new one can be made. */
function KeyIsGone() {
  const { t } = useWords();
  const backend = useBackend();
  const attempt = useAttempt();
  return (
    <Strip
      tone="warning"
      icon={<ShieldWarningIcon weight="fill" aria-hidden="true" />}
      action={<StripAction onPress={() => attempt(backend.newRecoveryKey())}>{t("encryption-gone-make")}</StripAction>}
    >
      <b>{t("encryption-gone")}</b> {t("encryption-gone-text")}
    </Strip>
  );
}

/** What this device cannot do yet, in one line; everything else goes on below it. */
export function EncryptionStrip({ encryption, onEnterKey }: EncryptionStripProps) {
  const { t } = useWords();
  switch (encryption.kind) {
    case "settingUp":
      return (
        <Strip tone="info" icon={<Spinner />}>
          {t("encryption-setting-up")}
        </Strip>
      );
    case "recoveryNeeded":
      return (
        <KeyHelps onEnterKey={onEnterKey}>
          <b>{t("encryption-needed")}</b> {t("encryption-needed-text")}
        </KeyHelps>
      );
    case "backupIncomplete":
      return (
        <KeyHelps onEnterKey={onEnterKey}>
          <b>{t("encryption-backup")}</b> {t("encryption-backup-text")}
        </KeyHelps>
      );
    case "recoveryGone":
      return <KeyIsGone />;
    case "recoveryImpossible":
      return (
        <Strip tone="warning" icon={<ShieldWarningIcon weight="fill" aria-hidden="true" />}>
          <b>{t("encryption-impossible")}</b> {t("encryption-impossible-text")}
        </Strip>
      );
    default:
      return null;
  }
}

/** What stands in place of the composer of an encrypted room while this device may not send to it. */
export function ComposerNotice({ encryption, onEnterKey }: EncryptionStripProps) {
  const { t } = useWords();
  switch (encryption.kind) {
    case "settingUp":
      return (
        <Notice icon={<Spinner />}>
          <p>{t("encryption-setting-up-text")}</p>
        </Notice>
      );
    case "recoveryNeeded":
      return (
        <Notice icon={<KeyIcon aria-hidden="true" />} title={t("encryption-composer-title")}>
          <p>{t("encryption-composer-text")}</p>
          <Button onPress={onEnterKey}>{t("encryption-enter-key")}</Button>
        </Notice>
      );
    case "recoveryImpossible":
      return (
        <Notice icon={<KeyIcon aria-hidden="true" />} title={t("encryption-impossible-composer")}>
          <p>{t("encryption-composer-text")}</p>
          <p>{t("encryption-impossible-text")}</p>
        </Notice>
      );
    default:
      return null;
  }
}

/** Whether encrypted rooms can be written to. While it is not known yet, core answers for it. */
export function maySendEncrypted(encryption: EncryptionState | null): boolean {
  return encryption === null || ["ready", "checking", "backupIncomplete", "recoveryGone"].includes(encryption.kind);
}

export interface RecoveryDialogProps {
  isOpen: boolean;
  encryption: EncryptionState | null;
  onClose(): void;
  /** The dialog is gone, and with it perhaps the button that opened it: the focus may need a place. */
  onGone(): void;
}

/** One field: the recovery key. It confirms this device or, where that is done, mends the backup. */
export function RecoveryDialog({ isOpen, encryption, onClose, onGone }: RecoveryDialogProps) {
  const { t } = useWords();
  // As it was when the dialog opened: at the end of it, all is well.
  const [mending, setMending] = useState(false);
  const [busy, setBusy] = useState(false);
  if (encryption?.kind === "backupIncomplete" && !mending) setMending(true);
  if (encryption?.kind === "recoveryNeeded" && mending) setMending(false);
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={t(mending ? "encryption-backup-mend" : "encryption-recover-title")}
      busy={busy}
    >
      <RecoveryForm mending={mending} busy={busy} onBusy={setBusy} onClose={onClose} onGone={onGone} />
    </Dialog>
  );
}

interface RecoveryFormProps {
  mending: boolean;
  /** The key is being tried. */
  busy: boolean;
  onBusy(busy: boolean): void;
  onClose(): void;
  onGone(): void;
}

function RecoveryForm({ mending, busy, onBusy, onClose, onGone }: RecoveryFormProps) {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const announcer = useAnnouncer();
  const input = useRef<HTMLInputElement>(null);
  const [key, setKey] = useState("");
  const [error, setError] = useState<AppError | "empty" | null>(null);

  const gone = useEffectEvent(onGone);
  useEffect(() => () => afterDialog(() => gone()), []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    if (!key.trim()) {
      setError("empty");
      input.current?.focus();
      return;
    }
    onBusy(true);
    setError(null);
    try {
      await backend.recover(key.trim());
      announcer.say(t(mending ? "encryption-backup-mended" : "encryption-recovered"));
      onClose();
    } catch (refused) {
      setError(asAppError(refused));
      input.current?.focus();
    } finally {
      onBusy(false);
    }
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      <p>{t(mending ? "encryption-backup-mend-text" : "encryption-recover-text")}</p>
      <div className={styles.fields}>
        <TextField
          ref={input}
          label={t("encryption-recover-field")}
          hint={t("encryption-recover-hint")}
          error={error === "empty" ? t("app-field-empty") : error && inWords(error)}
          mono
          value={key}
          onChange={(event) => setKey(event.target.value)}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          autoFocus
        />
      </div>
      <div className={styles.actions}>
        <Button onPress={onClose} isDisabled={busy}>
          {t("app-cancel")}
        </Button>
        <Button kind="primary" type="submit" busy={busy}>
          {t(mending ? "encryption-backup-mend" : "encryption-recover")}
        </Button>
      </div>
    </form>
  );
}
