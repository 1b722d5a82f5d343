import type { ReactNode, Ref } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import { Tooltip, TooltipTrigger } from "react-aria-components/Tooltip";
import styles from "./Button.module.css";
import { Spinner } from "./Spinner";

type Base = Omit<AriaButtonProps, "className" | "style" | "children"> & { ref?: Ref<HTMLButtonElement> };

export interface ButtonProps extends Base {
  kind?: "primary" | "secondary" | "ghost" | "danger";
  large?: boolean;
  wide?: boolean;
  /** Shows that the press is being worked on, and takes no other meanwhile. */
  busy?: boolean;
  icon?: ReactNode;
  children: ReactNode;
}

export function Button({
  kind = "secondary",
  large = false,
  wide = false,
  busy = false,
  icon,
  children,
  ...rest
}: ButtonProps) {
  const names = [styles.button, styles[kind], large && styles.large, wide && styles.wide];
  // Not `isPending`: that reads the button's name out once more, from a node that outlives the button it names.
  const idle = busy ? { onPress: () => undefined, "aria-disabled": true, "data-busy": true } : {};
  return (
    <AriaButton {...rest} {...idle} className={names.filter(Boolean).join(" ")}>
      {busy ? <Spinner /> : icon}
      <span>{children}</span>
    </AriaButton>
  );
}

export interface IconButtonProps extends Base {
  /** What it does: its name for screen readers and in the tooltip. */
  label: string;
  icon: ReactNode;
  small?: boolean;
  /** The key that does the same, shown in the tooltip. */
  shortcut?: string | undefined;
}

/** A button of an icon alone: always with a name and a tooltip. */
export function IconButton({ label, icon, small = false, shortcut, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={[styles.icon, small && styles.small].filter(Boolean).join(" ")}
      >
        {icon}
      </AriaButton>
      <Tooltip className={styles.tooltip ?? ""} offset={6}>
        {label}
        {shortcut && <kbd className={styles.key}>{shortcut}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
