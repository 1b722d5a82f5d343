import { createContext, useContext } from "react";
import type { Message } from "../../ipc/backend";

/** What can be done with messages, handed down without drawing them again. */
export interface TimelineActions {
  roomId: string;
  reply(message: Message): void;
  jumpTo(messageId: string): void;
}

const ActionsContext = createContext<TimelineActions | null>(null);

export const ActionsProvider = ActionsContext.Provider;

export function useActions(): TimelineActions {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error("useActions needs an ActionsProvider around it");
  return actions;
}
