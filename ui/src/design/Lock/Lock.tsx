import { LockKeyIcon } from "@phosphor-icons/react/dist/csr/LockKey";
import styles from "./Lock.module.css";

/** Says, beside its padlock, that somebody else has decided. `id`: for the control that these words describe. */
export function Lock({ id, children }: { id?: string; children: string }) {
  return (
    <span id={id} className={styles.lock}>
      <LockKeyIcon aria-hidden="true" />
      {children}
    </span>
  );
}
