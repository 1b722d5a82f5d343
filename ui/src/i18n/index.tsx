import type { FluentVariable } from "@fluent/bundle";
import { LocalizationProvider, ReactLocalization } from "@fluent/react";
import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import type { AppError, Language } from "../ipc/backend";
import { bundleOf, localeTag } from "./bundles";
import { createFormats, type Formats } from "./formats";

export type Args = Record<string, FluentVariable>;

export interface Words {
  language: Language;
  /** The words under an id. */
  t(id: string, args?: Args): string;
  /** What went wrong, in words. */
  error(error: AppError): string;
  formats: Formats;
}

const WordsContext = createContext<Words | null>(null);

/** All arguments of an error cross as text; the words count with numbers. */
function counted(args: AppError["args"]): Args {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]),
  );
}

function createWords(language: Language, l10n: ReactLocalization): Words {
  const t = (id: string, args?: Args): string => l10n.getString(id, args);
  return {
    language,
    t,
    error: ({ code, args }) => t(`error-${code}`, counted(args)),
    formats: createFormats(localeTag[language]),
  };
}

export function WordsProvider({ language, children }: { language: Language; children: ReactNode }) {
  // Without a markup parser: words are text, and no word ever becomes HTML.
  const l10n = useMemo(() => new ReactLocalization([bundleOf(language)], null), [language]);
  const words = useMemo(() => createWords(language, l10n), [language, l10n]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <LocalizationProvider l10n={l10n}>
      <WordsContext.Provider value={words}>{children}</WordsContext.Provider>
    </LocalizationProvider>
  );
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error("useWords needs a WordsProvider around it");
  return words;
}
