import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger, Popover } from "react-aria-components/Menu";
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

export function MenuAction({ icon, children, onAction }: { icon: ReactNode; children: string; onAction(): void }) {
  return (
    <AriaMenuItem className={styles.item ?? ""} onAction={onAction} textValue={children}>
      {icon}
      <span>{children}</span>
    </AriaMenuItem>
  );
}
