import { AtIcon } from "@phosphor-icons/react/dist/csr/At";
import styles from "./Badge.module.css";

/** How many are unread. What it counts is said by its surroundings. */
export function CountBadge({ count }: { count: number }) {
  return <span className={styles.count}>{count > 99 ? "99+" : count}</span>;
}

/** Somebody calls the user by name: the only thing that is brass. */
export function MentionBadge() {
  return (
    <span className={`${styles.count} ${styles.mention}`}>
      <AtIcon weight="bold" aria-hidden="true" />
    </span>
  );
}
