import type { ReactNode } from "react";
import styles from "./Desk.module.css";

export interface DeskProps {
  /** In a narrow window: the sheet covers the column. */
  open: boolean;
  /** What stands beside the sheet; its element names the region "list". */
  column: ReactNode;
  /** The sheet's name. */
  label: string;
  /** What must be known, in lines across the top of the sheet. */
  strips: ReactNode;
  children: ReactNode;
}

/** A column on the tinted frame, and beside it the one white sheet. */
export function Desk({ open, column, label, strips, children }: DeskProps) {
  return (
    <main className={styles.desk} data-open={open ? "" : undefined}>
      {column}
      <section className={styles.sheet} aria-label={label}>
        <div className={styles.strips}>{strips}</div>
        {children}
      </section>
    </main>
  );
}
