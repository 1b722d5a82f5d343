import { useLayoutEffect, useRef } from "react";
import { focusFirst } from "../../a11y/regions";
import { Lock } from "../../design/Lock/Lock";
import { useWords } from "../../i18n";
import type { LockedSetting, Settings } from "../../ipc/backend";
import { isLocked, usePolicy } from "../../stores/policy";
import { useLead } from "./found";
import styles from "./LockLine.module.css";
import type { SettingId } from "./page";
import { policyId } from "./policyWords";

/** What others have decided on a setting, and what they leave to choose. */
export function useLock(setting: keyof Settings | undefined): LockedSetting | null {
  const { lockedSettings } = usePolicy();
  return (setting && lockedSettings[setting]) ?? null;
}

/** Says that others have a say in a setting, and leads to where that stands. */
export function LockLine({ entry, lock }: { entry: SettingId; lock: LockedSetting }) {
  const { t } = useWords();
  const lead = useLead();
  const line = useRef<HTMLParagraphElement>(null);

  // Nobody decides any more: the focus does not go with the way to the rule, but to what may be chosen now.
  useLayoutEffect(() => {
    const own = line.current;
    const control = own?.closest("[data-setting]")?.querySelector<HTMLElement>("[data-control]");
    return () => {
      if (!control || !own?.contains(document.activeElement)) return;
      // As soon as all that comes with that stands there.
      queueMicrotask(() => {
        if (document.activeElement === document.body) focusFirst(control);
      });
    };
  }, []);

  return (
    <p ref={line} className={styles.line}>
      {isLocked(lock) ? (
        <Lock id={`${entry}-lock`}>{t("policies-locked")}</Lock>
      ) : (
        <span id={`${entry}-lock`} className={styles.limited}>
          {t("policies-limited")}
        </span>
      )}
      <button
        type="button"
        id={`${entry}-why`}
        // Several of them may be in view: each with the name of its setting.
        aria-labelledby={`${entry}-why ${entry}-title`}
        className={styles.why}
        onClick={() => lead(policyId(lock.key))}
      >
        {t("policies-why")}
      </button>
    </p>
  );
}
