import { LockSimpleIcon } from "@phosphor-icons/react/dist/csr/LockSimple";
import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import type { Naming } from "../naming";
import styles from "./Segmented.module.css";

export type SegmentedProps<V extends string> = Naming & {
  value: V;
  /** `lang` where a choice is written in its own language. */
  options: readonly { value: V; text: string; lang?: string }[];
  /** Others have decided: it takes the focus and says so, and does not change. */
  isReadOnly?: boolean;
  onChange(value: V): void;
};

/** A choice of few, all in view. */
export function Segmented<V extends string>({
  value,
  options,
  isReadOnly = false,
  onChange,
  ...naming
}: SegmentedProps<V>) {
  return (
    <RadioGroup
      {...naming}
      orientation="horizontal"
      value={value}
      isReadOnly={isReadOnly}
      onChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onChange(chosen.value);
      }}
      className={styles.group ?? ""}
    >
      {options.map((option) => (
        <Radio key={option.value} value={option.value} className={styles.option ?? ""}>
          {isReadOnly && option.value === value && <LockSimpleIcon weight="bold" aria-hidden="true" />}
          <span lang={option.lang}>{option.text}</span>
        </Radio>
      ))}
    </RadioGroup>
  );
}
