import { CheckIcon } from "@phosphor-icons/react/dist/csr/Check";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  Header,
  MenuTrigger,
  Popover,
  Separator,
} from "react-aria-components/Menu";
import styles from "./Menu.module.css";

export interface MenuProps {
  /** The name of the button that opens it. */
  label: string;
  /** What the button shows. */
  face: ReactNode;
  className?: string | undefined;
  /** Who or what the menu is about. */
  head?: ReactNode;
  children: ReactNode;
}

export function Menu({ label, face, className, head, children }: MenuProps) {
  return (
    <MenuTrigger>
      <Button aria-label={label} className={className ?? ""}>
        {face}
      </Button>
      <Popover className={styles.popover ?? ""} placement="right bottom" offset={8}>
        {head && <div className={styles.head}>{head}</div>}
        <AriaMenu className={styles.menu ?? ""} aria-label={label}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

export interface MenuChoiceProps<V extends string> {
  title: string;
  value: V;
  options: readonly { value: V; text: string; lang?: string }[];
  onChange(value: V): void;
}

/** One of several, with a mark at the one that holds. */
export function MenuChoice<V extends string>({ title, value, options, onChange }: MenuChoiceProps<V>) {
  return (
    <AriaMenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      // The window changes under the menu: it stays open so that the next theme can be looked at.
      shouldCloseOnSelect={false}
      onSelectionChange={(keys) => {
        const chosen = options.find((option) => keys !== "all" && keys.has(option.value));
        if (chosen) onChange(chosen.value);
      }}
    >
      <Header className={styles.header ?? ""}>{title}</Header>
      {options.map((option) => (
        <AriaMenuItem key={option.value} id={option.value} textValue={option.text} className={styles.item ?? ""}>
          <CheckIcon className={styles.check} weight="bold" aria-hidden="true" />
          <span lang={option.lang}>{option.text}</span>
        </AriaMenuItem>
      ))}
    </AriaMenuSection>
  );
}

export function MenuAction({ icon, children, onAction }: { icon: ReactNode; children: string; onAction(): void }) {
  return (
    <AriaMenuItem className={styles.item ?? ""} onAction={onAction} textValue={children}>
      {icon}
      <span>{children}</span>
    </AriaMenuItem>
  );
}

export function MenuLine() {
  return <Separator className={styles.line ?? ""} />;
}

export { AriaMenuSection as MenuSection };
