// The window of somebody who is signed in: rail, list, sheet.
import { useCallback, useEffect, useEffectEvent, useState } from "react";
import { useAnnouncer } from "./a11y/announcer";
import { RefusalStrip } from "./a11y/Refusals";
import { focusIfLost, useRegionKeys } from "./a11y/regions";
import { Conversation } from "./Conversation";
import { EmptyState } from "./design/EmptyState/EmptyState";
import { Logo } from "./design/Logo/Logo";
import { AccountMenu } from "./features/account/AccountMenu";
import { KeyToKeep } from "./features/encryption/KeyToKeep";
import { EncryptionStrip, RecoveryDialog } from "./features/encryption/Recovery";
import { Rail } from "./features/rooms/Rail";
import { RoomList } from "./features/rooms/RoomList";
import { ConnectionStrip } from "./features/sync/ConnectionStrip";
import { useWords } from "./i18n";
import type { Person, RoomRow, Settings } from "./ipc/backend";
import styles from "./SignedIn.module.css";
import { useSession } from "./stores/context";
import { useStore } from "./stores/store";

interface Opened {
  roomId: string;
  takeFocus: boolean;
}

export function SignedIn({ me, settings }: { me: Person; settings: Settings }) {
  const { encryption: encryptionStore, connection: connectionStore, rooms } = useSession();
  const encryption = useStore(encryptionStore);
  const connection = useStore(connectionStore);
  const { items, loaded } = useStore(rooms);
  const { t } = useWords();
  const announcer = useAnnouncer();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [recovering, setRecovering] = useState(false);
  useRegionKeys();

  const open = useCallback((roomId: string) => setOpened({ roomId, takeFocus: true }), []);
  const close = useCallback(() => setOpened(null), []);
  const enterKey = useCallback(() => setRecovering(true), []);
  useRoomKeys(items, opened?.roomId ?? null, setOpened);

  // Nothing of one account is heard on the next one's screens.
  useEffect(() => () => announcer.clear(), [announcer]);

  const row = opened && items.find((each) => each.id === opened.roomId);
  const keeping = encryption?.kind === "keyToKeep";
  const reading = Boolean(row);
  // What had the focus may be gone: the sign-in, the key, the conversation that was closed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a conversation that opens or closes is a reason to look
  useEffect(() => {
    if (loaded && !keeping) focusIfLost("list", "rail");
  }, [loaded, keeping, reading]);

  if (keeping) return <KeyToKeep />;

  const account = <AccountMenu me={me} settings={settings} />;
  return (
    <div className={styles.window} data-open={row ? "" : undefined}>
      <div className={styles.rail}>
        <Rail account={account} />
      </div>
      <main className={styles.main}>
        <h1 className="sr-only">Estafette</h1>
        <RoomList
          selected={opened?.roomId ?? null}
          onSelect={open}
          corner={<span className={styles.corner}>{account}</span>}
        />
        <section className={styles.sheet} aria-label={row?.name ?? t("app-sheet")}>
          <div className={styles.strips}>
            <RefusalStrip onGone={() => focusIfLost("composer", "timeline", "list", "rail")} />
            <ConnectionStrip connection={connection} />
            {encryption && <EncryptionStrip encryption={encryption} onEnterKey={enterKey} />}
          </div>
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
        </section>
      </main>
      <RecoveryDialog
        isOpen={recovering}
        encryption={encryption}
        onClose={() => setRecovering(false)}
        onGone={() => focusIfLost("composer", "list", "rail")}
      />
    </div>
  );
}

function Welcome({ me, empty }: { me: Person; empty: boolean }) {
  const { t } = useWords();
  return (
    <EmptyState
      icon={
        <span className={styles.mark}>
          <Logo tube="var(--accent)" bell="var(--mention)" />
        </span>
      }
      title={t("app-welcome", { name: me.name.split(" ")[0] ?? me.name })}
    >
      <p>{t(empty ? "app-nothing-yet" : "app-choose")}</p>
      {!empty && <p className={styles.tip}>{t("app-tip", { keys: "Alt+↓" })}</p>}
    </EmptyState>
  );
}

/** Alt+↑/↓ go to the room above or below, with Shift to the next unread one. */
function useRoomKeys(items: readonly RoomRow[], selected: string | null, go: (opened: Opened) => void): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (document.querySelector("[role=dialog], [role=alertdialog]")) return;
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = items.findIndex((row) => row.id === selected);
    let next = at === -1 ? (step === 1 ? 0 : items.length - 1) : at + step;
    const wanted = (row: RoomRow) => !event.shiftKey || row.unread > 0 || row.mentions > 0 || row.invited;
    while (items[next] && !wanted(items[next] as RoomRow)) next += step;
    const row = items[next];
    if (!row) return;
    // Who is in the list stays there; who reads or writes goes along.
    const inList = document.activeElement?.closest('[data-region="list"], [data-region="rail"]');
    go({ roomId: row.id, takeFocus: !inList });
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
