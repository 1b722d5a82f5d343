import { memo } from "react";
import { useWords } from "../../i18n";
import { useToday } from "../../stores/clock";
import { Events } from "./Events";
import { MessageItem } from "./MessageItem";
import styles from "./RowItem.module.css";
import type { Row } from "./rows";

export interface RowItemProps {
  row: Row;
  direct: boolean;
  current: boolean;
  lit: boolean;
}

/** One row of the timeline, whatever its kind. */
export const RowItem = memo(function RowItem({ row, direct, current, lit }: RowItemProps) {
  const { t } = useWords();
  switch (row.kind) {
    case "day":
      return (
        <li data-row={row.id} className={styles.separator}>
          <Day timestamp={row.timestamp} />
        </li>
      );
    case "new":
      return (
        <li data-row={row.id} className={`${styles.separator} ${styles.new}`}>
          <span>{t("timeline-new")}</span>
        </li>
      );
    case "start":
      return (
        <li data-row={row.id} className={styles.start}>
          {t("timeline-start")}
        </li>
      );
    case "events":
      return (
        <li data-row={row.id}>
          <Events events={row.events} current={current} />
        </li>
      );
    case "message":
      return (
        <li data-row={row.id}>
          <MessageItem row={row} direct={direct} current={current} lit={lit} />
        </li>
      );
  }
});

function Day({ timestamp }: { timestamp: number }) {
  const { formats } = useWords();
  return <span>{formats.day(timestamp, useToday())}</span>;
}
