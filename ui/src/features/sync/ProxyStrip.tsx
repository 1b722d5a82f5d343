import { SignpostIcon } from "@phosphor-icons/react/dist/csr/Signpost";
import { type FormEvent, useEffect, useEffectEvent, useRef, useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { Button } from "../../design/Button/Button";
import { afterDialog } from "../../design/Dialog/afterDialog";
import { Dialog } from "../../design/Dialog/Dialog";
import styles from "../../design/Dialog/DialogForm.module.css";
import { Notice } from "../../design/Notice/Notice";
import { Strip } from "../../design/Strip/Strip";
import { StripAction } from "../../design/Strip/StripAction";
import { TextField } from "../../design/TextField/TextField";
import { useWords } from "../../i18n";
import { type AppError, asAppError, type ProxyState } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { useStore, ValueStore } from "../../stores/store";

type Asking = Extract<ProxyState, { kind: "passwordNeeded" }>;

export interface ProxyStripProps {
  /** The dialog is gone, and with it perhaps the button that opened it: the focus may need a place. */
  onGone(): void;
}

/** What stands between Estafette and the network wants to know who the user is: says so, aloud as well, and asks. */
export function ProxyStrip({ onGone }: ProxyStripProps) {
  const { t } = useWords();
  const backend = useBackend();
  const announcer = useAnnouncer();
  const [store] = useState(() => new ValueStore<ProxyState>((listener) => backend.watchProxy(listener)));
  const state = useStore(store);
  const asking = state?.kind === "passwordNeeded" ? state : null;
  // As it was when the dialog opened: it does not change under who is writing.
  const [entering, setEntering] = useState<Asking | null>(null);
  const [busy, setBusy] = useState(false);
  const text = asking && t(asking.refused ? "sync-proxy-refused" : "sync-proxy-asks", { proxy: asking.proxy });

  useEffect(() => {
    if (text) announcer.say(text);
  }, [text, announcer]);

  return (
    <>
      {asking && (
        <Strip
          tone="warning"
          icon={<SignpostIcon weight="fill" aria-hidden="true" />}
          action={<StripAction onPress={() => setEntering(asking)}>{t("sync-proxy-enter")}</StripAction>}
        >
          {text}
        </Strip>
      )}
      <Dialog isOpen={entering !== null} onClose={() => setEntering(null)} title={t("sync-proxy-title")} busy={busy}>
        {entering && (
          <ProxyForm
            asking={entering}
            busy={busy}
            setBusy={setBusy}
            onClose={() => setEntering(null)}
            onGone={onGone}
          />
        )}
      </Dialog>
    </>
  );
}

/** How long a name and a password may be, in bytes: as core has it. */
const LONGEST = 255;

/** What is wrong with what was typed, and in which field. */
interface Wrong {
  field: "user" | "password";
  /** The id of its words. */
  why: string;
}

/** What no proxy can take: core would only say that it is wrong. Nothing where it may be right. */
function wrongWith(user: string, password: string): Wrong | null {
  for (const [field, text] of [["user", user] as const, ["password", password] as const]) {
    if (!text) return { field, why: "app-field-empty" };
    // A name ends where the colon stands.
    if (field === "user" && text.includes(":")) return { field, why: "sync-proxy-colon" };
    if (/\p{Cc}/u.test(text)) return { field, why: "sync-proxy-invisible" };
    if (new TextEncoder().encode(text).length > LONGEST) return { field, why: "sync-proxy-long" };
  }
  return null;
}

interface ProxyFormProps extends ProxyStripProps {
  asking: Asking;
  /** An answer is waited for. */
  busy: boolean;
  setBusy(busy: boolean): void;
  onClose(): void;
}

function ProxyForm({ asking, busy, setBusy, onClose, onGone }: ProxyFormProps) {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const userInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);
  // It is in use, and nothing is wrong with what was typed: only the keyring has not taken it.
  const unkept = error?.code === "proxy-not-kept";

  const gone = useEffectEvent(onGone);
  useEffect(() => () => afterDialog(() => gone()), []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setError(null);
    const found = wrongWith(user.trim(), password);
    setWrong(found);
    if (found) {
      (found.field === "user" ? userInput : passwordInput).current?.focus();
      return;
    }
    setBusy(true);
    try {
      await backend.enterProxy(user.trim(), password);
      setBusy(false);
      onClose();
    } catch (refused) {
      setError(asAppError(refused));
      setBusy(false);
      passwordInput.current?.focus();
    }
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      <p>{t("sync-proxy-text", { proxy: asking.proxy })}</p>
      {asking.cleartext && <p>{t("sync-proxy-cleartext")}</p>}
      <div className={styles.fields}>
        <TextField
          ref={userInput}
          label={t("sync-proxy-user")}
          error={wrong?.field === "user" ? t(wrong.why) : null}
          value={user}
          onChange={(event) => setUser(event.target.value)}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          autoFocus
        />
        <TextField
          ref={passwordInput}
          label={t("sync-proxy-password")}
          error={wrong?.field === "password" ? t(wrong.why) : error && !unkept ? inWords(error) : null}
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="off"
        />
      </div>
      <div role="status">{unkept && <Notice tone="warning">{inWords(error)}</Notice>}</div>
      <div className={styles.actions}>
        <Button onPress={onClose} isDisabled={busy}>
          {t(unkept ? "app-close" : "app-cancel")}
        </Button>
        <Button kind="primary" type="submit" busy={busy}>
          {t(unkept ? "app-retry" : "sync-proxy-confirm")}
        </Button>
      </div>
    </form>
  );
}
