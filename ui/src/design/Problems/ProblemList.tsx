import { WarningCircleIcon } from "@phosphor-icons/react/dist/csr/WarningCircle";
import styles from "./ProblemList.module.css";

export interface ProblemListProps {
  /** One sentence or more each, no two of them the same. */
  texts: readonly string[];
  /** In whose place they stand only once that is asked for. */
  summary?: string | null;
}

/** What is wrong, one below the other, in the colours of what it stands in. */
export function ProblemList({ texts, summary = null }: ProblemListProps) {
  const list = (
    // biome-ignore lint/a11y/noRedundantRoles: WebKit drops the role of a list without bullets
    <ul role="list" className={styles.problems}>
      {texts.map((text) => (
        <li key={text}>
          <WarningCircleIcon weight="fill" aria-hidden="true" />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
  if (summary === null) return list;
  return (
    <details className={styles.folded}>
      <summary>{summary}</summary>
      {list}
    </details>
  );
}
