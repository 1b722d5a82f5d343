// The window of somebody who is signed in: the rail, and beside it the messages or the settings.
import { lazy, Suspense, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { useAnnouncer } from "./a11y/announcer";
import { CrashStrip } from "./a11y/Crash";
import { RefusalStrip } from "./a11y/Refusals";
import { focusIfLost, focusRegion, noteFocus, useRegionKeys } from "./a11y/regions";
import { Conversation } from "./Conversation";
import { Desk } from "./design/Desk/Desk";
import { AccountMenu } from "./features/account/AccountMenu";
import { BrandLinks } from "./features/account/BrandLinks";
import { KeyToKeep } from "./features/encryption/KeyToKeep";
import { EncryptionStrip, RecoveryDialog } from "./features/encryption/Recovery";
import { Rail } from "./features/rooms/Rail";
import { RoomList } from "./features/rooms/RoomList";
import { ConnectionStrip, useConnectionNews } from "./features/sync/ConnectionStrip";
import { ProxyStrip } from "./features/sync/ProxyStrip";
import { useWords } from "./i18n";
import type { Person } from "./ipc/backend";
import { useOpenRoom } from "./openRoom";
import styles from "./SignedIn.module.css";
import { useSession } from "./stores/context";
import { useReading, useRequests } from "./stores/shell";
import { useStore } from "./stores/store";
import { useRoomKeys } from "./useRoomKeys";
import { Welcome } from "./Welcome";

/** How long after the window stands the settings are read, so that nobody waits for them: what comes first is drawn. */
const SETTINGS_AFTER_MS = 1500;

const readSettings = () => import("./features/settings/SettingsView");
const SettingsView = lazy(async () => ({ default: (await readSettings()).SettingsView }));

/** The settings are open; `byKey`: the focus has to come along. */
interface Setting {
  byKey: boolean;
}

export function SignedIn({ me }: { me: Person }) {
  const { encryption: encryptionStore, connection: connectionStore, trouble: troubleStore, rooms } = useSession();
  const encryption = useStore(encryptionStore);
  const connection = useStore(connectionStore);
  const trouble = useStore(troubleStore);
  const { items, loaded } = useStore(rooms);
  const { t } = useWords();
  const announcer = useAnnouncer();
  const [opened, setOpened] = useOpenRoom();
  const [setting, setSetting] = useState<Setting | null>(null);
  const [recovering, setRecovering] = useState(false);
  const keeping = encryption?.kind === "keyToKeep";
  const row = setting || !opened ? undefined : items.find((each) => each.id === opened.roomId);
  useEffect(() => {
    // Ahead of time: whoever goes there waits for the same.
    const timer = setTimeout(() => void readSettings().catch(() => undefined), SETTINGS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  useRegionKeys();
  useConnectionNews(connection, trouble);
  useReading(keeping || !row || row.invited ? null : row.id);

  const open = useCallback((roomId: string) => setOpened({ roomId, takeFocus: true }), [setOpened]);
  const close = useCallback(() => setOpened(null), [setOpened]);
  const enterKey = useCallback(() => setRecovering(true), []);
  useRoomKeys(setting ? [] : items, opened?.roomId ?? null, setOpened);

  const bringBack = useRef<(() => void) | null>(null);
  const openSettings = useCallback((byKey: boolean) => {
    bringBack.current ??= noteFocus();
    setSetting((already) => already ?? { byKey });
  }, []);
  const closeSettings = useCallback(() => {
    setSetting(null);
    // The room comes back as it was; the focus goes where it was, which need not be there.
    setOpened((before) => before && { ...before, takeFocus: false });
  }, [setOpened]);
  useSettingsKey(() => openSettings(true));
  useRequests((request) => {
    bringBack.current = null;
    setSetting(null);
    open(request.roomId);
  });

  // Nothing of one account is heard on the next one's screens.
  useEffect(() => () => announcer.clear(), [announcer]);

  const atSettings = setting !== null;
  useEffect(() => {
    if (atSettings) return;
    bringBack.current?.();
    bringBack.current = null;
  }, [atSettings]);

  const reading = Boolean(row);
  // What had the focus may be gone: the sign-in, the key, the conversation that was closed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a conversation that opens or closes is a reason to look
  useEffect(() => {
    if (loaded && !keeping && !atSettings) focusIfLost("list", "rail");
  }, [loaded, keeping, atSettings, reading]);

  const account = useMemo(() => <AccountMenu me={me} onSettings={() => openSettings(true)} />, [me, openSettings]);
  // The list is drawn anew when something in it has changed, not with the window around it.
  const corner = useMemo(() => <span className={styles.corner}>{account}</span>, [account]);

  if (keeping) return <KeyToKeep />;

  const strips = (
    <>
      <RefusalStrip onGone={focusLost} />
      <CrashStrip onGone={focusLost} />
      <ConnectionStrip connection={connection} trouble={trouble} />
      <ProxyStrip onGone={focusLost} />
      {encryption && <EncryptionStrip encryption={encryption} onEnterKey={enterKey} />}
    </>
  );

  return (
    <div className={styles.window}>
      <div className={styles.rail}>
        <Rail
          place={setting ? "settings" : "messages"}
          onMessages={setting ? closeSettings : toList}
          onSettings={openSettings}
          account={account}
        />
      </div>
      {setting ? (
        <Suspense>
          <SettingsView
            me={me}
            byKey={setting.byKey}
            strips={strips}
            foot={<BrandLinks start />}
            onClose={closeSettings}
          />
        </Suspense>
      ) : (
        <Desk
          open={reading}
          label={row?.name ?? t("app-sheet")}
          strips={strips}
          column={
            <>
              <h1 className="sr-only">Estafette</h1>
              <RoomList selected={opened?.roomId ?? null} onSelect={open} corner={corner} />
            </>
          }
        >
          {row ? (
            <Conversation
              key={row.id}
              row={row}
              encryption={encryption}
              connection={connection}
              takeFocus={opened?.takeFocus ?? false}
              onEnterKey={enterKey}
              onClose={close}
            />
          ) : (
            <Welcome me={me} empty={items.length === 0} />
          )}
        </Desk>
      )}
      <RecoveryDialog
        isOpen={recovering}
        encryption={encryption}
        onClose={() => setRecovering(false)}
        onGone={focusLost}
      />
    </div>
  );
}

/** What had the focus is gone: to where one was most likely about to go on. */
function focusLost(): void {
  focusIfLost("composer", "timeline", "page", "list", "rail");
}

function toList(): void {
  const list = document.querySelector<HTMLElement>('[data-region="list"]');
  if (list) focusRegion(list);
}

/** Ctrl+, opens the settings. */
function useSettingsKey(onOpen: () => void): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "," || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    // A dialog holds the focus until it closes.
    if (!document.querySelector("[role=dialog], [role=alertdialog]")) onOpen();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
