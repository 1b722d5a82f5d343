import { createContext, useContext } from "react";
import { systemLanguage } from "../i18n/bundles";
import type { Settings } from "../ipc/backend";

/** What holds until core has told what was chosen: the same as where nothing was. */
export const defaultSettings: Settings = {
  language: systemLanguage(),
  theme: "system",
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

const SettingsContext = createContext<Settings>(defaultSettings);

export const SettingsProvider = SettingsContext.Provider;

export function useSettings(): Settings {
  return useContext(SettingsContext);
}
