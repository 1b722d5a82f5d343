import { createContext, useContext } from "react";
import type { LockedSetting, PolicyState } from "../ipc/backend";

/** What holds until core has told what is decided: nothing is. Core refuses what must not be, whatever is shown. */
export const noPolicy: PolicyState = { entries: [], problems: [], lockedSettings: {}, images: true };

const PolicyContext = createContext<PolicyState>(noPolicy);

export const PolicyProvider = PolicyContext.Provider;

/** Whether others have decided on a setting, and left nothing to choose. */
export function isLocked(lock: LockedSetting | null): boolean {
  return lock !== null && lock.choices.length < 2;
}

/** What others than the user have decided. */
export function usePolicy(): PolicyState {
  return useContext(PolicyContext);
}
