import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import styles from "./Segmented.module.css";

export interface SegmentedProps<V extends string> {
  label: string;
  value: V;
  /** `lang` where a choice is written in its own language. */
  options: readonly { value: V; text: string; lang?: string }[];
  onChange(value: V): void;
}

/** A choice of few, all in view. */
export function Segmented<V extends string>({ label, value, options, onChange }: SegmentedProps<V>) {
  return (
    <RadioGroup
      aria-label={label}
      orientation="horizontal"
      value={value}
      onChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onChange(chosen.value);
      }}
      className={styles.group ?? ""}
    >
      {options.map((option) => (
        <Radio key={option.value} value={option.value} className={styles.option ?? ""}>
          <span lang={option.lang}>{option.text}</span>
        </Radio>
      ))}
    </RadioGroup>
  );
}
