import { BankIcon } from "@phosphor-icons/react/dist/csr/Bank";
import { EyeIcon } from "@phosphor-icons/react/dist/csr/Eye";
import { EyeSlashIcon } from "@phosphor-icons/react/dist/csr/EyeSlash";
import { LockKeyIcon } from "@phosphor-icons/react/dist/csr/LockKey";
import { UserIcon } from "@phosphor-icons/react/dist/csr/User";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { Button, IconButton } from "../../design/Button/Button";
import { afterDialog } from "../../design/Dialog/afterDialog";
import { TextField } from "../../design/TextField/TextField";
import { useWords } from "../../i18n";
import { type AppError, asAppError, type DiscoveredServer } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { HeldBy } from "./RemoveAccount";
import styles from "./SignIn.module.css";

export interface PasswordFormProps {
  address: string;
  server: DiscoveredServer;
  /** Everybody has the same server: only the user can be another one. */
  fixed: boolean;
  onBack(): void;
}

type Missing = "user" | "password";

export function PasswordForm({ address, server, fixed, onBack }: PasswordFormProps) {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const announcer = useAnnouncer();
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState<Missing | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const userInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);

  // The form appears in answer to the first one: the typing goes on where it has to.
  useEffect(() => (userInput.current ?? passwordInput.current)?.focus(), []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setError(null);
    const empty: Missing | null = server.user === null && !user.trim() ? "user" : password ? null : "password";
    setMissing(empty);
    if (empty) {
      (empty === "user" ? userInput : passwordInput).current?.focus();
      return;
    }
    setBusy(true);
    announcer.say(t("account-signing-in"));
    try {
      await backend.signIn(address, server.user === null ? user.trim() : null, password);
    } catch (refused) {
      setError(asAppError(refused));
      setBusy(false);
      passwordInput.current?.focus();
      passwordInput.current?.select();
    }
  }

  /** What was typed may be tried again. */
  function removed() {
    setError(null);
    afterDialog(() => passwordInput.current?.focus());
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      <div className={styles.found}>
        <span className={styles.bank}>
          <BankIcon aria-hidden="true" />
        </span>
        <p className={styles.server} role="status">
          <span className={styles.caption}>{t("account-server-found")}</span>
          <span className={styles.name}>{server.serverName}</span>
          {server.user && <span className={styles.caption}>{t("account-server-of", { user: server.user })}</span>}
        </p>
        <Button
          kind="ghost"
          onPress={onBack}
          isDisabled={busy}
          aria-label={t(fixed ? "account-change-user" : "account-change-name")}
        >
          {t("account-change")}
        </Button>
      </div>
      {server.user === null && (
        <TextField
          ref={userInput}
          label={t("account-user")}
          error={missing === "user" ? t("app-field-empty") : null}
          icon={<UserIcon aria-hidden="true" />}
          value={user}
          onChange={(event) => setUser(event.target.value)}
          autoComplete="username"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
        />
      )}
      <div>
        <TextField
          ref={passwordInput}
          label={t("account-password")}
          error={missing === "password" ? t("app-field-empty") : error && inWords(error)}
          icon={<LockKeyIcon aria-hidden="true" />}
          type={shown ? "text" : "password"}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
          action={
            <IconButton
              label={t(shown ? "account-password-hide" : "account-password-show")}
              icon={shown ? <EyeSlashIcon aria-hidden="true" /> : <EyeIcon aria-hidden="true" />}
              onPress={() => setShown(!shown)}
            />
          }
        />
        <HeldBy error={error} onRemoved={removed} />
      </div>
      <Button kind="primary" type="submit" large wide busy={busy}>
        {t(busy ? "account-signing-in" : "account-sign-in")}
      </Button>
    </form>
  );
}
