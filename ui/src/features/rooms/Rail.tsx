import { ChatsCircleIcon } from "@phosphor-icons/react/dist/csr/ChatsCircle";
import { GearSixIcon } from "@phosphor-icons/react/dist/csr/GearSix";
import type { ReactNode } from "react";
import { CountBadge } from "../../design/Badge/Badge";
import { useWords } from "../../i18n";
import { useSession } from "../../stores/context";
import { useStore } from "../../stores/store";
import styles from "./Rail.module.css";

export interface RailProps {
  /** Where one is. */
  place: "messages" | "settings";
  onMessages(): void;
  /** `byKey`: without a pointer, so that the focus has to come along. */
  onSettings(byKey: boolean): void;
  account: ReactNode;
}

/** The outer edge of the desk: where one is, and who one is. */
export function Rail({ place, onMessages, onSettings, account }: RailProps) {
  const { t } = useWords();
  const { rooms } = useSession();
  const unread = useStore(rooms).items.filter((row) => row.unread > 0 || row.invited).length;
  const reading = place === "messages";
  const setting = place === "settings";

  return (
    <nav className={styles.rail} aria-label={t("app-rail")} data-region="rail">
      <button
        type="button"
        className={reading ? `${styles.tile} ${styles.here}` : styles.tile}
        aria-current={reading ? "page" : undefined}
        aria-label={
          unread > 0 ? `${t("app-messages")}, ${t("app-unread-rooms", { count: unread })}` : t("app-messages")
        }
        title={t("app-messages")}
        onClick={onMessages}
      >
        <ChatsCircleIcon weight={reading ? "fill" : "regular"} aria-hidden="true" />
        {unread > 0 && (
          <span className={styles.count} aria-hidden="true">
            <CountBadge count={unread} />
          </span>
        )}
      </button>
      <div className={styles.foot}>
        <button
          type="button"
          className={setting ? `${styles.tile} ${styles.here}` : styles.tile}
          aria-current={setting ? "page" : undefined}
          aria-label={t("settings-title")}
          aria-keyshortcuts="Control+,"
          title={t("settings-title-key")}
          // Keys and screen readers click without a pointer.
          onClick={(event) => onSettings(event.detail === 0)}
        >
          <GearSixIcon weight={setting ? "fill" : "regular"} aria-hidden="true" />
        </button>
        {account}
      </div>
    </nav>
  );
}
