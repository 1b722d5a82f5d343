import { LockSimpleIcon } from "@phosphor-icons/react/dist/csr/LockSimple";
import { useState } from "react";
import { Switch as AriaSwitch } from "react-aria-components/Switch";
import type { Naming } from "../naming";
import styles from "./Switch.module.css";

export type SwitchProps = Naming & {
  value: boolean;
  /** Others have decided: it takes the focus and says so, and does not change. */
  isReadOnly?: boolean;
  /** It goes back if that is refused. */
  onChange(value: boolean): Promise<unknown>;
};

/** On or off, at once. */
export function Switch({ value, isReadOnly = false, onChange, ...naming }: SwitchProps) {
  // What was chosen shows until it holds: one that went back meanwhile would be read out three times.
  const [chosen, setChosen] = useState<boolean | null>(null);
  if (chosen === value) setChosen(null);

  function choose(next: boolean) {
    setChosen(next);
    onChange(next).catch(() => setChosen(null));
  }

  return (
    <AriaSwitch
      {...naming}
      isSelected={chosen ?? value}
      isReadOnly={isReadOnly}
      onChange={choose}
      className={styles.switch ?? ""}
    >
      <span className={styles.track}>
        <span className={styles.knob}>{isReadOnly && <LockSimpleIcon weight="bold" aria-hidden="true" />}</span>
      </span>
    </AriaSwitch>
  );
}
