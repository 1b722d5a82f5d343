import { ChatTextIcon } from "@phosphor-icons/react/dist/csr/ChatText";
import { Avatar } from "../../design/Avatar/Avatar";
import { useWords } from "../../i18n";
import { daysBetween } from "../../i18n/formats";
import type { ThreadSummary } from "../../ipc/backend";
import { useToday } from "../../stores/clock";
import { useBackend } from "../../stores/context";
import styles from "./ThreadLine.module.css";

/** That a thread starts here, and how far it got. It cannot be opened yet, so it is a line and no button. */
export function ThreadLine({ thread }: { thread: ThreadSummary }) {
  const { t, formats } = useWords();
  const backend = useBackend();
  const now = useToday();
  const { latestSender: sender, latestTimestamp: moment } = thread;
  return (
    <p className={styles.thread}>
      {sender ? (
        <Avatar
          name={sender.name}
          color={sender.color}
          shape="person"
          size="tiny"
          src={sender.avatar && backend.mediaUrl(sender.avatar)}
        />
      ) : (
        <ChatTextIcon aria-hidden="true" />
      )}
      <b>{t("timeline-thread", { count: thread.replies })}</b>
      {moment !== null && (
        <span>
          {daysBetween(moment, now) === 0
            ? t("timeline-thread-latest", { time: formats.time(moment) })
            : t("timeline-thread-latest-day", { time: formats.moment(moment, now) })}
        </span>
      )}
    </p>
  );
}
