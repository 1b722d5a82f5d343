import type { AppError, Backend, Settings } from "../backend";
import type { Licence } from "../bindings";
import { FakeValue } from "./streams";

export const defaults: Settings = {
  language: "fr",
  theme: "light",
  density: "comfortable",
  textSize: 100,
  motion: "system",
  announcements: "all",
  largeTargets: false,
  singleKeys: true,
  receipts: true,
  typing: true,
  notifications: "sender",
  closeToTray: false,
};

/** Gives an answer in a while, and notes that it was asked for. */
export type Answer = <T>(call: string, give: () => T) => Promise<T>;

type Part = Pick<
  Backend,
  "watchSettings" | "changeSettings" | "storageSizes" | "clearCache" | "appInfo" | "licences"
> & { readonly settings: FakeValue<Settings> };

/** What can be chosen, what lies on the computer, what the window is made of. `refused`: others have decided on that. */
export function fakeSettings(
  answer: Answer,
  { tray = true, ...initial }: Partial<Settings> & { tray?: boolean },
  refused: (setting: string, value: unknown) => AppError | null,
): Part {
  const chosen = Object.entries(initial).filter(([name]) => name in defaults);
  const settings = new FakeValue<Settings>({ ...defaults, ...Object.fromEntries(chosen) });
  let pictures = 412_300_000;
  let messages = 186_400_000;
  return {
    settings,
    watchSettings: (listener) => settings.watch(listener),
    changeSettings: (patch) =>
      answer(`changeSettings ${JSON.stringify(patch)}`, () => {
        const named = Object.entries(patch).filter(([, value]) => value !== null && value !== undefined);
        for (const [name, value] of named) {
          const error = refused(name, value);
          if (error) throw error;
        }
        settings.set({ ...settings.get(), ...Object.fromEntries(named) });
      }),
    storageSizes: () => answer("storageSizes", () => ({ messages, pictures, window: 23_800_000, other: 1_200_000 })),
    clearCache: () =>
      answer("clearCache", () => {
        pictures = 0;
        messages = 41_000_000;
      }),
    appInfo: () =>
      answer("appInfo", () => ({
        version: "0.1.0",
        sdk: "0.18.0",
        webview: "WebKitGTK 2.48.3",
        system: "Debian GNU/Linux 12",
        tray,
        follows: false,
      })),
    licences: () => answer("licences", fakeLicences),
  };
}

const TERMS = ["MIT OR Apache-2.0", "MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "MPL-2.0", "OFL-1.1"];
const PARTS = ["matrix", "serde", "tokio", "hyper", "rustls", "react", "aria", "sqlite", "image", "url"];

/** As many as a real application has. */
function fakeLicences(): Licence[] {
  return Array.from({ length: 800 }, (_, index) => ({
    name: `${PARTS[index % PARTS.length]}-${Math.floor(index / PARTS.length)}`,
    version: `${index % 4}.${index % 23}.${index % 7}`,
    licence: TERMS[index % TERMS.length] ?? "MIT",
  }));
}
