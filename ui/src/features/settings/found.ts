import { createContext, useContext } from "react";
import type { SettingId } from "./page";

const FoundContext = createContext<string | null>(null);

export const FoundProvider = FoundContext.Provider;

/** Whether this setting is the one that the search led to. */
export function useFound(entry: SettingId): true | undefined {
  return useContext(FoundContext) === entry || undefined;
}
