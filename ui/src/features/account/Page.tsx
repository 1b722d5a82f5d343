import { type ReactNode, useEffect, useRef } from "react";
import styles from "./Page.module.css";

export interface PageProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
}

/** A heading with what belongs to it, in the frame's box. */
export function Page({ icon, title, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // A new page says what it is, unless a field of it has the focus already.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <div className={styles.page}>
      {icon && <span className={styles.icon}>{icon}</span>}
      <h1 ref={heading} tabIndex={-1} className={styles.title}>
        {title}
      </h1>
      {children}
    </div>
  );
}

/** A paragraph of a page. */
export function Lead({ children }: { children: ReactNode }) {
  return <p className={styles.lead}>{children}</p>;
}

/** The buttons of a page. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
