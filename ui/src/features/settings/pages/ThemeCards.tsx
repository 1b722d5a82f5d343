import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
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

/** The themes, each as a small window in its colours. */
export function ThemeCards({ value, onChange, ...names }: Named & { value: Theme; onChange(theme: Theme): void }) {
  const { t } = useWords();
  return (
    <RadioGroup
      {...names}
      className={styles.cards ?? ""}
      value={value}
      onChange={(next) => {
        const chosen = THEMES.find((theme) => theme === next);
        if (chosen) onChange(chosen);
      }}
    >
      {THEMES.map((theme) => (
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
            <span className={styles.dot} aria-hidden="true" />
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
