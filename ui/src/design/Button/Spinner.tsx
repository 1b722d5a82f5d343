import styles from "./Button.module.css";

/** Something is under way; what, the words beside it say. */
export function Spinner() {
  return <span className={styles.spinner} aria-hidden="true" />;
}
