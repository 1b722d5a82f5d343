// Puts the features of one open room together: its head, its messages, the place to write.
import { useCallback, useEffect, useMemo, useRef } from "react";
import { Notice } from "./design/Notice/Notice";
import { ComposerNotice, maySendEncrypted } from "./features/encryption/Recovery";
import { Invitation } from "./features/rooms/Invitation";
import { RoomHeader } from "./features/rooms/RoomHeader";
import { Composer, type ComposerHandle } from "./features/timeline/Composer";
import { DropTarget } from "./features/timeline/DropTarget";
import { Timeline } from "./features/timeline/Timeline";
import { TypingLine } from "./features/timeline/TypingLine";
import { useWords } from "./i18n";
import type { ConnectionState, EncryptionState, RoomDetails, RoomRow } from "./ipc/backend";
import styles from "./SignedIn.module.css";
import { useBackend } from "./stores/context";
import { useStore, ValueStore } from "./stores/store";

export interface ConversationProps {
  row: RoomRow;
  encryption: EncryptionState | null;
  connection: ConnectionState | null;
  /** The room was opened by hand: the focus comes along. */
  takeFocus: boolean;
  onEnterKey(): void;
  onClose(): void;
}

/** What the list already knows of a room, until its details come. */
function fromRow(row: RoomRow): RoomDetails {
  const { id, name, direct, avatar, color, encrypted, invited } = row;
  return {
    id,
    name,
    direct,
    avatar,
    color,
    encrypted,
    invited,
    topic: null,
    members: 0,
    servers: 0,
    canSend: true,
    typing: [],
  };
}

export function Conversation({ row, encryption, connection, takeFocus, onEnterKey, onClose }: ConversationProps) {
  const { t } = useWords();
  const backend = useBackend();
  const store = useMemo(
    () => new ValueStore<RoomDetails>((listener) => backend.watchRoom(row.id, listener)),
    [backend, row.id],
  );
  const room = useStore(store) ?? fromRow(row);
  const composer = useRef<ComposerHandle>(null);
  const bottom = useRef<HTMLDivElement>(null);
  const toComposer = useCallback(() => composer.current?.focus(), []);
  const online = connection !== "offline";

  const blocked = room.encrypted && encryption !== null && !maySendEncrypted(encryption);
  const place = room.invited ? "invitation" : blocked ? "notice" : "composer";
  const placed = useRef<string | null>(null);
  useEffect(() => {
    const first = placed.current === null;
    placed.current = place;
    // Later only what went away with the focus, such as an invitation that was answered, hands it on.
    if (first ? !takeFocus : document.activeElement !== document.body) return;
    if (composer.current) composer.current.focus();
    else bottom.current?.focus();
  }, [takeFocus, place]);

  if (room.invited) {
    return (
      <>
        <RoomHeader room={room} onBack={onClose} />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be one of a form */}
        <div className={styles.center} ref={bottom} tabIndex={-1} role="group" aria-label={t("rooms-invited")}>
          <Invitation room={room} onDeclined={onClose} />
        </div>
      </>
    );
  }

  return (
    <DropTarget roomId={room.id} enabled={room.canSend && !blocked} onDropped={toComposer}>
      <RoomHeader room={room} onBack={onClose} />
      <Timeline roomId={room.id} name={room.name} direct={room.direct} online={online} toComposer={toComposer} />
      <TypingLine names={room.typing} />
      <div data-region="composer" ref={bottom} tabIndex={-1}>
        {blocked ? (
          <div className={styles.notice}>
            <ComposerNotice encryption={encryption} onEnterKey={onEnterKey} />
          </div>
        ) : room.canSend ? (
          <Composer ref={composer} roomId={room.id} name={room.name} encrypted={room.encrypted} online={online} />
        ) : (
          <div className={styles.notice}>
            <Notice>{t("timeline-read-only")}</Notice>
          </div>
        )}
      </div>
    </DropTarget>
  );
}
