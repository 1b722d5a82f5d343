import type { SettingId, SettingsPage } from "./page";

/** A setting that answers what is looked for. */
export interface Hit {
  page: SettingsPage;
  entry: SettingId;
}

/** Letters alone: without case, accents and ligatures, as one types in a hurry. */
export function folded(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .replaceAll("’", "'");
}

/** The ids of all by which a setting is found. */
function wordsOf(page: SettingsPage, entry: SettingId): string[] {
  return [entry, `${entry}-text`, page.keywords ?? `${entry}-keywords`, page.title];
}

/** The settings that hold all the words of the query; first those whose title does. */
export function searchSettings(
  pages: readonly SettingsPage[],
  query: string,
  t: (id: string) => string,
  tray: boolean,
): Hit[] {
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  const holds = (text: string) => wanted.every((word) => text.includes(word));
  const first: Hit[] = [];
  const then: Hit[] = [];
  for (const page of pages) {
    for (const entry of page.entries) {
      if (!tray && page.trayEntries?.includes(entry)) continue;
      const title = folded(t(entry));
      if (holds(title)) first.push({ page, entry });
      else if (
        holds(
          folded(
            wordsOf(page, entry)
              .map((id) => t(id))
              .join(" "),
          ),
        )
      )
        then.push({ page, entry });
    }
  }
  return [...first, ...then];
}
