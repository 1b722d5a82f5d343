import { ArrowsClockwiseIcon } from "@phosphor-icons/react/dist/csr/ArrowsClockwise";
import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import { Lock } from "../../../design/Lock/Lock";
import { useWords } from "../../../i18n";
import type { PolicyEntry } from "../../../ipc/backend";
import { policyId, valueWords } from "../policyWords";
import facts from "./Facts.module.css";
import styles from "./Policies.module.css";

/** The ids of all that stands on the page of a rule beside its words, in that order. */
export function factsOf(entry: PolicyEntry): string[] {
  const { key, list, values, place, locked, fallback, pending } = entry;
  const id = policyId(key);
  const there = { who: true, where: place !== null, fallback, pending, lock: locked };
  const facts = Object.entries(there).flatMap(([fact, isThere]) => (isThere ? [`${id}-${fact}`] : []));
  // WebKit leaves out a list that is part of a description, but not its members.
  const members = list && values.length > 0 ? values.map((_, at) => memberId(id, at)) : [`${id}-value`];
  return [...members, ...facts];
}

const memberId = (id: string, at: number) => `${id}-value-${at}`;

/** What is decided. */
export function PolicyValue({ entry }: { entry: PolicyEntry }) {
  const { t } = useWords();
  const id = policyId(entry.key);
  const words = valueWords(entry, t);
  if (!entry.list) {
    const [text = ""] = words;
    return (
      <span id={`${id}-value`} className={styles.value}>
        {entry.kind === "colour" && <span className={styles.swatch} style={{ background: text }} aria-hidden="true" />}
        {text}
      </span>
    );
  }
  if (words.length === 0) {
    return (
      <span id={`${id}-value`} className={styles.value}>
        {t("policies-empty")}
      </span>
    );
  }
  return (
    // biome-ignore lint/a11y/noRedundantRoles: WebKit drops the role of a list without bullets
    <ul role="list" className={styles.list}>
      {words.map((text, at) => (
        <li key={text} id={memberId(id, at)} className={styles.value}>
          {text}
        </li>
      ))}
    </ul>
  );
}

/** By whom it was decided, where that stands, and how far it holds. */
export function PolicyFacts({
  entry: { key, source, place, locked, fallback, pending, withdrawn },
}: {
  entry: PolicyEntry;
}) {
  const { t } = useWords();
  const id = policyId(key);
  return (
    <div className={styles.below}>
      <dl className={facts.facts}>
        <div id={`${id}-who`}>
          <dt>{t("policies-who")}</dt>
          <dd>{t(`policy-source-${source}`)}</dd>
        </div>
        {place !== null && (
          <div id={`${id}-where`}>
            <dt>{t("policies-where")}</dt>
            <dd className={styles.place}>{place}</dd>
          </div>
        )}
      </dl>
      {fallback && (
        <p id={`${id}-fallback`} className={`${styles.state} ${styles.fallback}`}>
          <WarningIcon weight="fill" aria-hidden="true" />
          <span>{t("policies-fallback")}</span>
        </p>
      )}
      {pending && (
        <p id={`${id}-pending`} className={styles.state}>
          <ArrowsClockwiseIcon aria-hidden="true" />
          <span>{t(withdrawn ? "policies-withdrawn" : "policies-waits")}</span>
        </p>
      )}
      {locked && <Lock id={`${id}-lock`}>{t("policies-lock")}</Lock>}
    </div>
  );
}
