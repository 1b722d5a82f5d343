import type { Icon } from "@phosphor-icons/react";
import type { ComponentType } from "react";
import type { Person } from "../../ipc/backend";

export interface PageProps {
  me: Person;
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
  entries: readonly string[];
  Page: ComponentType<PageProps>;
}
