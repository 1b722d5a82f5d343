import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

export interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  /** In a list the state is small; on the sheet it fills the place. */
  small?: boolean;
}

/** What is said where nothing is yet. */
export function EmptyState({ icon, title, children, small = false }: EmptyStateProps) {
  return (
    <div className={`${styles.empty} ${small ? styles.small : ""}`}>
      {icon}
      {small ? <p className={styles.title}>{title}</p> : <h2 className={styles.title}>{title}</h2>}
      {children}
    </div>
  );
}
