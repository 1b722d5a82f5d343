import { CheckCircleIcon } from "@phosphor-icons/react/dist/csr/CheckCircle";
import { CopyIcon } from "@phosphor-icons/react/dist/csr/Copy";
import { FloppyDiskIcon } from "@phosphor-icons/react/dist/csr/FloppyDisk";
import { KeyIcon } from "@phosphor-icons/react/dist/csr/Key";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../design/Button/Button";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import { type AppError, asAppError } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { copyText } from "./copyText";
import styles from "./KeyToKeep.module.css";

/** Groups of four, as they are read and written down. */
export function keyGroups(key: string): string[] {
  return key.replaceAll(/\s/g, "").match(/.{1,4}/gu) ?? [];
}

/** The one time that the recovery key is in view. It goes on only when the user says that it is kept. */
export function KeyToKeep() {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const id = useId();
  const [key, setKey] = useState<string | null>(null);
  const [kept, setKept] = useState(false);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<"copied" | "saved" | null>(null);
  const [error, setError] = useState<AppError | "copy" | null>(null);
  const [refused, setRefused] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);

  const load = useCallback(async () => {
    setError(null);
    setRefused(false);
    try {
      setKey(await backend.recoveryKey());
    } catch (reason) {
      setError(asAppError(reason));
      setRefused(true);
    }
  }, [backend]);
  useEffect(() => void load(), [load]);
  // The page takes the place of everything: whoever cannot see it has to be told.
  useEffect(() => heading.current?.focus(), []);

  async function attempt(action: () => Promise<void>) {
    setError(null);
    setDone(null);
    try {
      await action();
    } catch (refused) {
      setError(asAppError(refused));
    }
  }

  const copy = () =>
    attempt(async () => {
      if (!key) return;
      if (await copyText(key)) setDone("copied");
      else setError("copy");
    });
  const save = () =>
    attempt(async () => {
      if (await backend.saveRecoveryKey()) setDone("saved");
    });
  const finish = () =>
    attempt(async () => {
      setBusy(true);
      await backend.recoveryKeyKept().finally(() => setBusy(false));
    });

  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <span className={styles.icon}>
          <KeyIcon aria-hidden="true" />
        </span>
        <h1 ref={heading} tabIndex={-1} className={styles.title}>
          {t("encryption-key-title")}
        </h1>
        <p className={styles.text}>{t("encryption-key-text")}</p>
        <section className={styles.key} aria-label={t("encryption-key-label")} data-testid="recovery-key">
          {refused ? (
            <Button
              onPress={() => {
                heading.current?.focus();
                void load();
              }}
            >
              {t("app-retry")}
            </Button>
          ) : key === null ? (
            <span className={styles.loading}>{t("encryption-key-loading")}</span>
          ) : (
            keyGroups(key).map((group, index) => (
              // A group may come twice, and the key never changes: its place is its identity.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <code key={index}>{group} </code>
            ))
          )}
        </section>
        <div className={styles.tools}>
          <Button icon={<CopyIcon aria-hidden="true" />} isDisabled={key === null} onPress={() => void copy()}>
            {t("encryption-key-copy")}
          </Button>
          <Button icon={<FloppyDiskIcon aria-hidden="true" />} isDisabled={key === null} onPress={() => void save()}>
            {t("encryption-key-save")}
          </Button>
          <p className={styles.done} role="status">
            {done && (
              <>
                <CheckCircleIcon weight="fill" aria-hidden="true" />
                {t(done === "copied" ? "encryption-key-copied" : "encryption-key-saved")}
              </>
            )}
          </p>
        </div>
        <p className={styles.text}>{t("encryption-key-advice")}</p>
        <div role="status">
          {error && (
            <Notice tone="danger">{error === "copy" ? t("encryption-key-copy-failed") : inWords(error)}</Notice>
          )}
        </div>
        <label className={styles.kept} htmlFor={id}>
          <input
            id={id}
            type="checkbox"
            checked={kept}
            disabled={key === null}
            onChange={(event) => setKept(event.target.checked)}
          />
          <span>{t("encryption-key-kept")}</span>
        </label>
        <Button kind="primary" large wide isDisabled={!kept} busy={busy} onPress={() => void finish()}>
          {t("encryption-key-continue")}
        </Button>
      </div>
    </main>
  );
}
