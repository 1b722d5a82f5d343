import { CheckIcon } from "@phosphor-icons/react/dist/csr/Check";
import { memo } from "react";
import { Avatar } from "../../design/Avatar/Avatar";
import { CountBadge, MentionBadge } from "../../design/Badge/Badge";
import { useWords } from "../../i18n";
import type { RoomRow } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import styles from "./RoomItem.module.css";
import { lineOf, MARK_WORDS, markOf, roomName } from "./roomLine";

export interface RoomItemProps {
  row: RoomRow;
  id: string;
  selected: boolean;
  /** Where the arrow keys stand. */
  current: boolean;
  position: number;
  size: number;
  now: number;
  draft: string | undefined;
  onSelect(roomId: string): void;
  /** The pointer has come to this row, or left it. */
  onNear(roomId: string | null): void;
}

export const RoomItem = memo(function RoomItem(props: RoomItemProps) {
  const { row, id, selected, current, position, size, now, draft, onSelect, onNear } = props;
  const words = useWords();
  const { t, formats } = words;
  const backend = useBackend();
  const mark = markOf(row, draft);
  const { latest } = row;
  const line = lineOf(row, draft, t);
  const unread = row.unread > 0 || row.mentions > 0 || row.invited;
  const names = [styles.row, unread && styles.unread, selected && styles.selected, current && styles.current];

  return (
    // The list has the focus and the keys; the row only takes the click.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    <div
      role="option"
      id={id}
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={size}
      data-room-id={row.id}
      className={names.filter(Boolean).join(" ")}
      onClick={() => onSelect(row.id)}
      onPointerEnter={() => onNear(row.invited ? null : row.id)}
      onPointerLeave={() => onNear(null)}
    >
      {/* In one piece: between the boxes that are seen an engine says a space, even before a comma. */}
      <span className="sr-only">{roomName(row, draft, now, words)}</span>
      <Avatar
        name={row.name}
        color={row.color}
        shape={row.direct ? "person" : "room"}
        size="row"
        src={row.avatar && backend.mediaUrl(row.avatar)}
      />
      <div className={styles.lines} aria-hidden="true">
        <div className={styles.first}>
          <span className={`${styles.name} truncate`} title={row.name}>
            {row.name}
          </span>
          {latest && <time className={styles.time}>{formats.moment(latest.timestamp, now)}</time>}
        </div>
        <div className={styles.second}>
          {row.invited ? (
            <span className={styles.invitation}>{t("rooms-invitation")}</span>
          ) : (
            <span className={`${styles.preview} truncate`}>
              {mark && <span className={styles[mark]}>{t(MARK_WORDS[mark])}</span>}
              {mark && " "}
              {latest?.own && !mark && <CheckIcon className={styles.sent} aria-hidden="true" />}
              {line}
            </span>
          )}
          <span className={styles.badges}>
            {row.mentions > 0 && <MentionBadge />}
            {row.unread > 0 && <CountBadge count={row.unread} />}
          </span>
        </div>
      </div>
    </div>
  );
});
