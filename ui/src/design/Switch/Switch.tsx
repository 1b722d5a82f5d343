import { useState } from "react";
import { Switch as AriaSwitch } from "react-aria-components/Switch";
import type { Naming } from "../naming";
import styles from "./Switch.module.css";

export type SwitchProps = Naming & {
  value: boolean;
  /** It goes back if that is refused. */
  onChange(value: boolean): Promise<unknown>;
};

/** On or off, at once. */
export function Switch({ value, onChange, ...naming }: SwitchProps) {
  // What was chosen shows until it holds: one that went back meanwhile would be read out three times.
  const [chosen, setChosen] = useState<boolean | null>(null);
  if (chosen === value) setChosen(null);

  function choose(next: boolean) {
    setChosen(next);
    onChange(next).catch(() => setChosen(null));
  }

  return (
    <AriaSwitch {...naming} isSelected={chosen ?? value} onChange={choose} className={styles.switch ?? ""}>
      <span className={styles.track}>
        <span className={styles.knob} />
      </span>
    </AriaSwitch>
  );
}
