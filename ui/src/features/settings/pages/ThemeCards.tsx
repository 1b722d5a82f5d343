import { LockSimpleIcon } from "@phosphor-icons/react/dist/csr/LockSimple";
import { useLayoutEffect, useRef } from "react";
import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import { focusFirst } from "../../../a11y/regions";
import { useWords } from "../../../i18n";
import type { Theme } from "../../../ipc/backend";
import type { Named } from "../Rows";
import styles from "./ThemeCards.module.css";

const THEMES = ["system", "light", "dark", "contrast"] as const satisfies readonly Theme[];

/** The words of each. */
const WORDS: Record<Theme, string> = {
  system: "settings-theme-system",
  light: "settings-theme-light",
  dark: "settings-theme-dark",
  contrast: "settings-theme-contrast",
};

export type ThemeCardsProps = Named & {
  value: Theme;
  /** Others have decided: it takes the focus and says so, and does not change. */
  isReadOnly?: boolean;
  /** Which of them are offered. */
  mayChoose?(theme: Theme): boolean;
  onChange(theme: Theme): void;
};

/** The themes, each as a small window in its colours. */
export function ThemeCards({ value, isReadOnly = false, mayChoose = () => true, onChange, ...names }: ThemeCardsProps) {
  const { t } = useWords();
  const offered = THEMES.filter(mayChoose);
  const cards = useRef<HTMLDivElement>(null);
  const had = useRef(false);

  // The one that had the focus may be offered no more. It goes without being heard of: the focus is still noted as here.
  useLayoutEffect(() => {
    const isLost = had.current && document.activeElement === document.body;
    if (isLost && offered.length > 0 && cards.current) focusFirst(cards.current);
  }, [offered.length]);

  return (
    <RadioGroup
      {...names}
      ref={cards}
      className={styles.cards ?? ""}
      onFocus={() => {
        had.current = true;
      }}
      onBlur={() => {
        had.current = false;
      }}
      value={value}
      isReadOnly={isReadOnly}
      onChange={(next) => {
        const chosen = offered.find((theme) => theme === next);
        if (chosen) onChange(chosen);
      }}
    >
      {offered.map((theme) => (
        <Radio key={theme} value={theme} className={styles.card ?? ""}>
          <span className={styles.pictures} aria-hidden="true">
            {theme === "system" ? (
              <>
                <Picture theme="light" />
                <Picture theme="dark" />
              </>
            ) : (
              <Picture theme={theme} />
            )}
          </span>
          <span className={styles.name}>
            {isReadOnly && theme === value ? (
              <LockSimpleIcon className={styles.lock} weight="bold" aria-hidden="true" />
            ) : (
              <span className={styles.dot} aria-hidden="true" />
            )}
            {t(WORDS[theme])}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

function Picture({ theme }: { theme: "light" | "dark" | "contrast" }) {
  return (
    <span className={styles.picture} data-theme={theme}>
      <span className={styles.list} />
      <span className={styles.sheet}>
        <i />
        <i />
        <i />
      </span>
    </span>
  );
}
