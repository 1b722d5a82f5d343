import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { IconButton } from "../../design/Button/Button";
import { useWords } from "../../i18n";
import type { ReplyTarget } from "../../stores/drafts";
import styles from "./ReplyBanner.module.css";

export interface ReplyBannerProps {
  id: string;
  target: ReplyTarget;
  onCancel(): void;
}

/** Which message is being answered. */
export function ReplyBanner({ id, target: { shown }, onCancel }: ReplyBannerProps) {
  const { t } = useWords();
  return (
    <div className={styles.reply}>
      <p id={id} className={shown ? `${styles.quoted} ${styles[`color${shown.color % 8}`]}` : styles.quoted}>
        <b className="truncate">
          {shown ? t("timeline-replying", { name: shown.sender }) : t("timeline-replying-older")}
        </b>
        {shown && <span className="truncate">{shown.line}</span>}
      </p>
      <IconButton
        small
        label={t("timeline-reply-cancel")}
        shortcut="Esc"
        icon={<XIcon aria-hidden="true" />}
        onPress={onCancel}
      />
    </div>
  );
}
