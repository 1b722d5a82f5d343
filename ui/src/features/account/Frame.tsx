import { BuildingsIcon } from "@phosphor-icons/react/dist/csr/Buildings";
import { LockKeyIcon } from "@phosphor-icons/react/dist/csr/LockKey";
import { TranslateIcon } from "@phosphor-icons/react/dist/csr/Translate";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { CrashStrip } from "../../a11y/Crash";
import { PolicyProblemStrip } from "../../a11y/PolicyProblems";
import { RefusalStrip, useAttempt } from "../../a11y/Refusals";
import { Lock } from "../../design/Lock/Lock";
import { Logo } from "../../design/Logo/Logo";
import { Segmented } from "../../design/Segmented/Segmented";
import { useWords } from "../../i18n";
import { useBrand } from "../../stores/brand";
import { useBackend } from "../../stores/context";
import { isLocked, usePolicy } from "../../stores/policy";
import { BrandLinks } from "./BrandLinks";
import { BrandLogo } from "./BrandLogo";
import styles from "./Frame.module.css";

export interface FrameProps {
  /** What must be known and may not be missed, beside what each page says. */
  strip?: ReactNode;
  children: ReactNode;
}

/** The pages before the conversations: the brand on the left, what is to be done on the right. */
export function Frame({ strip, children }: FrameProps) {
  const { t, language } = useWords();
  const backend = useBackend();
  const attempt = useAttempt();
  const locked = isLocked(usePolicy().lockedSettings.language ?? null);
  const name = useBrand().name ?? "Estafette";
  const [version, setVersion] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let current = true;
    backend
      .appInfo()
      .then((info) => current && setVersion(info.version))
      // Without a version the line says less; nothing else depends on it.
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [backend]);

  function keepFocus() {
    if (document.activeElement === document.body) box.current?.querySelector("h1")?.focus();
  }

  return (
    <div className={styles.frame}>
      <aside className={styles.brand} aria-label={name}>
        <Logo className={styles.watermark} tube="currentColor" bell="currentColor" />
        <p className={styles.logo}>
          <BrandLogo />
          <span className={styles.name}>{name}</span>
        </p>
        <div className={styles.claims}>
          <p className={styles.claim}>{t("account-claim")}</p>
          <ul>
            <li>
              <LockKeyIcon aria-hidden="true" />
              {t("account-claim-encrypted")}
            </li>
            <li>
              <BuildingsIcon aria-hidden="true" />
              {t("account-claim-hosted")}
            </li>
            <li>
              <TranslateIcon aria-hidden="true" />
              {t("account-claim-languages")}
            </li>
          </ul>
        </div>
        <p className={styles.version}>{version && t("account-version", { version })}</p>
      </aside>
      <main className={styles.main}>
        <div className={styles.strips}>
          <RefusalStrip onGone={keepFocus} />
          <CrashStrip onGone={keepFocus} />
          {strip}
          <PolicyProblemStrip onGone={keepFocus} />
        </div>
        <div className={styles.language}>
          {locked && <Lock id="language-lock">{t("policies-locked")}</Lock>}
          <Segmented
            aria-label={t("account-language")}
            {...(locked && { "aria-describedby": "language-lock" })}
            value={language}
            isReadOnly={locked}
            options={[
              { value: "fr", text: "Français", lang: "fr" },
              { value: "de", text: "Deutsch", lang: "de" },
            ]}
            onChange={(next) => attempt(backend.changeSettings({ language: next }))}
          />
        </div>
        <div ref={box} className={styles.box}>
          {children}
        </div>
        <BrandLinks />
      </main>
    </div>
  );
}
