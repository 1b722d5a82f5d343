// The words, from the files that the Rust side reads too.
import { FluentBundle, FluentResource } from "@fluent/bundle";
import type { Language } from "../ipc/backend";

const french = import.meta.glob<string>("../../../locales/fr/*.ftl", { query: "?raw", import: "default", eager: true });
const german = import.meta.glob<string>("../../../locales/de/*.ftl", { query: "?raw", import: "default", eager: true });

/** The tag for `lang` and for `Intl`. */
export const localeTag: Record<Language, string> = { fr: "fr-FR", de: "de-DE" };

const bundles = new Map<Language, FluentBundle>();

export function bundleOf(language: Language): FluentBundle {
  const known = bundles.get(language);
  if (known) return known;
  // No isolation marks around what is put in: both languages run left to right, and the marks would
  // end up in accessible names, in what is read aloud and in what is copied.
  const bundle = new FluentBundle(localeTag[language], { useIsolating: false });
  for (const source of Object.values(language === "fr" ? french : german)) {
    bundle.addResource(new FluentResource(source));
  }
  bundles.set(language, bundle);
  return bundle;
}

/** What to speak until the settings are known. */
export function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "fr";
}
