import type { ReactNode } from "react";
import styles from "./Notice.module.css";

export interface NoticeProps {
  tone?: "info" | "neutral" | "warning" | "danger";
  icon?: ReactNode;
  title?: string;
  children: ReactNode;
}

/** A few sentences that must be read where they stand. */
export function Notice({ tone = "neutral", icon, title, children }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${styles[tone]}`}>
      {icon}
      <div className={styles.body}>
        {title && <p className={styles.title}>{title}</p>}
        {children}
      </div>
    </div>
  );
}
