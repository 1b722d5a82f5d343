import type { ReactNode } from "react";
import styles from "./Strip.module.css";

export interface StripProps {
  tone: "info" | "warning" | "danger";
  icon: ReactNode;
  children: ReactNode;
  action?: ReactNode;
  /** What stands below the line, over the whole width. */
  below?: ReactNode;
}

/** One line across the top of the sheet, for what must be known and may not be missed. */
export function Strip({ tone, icon, children, action, below }: StripProps) {
  return (
    <div className={`${styles.strip} ${styles[tone]}`}>
      {icon}
      <p className={styles.text}>{children}</p>
      {action}
      {below && <div className={styles.below}>{below}</div>}
    </div>
  );
}
