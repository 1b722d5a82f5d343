import { ChecksIcon } from "@phosphor-icons/react/dist/csr/Checks";
import { Avatar } from "../../design/Avatar/Avatar";
import { useWords } from "../../i18n";
import type { Person } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import styles from "./Receipts.module.css";

/** Who has read up to here and no further. */
export function Receipts({ people, own }: { people: readonly Person[]; own: boolean }) {
  const { t, formats } = useWords();
  const backend = useBackend();
  const [first] = people;
  if (!first) return null;
  const alone = people.length === 1;
  return (
    <p
      className={styles.receipts}
      title={t("timeline-seen-by", { names: formats.list(people.map(({ name }) => name)) })}
    >
      {own && alone ? (
        <ChecksIcon aria-hidden="true" />
      ) : (
        <span className={styles.stack}>
          {people.slice(0, 3).map((person) => (
            <Avatar
              key={person.userId}
              name={person.name}
              color={person.color}
              shape="person"
              size="mini"
              src={person.avatar && backend.mediaUrl(person.avatar)}
            />
          ))}
        </span>
      )}
      <span className="truncate">
        {alone ? t("timeline-seen-by", { names: first.name }) : t("timeline-seen", { count: people.length })}
      </span>
    </p>
  );
}
