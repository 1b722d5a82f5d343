import type { Icon } from "@phosphor-icons/react";
import type { ComponentType } from "react";
import type { AppInfo, Person } from "../../ipc/backend";

/**
 * A setting, or a rule of the organisation, by the id of its name; what it does stands under `…-text`, what else it is
 * looked for by under `…-keywords`.
 */
export type SettingId = `settings-${string}` | `policies-${string}` | `policy-${string}`;

export interface PageProps {
  me: Person;
  /** What the window says of itself, once that is known. */
  info: AppInfo | null;
}

/** One page of the settings. A new one is a file beside the others, and a line in `pages/index.ts`. */
export interface SettingsPage {
  /** Its title's words. */
  title: string;
  Icon: Icon;
  /**
   * The settings on it, each by the id of its words: `<id>` its title, `<id>-text` what it does, `<id>-keywords` what
   * else it may be looked for by. The search finds these, and their rows on the page.
   */
  entries: readonly SettingId[];
  /** What all of them are looked for by, where none has keywords of its own. */
  keywords?: string;
  /** Those of them that are there only where the desktop shows a tray. */
  trayEntries?: readonly SettingId[];
  Page: ComponentType<PageProps>;
}
