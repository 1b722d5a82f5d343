import { CaretDownIcon } from "@phosphor-icons/react/dist/csr/CaretDown";
import { CheckIcon } from "@phosphor-icons/react/dist/csr/Check";
import { Button } from "react-aria-components/Button";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select as AriaSelect, SelectValue } from "react-aria-components/Select";
import type { Naming } from "../naming";
import styles from "./Select.module.css";

export type SelectProps<V extends string> = Naming & {
  value: V;
  options: readonly { value: V; text: string }[];
  onChange(value: V): void;
};

/** A choice of some, of which one is in view. */
export function Select<V extends string>({ value, options, onChange, ...naming }: SelectProps<V>) {
  return (
    <AriaSelect
      {...naming}
      className={styles.select ?? ""}
      value={value}
      onChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onChange(chosen.value);
      }}
    >
      <Button className={styles.face ?? ""}>
        <SelectValue className={styles.value ?? ""}>{({ selectedText }) => selectedText}</SelectValue>
        <CaretDownIcon aria-hidden="true" />
      </Button>
      <Popover className={styles.popover ?? ""} placement="bottom end" offset={4}>
        <ListBox className={styles.list ?? ""}>
          {options.map((option) => (
            <ListBoxItem key={option.value} id={option.value} textValue={option.text} className={styles.option ?? ""}>
              <CheckIcon className={styles.check} weight="bold" aria-hidden="true" />
              <span>{option.text}</span>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
