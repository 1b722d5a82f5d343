import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import type { AppError, Backend, ConnectionState, EncryptionState, RoomRow } from "../ipc/backend";
import { DraftStore } from "./drafts";
import { StagingStore } from "./staging";
import { ListStore, ValueStore } from "./store";
import { TimelineStores } from "./timelines";

const BackendContext = createContext<Backend | null>(null);

export function BackendProvider({ backend, children }: { backend: Backend; children: ReactNode }) {
  return <BackendContext.Provider value={backend}>{children}</BackendContext.Provider>;
}

export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (!backend) throw new Error("useBackend needs a BackendProvider around it");
  return backend;
}

/** What a signed-in window looks at. Made anew with each sign-in, so that nothing of one account is left to the next. */
export interface SessionStores {
  encryption: ValueStore<EncryptionState>;
  connection: ValueStore<ConnectionState>;
  trouble: ValueStore<AppError | null>;
  rooms: ListStore<RoomRow>;
  timelines: TimelineStores;
  drafts: DraftStore;
  staging: StagingStore;
}

const SessionContext = createContext<SessionStores | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const backend = useBackend();
  const stores = useMemo<SessionStores>(
    () => ({
      encryption: new ValueStore((listener) => backend.watchEncryption(listener)),
      connection: new ValueStore((listener) => backend.watchConnection(listener)),
      trouble: new ValueStore((listener) => backend.watchTrouble(listener)),
      rooms: new ListStore((listener) => backend.watchRooms(listener)),
      timelines: new TimelineStores(backend),
      drafts: new DraftStore(backend),
      staging: new StagingStore(backend),
    }),
    [backend],
  );
  const { drafts, timelines } = stores;
  useEffect(() => () => timelines.close(), [timelines]);
  // Whoever looks away may come back to another window, or to none.
  useEffect(() => {
    const keep = () => drafts.keep();
    window.addEventListener("blur", keep);
    window.addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", keep);
    return () => {
      window.removeEventListener("blur", keep);
      window.removeEventListener("pagehide", keep);
      document.removeEventListener("visibilitychange", keep);
    };
  }, [drafts]);
  return <SessionContext.Provider value={stores}>{children}</SessionContext.Provider>;
}

export function useSession(): SessionStores {
  const stores = useContext(SessionContext);
  if (!stores) throw new Error("useSession needs a SessionProvider around it");
  return stores;
}
