import type { PolicyState } from "../../../ipc/backend";
import type { SettingsPage } from "../page";
import { about } from "./About";
import { accessibility } from "./Accessibility";
import { account } from "./Account";
import { appearance } from "./Appearance";
import { language } from "./Language";
import { notifications } from "./Notifications";
import { policiesPage } from "./Policies";
import { privacy } from "./Privacy";
import { storage } from "./Storage";

/** The pages that are always there, in the order of the list. */
export const PAGES: readonly [SettingsPage, ...SettingsPage[]] = [
  account,
  notifications,
  appearance,
  accessibility,
  language,
  privacy,
  storage,
  about,
];

/** The pages, and before the last one what others have decided, where they have. */
export function pagesOf(policy: PolicyState): readonly SettingsPage[] {
  const policies = policiesPage(policy);
  return policies ? [...PAGES.slice(0, -1), policies, ...PAGES.slice(-1)] : PAGES;
}
