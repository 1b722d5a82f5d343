import { EmptyState } from "./design/EmptyState/EmptyState";
import { Logo } from "./design/Logo/Logo";
import { useWords } from "./i18n";
import type { Person } from "./ipc/backend";
import styles from "./Welcome.module.css";

/** The sheet while no conversation is open. */
export function Welcome({ me, empty }: { me: Person; empty: boolean }) {
  const { t } = useWords();
  return (
    <EmptyState
      icon={
        <span className={styles.mark}>
          <Logo tube="var(--accent)" bell="var(--mention)" />
        </span>
      }
      title={t("app-welcome", { name: me.name.split(" ")[0] ?? me.name })}
    >
      <p>{t(empty ? "app-nothing-yet" : "app-choose")}</p>
      {!empty && <p className={styles.tip}>{t("app-tip", { keys: "Alt+↓" })}</p>}
    </EmptyState>
  );
}
