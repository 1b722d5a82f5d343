import { CheckIcon } from "@phosphor-icons/react/dist/csr/Check";
import { ChecksIcon } from "@phosphor-icons/react/dist/csr/Checks";
import { ClockIcon } from "@phosphor-icons/react/dist/csr/Clock";
import { useWords } from "../../i18n";
import type { MessageRowData } from "./rows";

export interface StampProps {
  timestamp: number;
  className: string | undefined;
  /** In a bubble of one's own the time is followed by how far the message got. */
  row?: MessageRowData;
  own?: boolean;
}

export function Stamp({ timestamp, className, row, own = false }: StampProps) {
  const { formats } = useWords();
  return (
    <>
      <time className={className} dateTime={new Date(timestamp).toISOString()} title={formats.full(timestamp)}>
        {formats.time(timestamp)}
      </time>
      {own && row && <Tick row={row} />}
    </>
  );
}

function Tick({ row }: { row: MessageRowData }) {
  const { t } = useWords();
  const { sending } = row.message;
  if (sending === "failed") return null;
  const [Icon, word] =
    sending === "waiting" || sending === "retrying"
      ? ([ClockIcon, "timeline-waiting"] as const)
      : row.seen
        ? ([ChecksIcon, "timeline-seen-direct"] as const)
        : ([CheckIcon, "timeline-sent"] as const);
  return (
    <span title={t(word)}>
      <Icon aria-hidden="true" />
      <span className="sr-only">{t(word)}</span>
    </span>
  );
}
