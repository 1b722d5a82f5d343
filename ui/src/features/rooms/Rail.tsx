import { ChatsCircleIcon } from "@phosphor-icons/react/dist/csr/ChatsCircle";
import type { ReactNode } from "react";
import { focusRegion } from "../../a11y/regions";
import { CountBadge } from "../../design/Badge/Badge";
import { useWords } from "../../i18n";
import { useSession } from "../../stores/context";
import { useStore } from "../../stores/store";
import styles from "./Rail.module.css";

/** The outer edge of the desk: where one is, and who one is. */
export function Rail({ account }: { account: ReactNode }) {
  const { t } = useWords();
  const { rooms } = useSession();
  const unread = useStore(rooms).items.filter((row) => row.unread > 0 || row.invited).length;

  return (
    <nav className={styles.rail} aria-label={t("app-rail")} data-region="rail">
      <button
        type="button"
        className={styles.tile}
        aria-current="page"
        aria-label={
          unread > 0 ? `${t("app-messages")}, ${t("app-unread-rooms", { count: unread })}` : t("app-messages")
        }
        title={t("app-messages")}
        onClick={() => {
          const list = document.querySelector<HTMLElement>('[data-region="list"]');
          if (list) focusRegion(list);
        }}
      >
        <ChatsCircleIcon weight="fill" aria-hidden="true" />
        {unread > 0 && (
          <span className={styles.count} aria-hidden="true">
            <CountBadge count={unread} />
          </span>
        )}
      </button>
      <div className={styles.account}>{account}</div>
    </nav>
  );
}
