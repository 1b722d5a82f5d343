// What the pages of the settings are made of.
import type { ReactNode } from "react";
import { Switch } from "../../design/Switch/Switch";
import { useWords } from "../../i18n";
import type { Settings } from "../../ipc/backend";
import { isLocked } from "../../stores/policy";
import { useFound } from "./found";
import { LockLine, useLock } from "./LockLine";
import type { SettingId } from "./page";
import styles from "./Rows.module.css";

/** The names that a row gives to its control. */
export interface Named {
  "aria-labelledby": string;
  "aria-describedby": string;
}

function named(entry: SettingId, locked: boolean, facts: readonly string[] = []): Named {
  const described = [`${entry}-text`, ...(locked ? [`${entry}-lock`] : []), ...facts];
  return { "aria-labelledby": `${entry}-title`, "aria-describedby": described.join(" ") };
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

/**
 * A control that takes the row's words for its own. `locked`: others have decided, it only shows what. `mayChoose`: what
 * they have left to choose.
 */
type Control = (names: Named, locked: boolean, mayChoose: (option: { value: string }) => boolean) => ReactNode;

export interface RowProps {
  /** The id of its words. */
  entry: SettingId;
  /** What it sets, where others may decide on that. */
  setting?: keyof Settings | undefined;
  /** What stands at its right. */
  children: ReactNode | Control;
  /** What stands below, over the whole width. */
  below?: ReactNode;
  /** The ids of what else is heard of it, by who arrives there without seeing it. */
  facts?: readonly string[];
}

/** What a row and a block have in common: what is told of them, who has a say in them, and their control. */
function useSetting({ entry, setting, children, facts }: Omit<RowProps, "below">) {
  const lock = useLock(setting);
  const found = useFound(entry);
  const names = named(entry, lock !== null, facts);
  const isPlain = typeof children !== "function";
  return {
    lock,
    marks: {
      "data-setting": entry,
      "data-found": found,
      // Where nothing can be set, the search leads to the row itself.
      ...(isPlain && { role: "group", tabIndex: -1, ...names }),
    },
    control: isPlain ? children : children(names, isLocked(lock), ({ value }) => lock?.choices.includes(value) ?? true),
  };
}

/** One setting: what it is, what it does, and the control. */
export function Row({ below, ...row }: RowProps) {
  const { t } = useWords();
  const { entry } = row;
  const { lock, marks, control } = useSetting(row);
  return (
    <div className={styles.row} {...marks}>
      <div className={styles.words}>
        <p id={`${entry}-title`} className={styles.title}>
          {t(entry)}
        </p>
        <p id={`${entry}-text`} className={styles.text}>
          {t(`${entry}-text`)}
        </p>
        {lock && <LockLine entry={entry} lock={lock} />}
      </div>
      {control !== null && (
        <div className={styles.control} data-control>
          {control}
        </div>
      )}
      {below && <div className={styles.below}>{below}</div>}
    </div>
  );
}

/** A setting that is on or off. */
export function SwitchRow({
  entry,
  setting,
  value,
  onChange,
}: {
  entry: SettingId;
  setting?: keyof Settings;
  value: boolean;
  onChange(on: boolean): Promise<unknown>;
}) {
  return (
    <Row entry={entry} setting={setting}>
      {(names, locked) => <Switch {...names} value={value} isReadOnly={locked} onChange={onChange} />}
    </Row>
  );
}

/** A setting that takes the whole width, under a heading of its own. */
export function Block(block: Omit<RowProps, "below" | "facts">) {
  const { t } = useWords();
  const { entry } = block;
  const { lock, marks, control } = useSetting(block);
  return (
    <section className={styles.section} {...marks}>
      <h2 id={`${entry}-title`} className={styles.heading}>
        {t(entry)}
      </h2>
      <p id={`${entry}-text`} className={styles.text}>
        {t(`${entry}-text`)}
      </p>
      {lock && <LockLine entry={entry} lock={lock} />}
      <div className={styles.content} data-control>
        {control}
      </div>
    </section>
  );
}
