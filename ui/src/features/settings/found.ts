import { createContext, useContext } from "react";
import type { SettingId } from "./page";

const FoundContext = createContext<string | null>(null);

export const FoundProvider = FoundContext.Provider;

/** Whether this setting is the one that the search led to. */
export function useFound(entry: SettingId): true | undefined {
  return useContext(FoundContext) === entry || undefined;
}

const LeadContext = createContext<(entry: SettingId) => void>(() => undefined);

export const LeadProvider = LeadContext.Provider;

/** Leads to a setting on whichever page it is, as the search does. */
export function useLead(): (entry: SettingId) => void {
  return useContext(LeadContext);
}
