import { CaretDownIcon } from "@phosphor-icons/react/dist/csr/CaretDown";
import { CheckIcon } from "@phosphor-icons/react/dist/csr/Check";
import { LockSimpleIcon } from "@phosphor-icons/react/dist/csr/LockSimple";
import { type RefObject, useEffect, useId, useLayoutEffect, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select as AriaSelect, SelectValue } from "react-aria-components/Select";
import type { Naming } from "../naming";
import styles from "./Select.module.css";

export type SelectProps<V extends string> = Naming & {
  value: V;
  options: readonly { value: V; text: string }[];
  /** Others have decided: it takes the focus and says so, and does not open. */
  isReadOnly?: boolean;
  onChange(value: V): void;
};

/** A choice of some, of which one is in view. */
export function Select<V extends string>({ isReadOnly = false, ...props }: SelectProps<V>) {
  const had = useRef(false);
  return isReadOnly ? <Fixed {...props} had={had} /> : <Free {...props} had={had} />;
}

type Part<V extends string> = Omit<SelectProps<V>, "isReadOnly"> & {
  /** Whether the focus was on the control that this one takes the place of. */
  had: RefObject<boolean>;
};

/** For the button of a control that may give way to another, or take its place: the focus goes along. */
function useHandover(had: RefObject<boolean>): RefObject<HTMLButtonElement | null> {
  const control = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const button = control.current;
    if (had.current) button?.focus();
    // Runs while the button still stands in the page. While its list is open, the focus is there.
    return () => {
      had.current = button === document.activeElement || button?.getAttribute("aria-expanded") === "true";
    };
  }, [had]);
  useEffect(() => {
    // The list that was open barred all else from the focus until now.
    if (had.current) control.current?.focus();
    had.current = false;
  }, [had]);
  return control;
}

function Free<V extends string>({ value, options, onChange, had, ...naming }: Part<V>) {
  const control = useHandover(had);
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
      <Button ref={control} className={styles.face ?? ""}>
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

/** What was chosen, by others. Not a disabled button: who comes there by keys must hear why it does not open. */
function Fixed<V extends string>({ value, options, had, ...naming }: Part<V>) {
  const id = useId();
  const control = useHandover(had);
  return (
    <button
      ref={control}
      type="button"
      id={id}
      aria-label={naming["aria-label"]}
      aria-labelledby={`${naming["aria-labelledby"] ?? id} ${id}-value`}
      aria-describedby={naming["aria-describedby"]}
      aria-disabled="true"
      className={`${styles.face} ${styles.fixed}`}
    >
      <LockSimpleIcon weight="bold" aria-hidden="true" />
      <span id={`${id}-value`} className={styles.value}>
        {options.find((option) => option.value === value)?.text ?? value}
      </span>
    </button>
  );
}
