import { WarningCircleIcon } from "@phosphor-icons/react/dist/csr/WarningCircle";
import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from "react";
import styles from "./TextField.module.css";

export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "className" | "size"> {
  label: string;
  /** What helps before typing. */
  hint?: string | undefined;
  /** What went wrong; announced when it appears. */
  error?: string | null;
  icon?: ReactNode;
  /** What stands behind the text, such as a button. */
  action?: ReactNode;
  /** Characters of one width, for keys and addresses. */
  mono?: boolean;
  ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, hint, error, icon, action, mono = false, ref, ...rest }: TextFieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.box} data-invalid={error ? "" : undefined}>
        {icon}
        <input
          {...rest}
          ref={ref}
          id={id}
          className={mono ? styles.mono : undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
        />
        {action}
      </div>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {/* The region stands before the error does: otherwise it is not read out. */}
      <div role="status">
        {error && (
          <p id={`${id}-error`} className={styles.error}>
            <WarningCircleIcon weight="fill" aria-hidden="true" />
            <span>{error}</span>
          </p>
        )}
      </div>
    </div>
  );
}
