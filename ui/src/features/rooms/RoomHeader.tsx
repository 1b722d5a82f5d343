import { ArrowLeftIcon } from "@phosphor-icons/react/dist/csr/ArrowLeft";
import { LockSimpleIcon } from "@phosphor-icons/react/dist/csr/LockSimple";
import { LockSimpleOpenIcon } from "@phosphor-icons/react/dist/csr/LockSimpleOpen";
import { Avatar } from "../../design/Avatar/Avatar";
import { IconButton } from "../../design/Button/Button";
import { useWords } from "../../i18n";
import type { RoomDetails } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import styles from "./RoomHeader.module.css";

export interface RoomHeaderProps {
  room: RoomDetails;
  /** Absent where list and conversation stand side by side. */
  onBack(): void;
}

export function RoomHeader({ room, onBack }: RoomHeaderProps) {
  const { t } = useWords();
  const backend = useBackend();
  const facts = [
    t(room.encrypted ? "rooms-encrypted" : "rooms-unencrypted"),
    !room.direct && room.members > 0 && t("rooms-members", { count: room.members }),
    !room.direct && room.servers > 1 && t("rooms-servers", { count: room.servers }),
  ].filter(Boolean);

  return (
    <header className={styles.head}>
      <span className={styles.back}>
        <IconButton label={t("app-back")} icon={<ArrowLeftIcon aria-hidden="true" />} onPress={onBack} />
      </span>
      <Avatar
        name={room.name}
        color={room.color}
        shape={room.direct ? "person" : "room"}
        src={room.avatar && backend.mediaUrl(room.avatar)}
      />
      <div className={styles.lines}>
        <h2 className={`${styles.name} truncate`} title={room.name}>
          {room.name}
        </h2>
        <p className={styles.facts}>
          {room.encrypted ? (
            <LockSimpleIcon weight="fill" aria-hidden="true" />
          ) : (
            <LockSimpleOpenIcon weight="fill" aria-hidden="true" />
          )}
          <span className="truncate">{facts.join(" · ")}</span>
          {room.topic && (
            <span className={`${styles.topic} truncate`} title={room.topic}>
              {room.topic}
            </span>
          )}
        </p>
      </div>
    </header>
  );
}
