import { MagnifyingGlassIcon } from "@phosphor-icons/react/dist/csr/MagnifyingGlass";
import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { type KeyboardEvent, useRef } from "react";
import { IconButton } from "../Button/Button";
import styles from "./SearchField.module.css";

export interface SearchFieldProps {
  /** What is searched: its name, and what stands in it while it is empty. */
  label: string;
  /** The name of the button that empties it. */
  clear: string;
  value: string;
  onChange(value: string): void;
  onKeyDown?(event: KeyboardEvent): void;
  /** F6 comes to it first in its region. */
  regionFocus?: boolean;
}

/** A field that narrows down what stands below it. Esc empties it, and only then goes further. */
export function SearchField({ label, clear, value, onChange, onKeyDown, regionFocus = false }: SearchFieldProps) {
  const box = useRef<HTMLDivElement>(null);
  return (
    <div ref={box} className={styles.box}>
      <MagnifyingGlassIcon aria-hidden="true" />
      <input
        type="search"
        data-region-focus={regionFocus || undefined}
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && value) {
            event.preventDefault();
            event.stopPropagation();
            onChange("");
          } else {
            onKeyDown?.(event);
          }
        }}
      />
      {value && (
        <IconButton
          small
          label={clear}
          icon={<XIcon aria-hidden="true" />}
          onPress={() => {
            onChange("");
            // The button goes: the focus stays with the field.
            box.current?.querySelector("input")?.focus();
          }}
        />
      )}
    </div>
  );
}
