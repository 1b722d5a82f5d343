import type { SettingsPage } from "../page";
import { about } from "./About";
import { accessibility } from "./Accessibility";
import { account } from "./Account";
import { appearance } from "./Appearance";
import { language } from "./Language";
import { notifications } from "./Notifications";
import { privacy } from "./Privacy";
import { storage } from "./Storage";

/** The pages, in the order of the list. */
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
