// What the pages of the settings are made of.
import type { ReactNode } from "react";
import { Switch } from "../../design/Switch/Switch";
import { useWords } from "../../i18n";
import { useFound } from "./found";
import type { SettingId } from "./page";
import styles from "./Rows.module.css";

/** The names that a row gives to its control. */
export interface Named {
  "aria-labelledby": string;
  "aria-describedby": string;
}

function named(entry: SettingId): Named {
  return { "aria-labelledby": `${entry}-title`, "aria-describedby": `${entry}-text` };
}

/** Rows that belong together, in one frame. */
export function Group({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      {title && <h2 className={styles.heading}>{title}</h2>}
      <div className={styles.group}>{children}</div>
    </section>
  );
}

export interface RowProps {
  /** The id of its words. */
  entry: SettingId;
  /** What stands at its right; it takes the row's words for its own. */
  children: ReactNode | ((names: Named) => ReactNode);
  /** What stands below, over the whole width. */
  below?: ReactNode;
}

/** One setting: what it is, what it does, and the control. */
export function Row({ entry, children, below }: RowProps) {
  const { t } = useWords();
  const names = named(entry);
  const plain = typeof children !== "function";
  return (
    <div
      className={styles.row}
      data-setting={entry}
      data-found={useFound(entry)}
      // Where nothing can be set, the search leads to the row itself.
      {...(plain && { role: "group", tabIndex: -1, ...names })}
    >
      <div className={styles.words}>
        <p id={names["aria-labelledby"]} className={styles.title}>
          {t(entry)}
        </p>
        <p id={names["aria-describedby"]} className={styles.text}>
          {t(`${entry}-text`)}
        </p>
      </div>
      {children !== null && <div className={styles.control}>{plain ? children : children(names)}</div>}
      {below && <div className={styles.below}>{below}</div>}
    </div>
  );
}

/** A setting that is on or off. */
export function SwitchRow({
  entry,
  value,
  onChange,
}: {
  entry: SettingId;
  value: boolean;
  onChange(on: boolean): Promise<unknown>;
}) {
  return <Row entry={entry}>{(names) => <Switch {...names} value={value} onChange={onChange} />}</Row>;
}

/** A setting that takes the whole width, under a heading of its own. */
export function Block({ entry, children }: { entry: SettingId; children(names: Named): ReactNode }) {
  const { t } = useWords();
  const names = named(entry);
  return (
    <section className={styles.section} data-setting={entry} data-found={useFound(entry)}>
      <h2 id={names["aria-labelledby"]} className={styles.heading}>
        {t(entry)}
      </h2>
      <p id={names["aria-describedby"]} className={styles.text}>
        {t(`${entry}-text`)}
      </p>
      {children(names)}
    </section>
  );
}
