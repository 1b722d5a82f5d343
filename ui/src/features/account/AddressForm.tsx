import { EnvelopeSimpleIcon } from "@phosphor-icons/react/dist/csr/EnvelopeSimple";
import { UserIcon } from "@phosphor-icons/react/dist/csr/User";
import { type FormEvent, useRef, useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { Button } from "../../design/Button/Button";
import { afterDialog } from "../../design/Dialog/afterDialog";
import { TextField } from "../../design/TextField/TextField";
import { useWords } from "../../i18n";
import { type AppError, asAppError, type DiscoveredServer } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { HeldBy } from "./RemoveAccount";
import styles from "./SignIn.module.css";

export interface AddressFormProps {
  address: string;
  /** Everybody has the same server: who is to be said, not where. */
  fixed: boolean;
  onAddress(address: string): void;
  onFound(server: DiscoveredServer): void;
}

export function AddressForm({ address, fixed, onAddress, onFound }: AddressFormProps) {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const announcer = useAnnouncer();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | "empty" | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    if (!address.trim()) {
      setError("empty");
      input.current?.focus();
      return;
    }
    setBusy(true);
    setError(null);
    announcer.say(t("account-searching"));
    try {
      onFound(await backend.discover(address.trim()));
    } catch (refused) {
      setError(asAppError(refused));
      setBusy(false);
      input.current?.focus();
    }
  }

  /** What was typed may be tried again. */
  function removed() {
    setError(null);
    afterDialog(() => input.current?.focus());
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      <div>
        <TextField
          ref={input}
          label={t(fixed ? "account-user" : "account-address")}
          hint={t(fixed ? "account-user-hint" : "account-address-hint")}
          error={error === "empty" ? t("app-field-empty") : error && inWords(error)}
          icon={fixed ? <UserIcon aria-hidden="true" /> : <EnvelopeSimpleIcon aria-hidden="true" />}
          value={address}
          onChange={(event) => onAddress(event.target.value)}
          autoComplete="username"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          inputMode={fixed ? "text" : "email"}
          autoFocus
        />
        <HeldBy error={error === "empty" ? null : error} onRemoved={removed} />
      </div>
      <Button kind="primary" type="submit" large wide busy={busy}>
        {busy ? t("account-searching") : t("account-continue")}
      </Button>
    </form>
  );
}
