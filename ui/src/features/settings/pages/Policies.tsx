import { ArrowsClockwiseIcon } from "@phosphor-icons/react/dist/csr/ArrowsClockwise";
import { BuildingsIcon } from "@phosphor-icons/react/dist/csr/Buildings";
import { Notice } from "../../../design/Notice/Notice";
import { ProblemList } from "../../../design/Problems/ProblemList";
import { useWords } from "../../../i18n";
import { problemTexts } from "../../../i18n/policyProblems";
import type { PolicyEntry, PolicyProblem, PolicyState } from "../../../ipc/backend";
import { usePolicy } from "../../../stores/policy";
import type { SettingId, SettingsPage } from "../page";
import { bySection, policyId } from "../policyWords";
import { Block, Group, Row } from "../Rows";
import styles from "./Policies.module.css";
import { factsOf, PolicyFacts, PolicyValue } from "./PolicyParts";

/** What others have decided; no page where nobody has decided anything. */
export function policiesPage({ entries, problems }: PolicyState): SettingsPage | null {
  const all: SettingId[] = entries.map(({ key }) => policyId(key));
  if (problems.length > 0) all.unshift("policies-problems");
  if (all.length === 0) return null;
  return {
    title: "policies-title",
    Icon: BuildingsIcon,
    entries: all,
    keywords: "policies-keywords",
    Page: Policies,
  };
}

function Policies() {
  const { t } = useWords();
  const { entries, problems } = usePolicy();
  return (
    <>
      <p className={styles.intro}>{t("policies-text")}</p>
      {/* The region stands before there is something to say: otherwise it is not read out. */}
      <div role="status">
        {entries.some(({ pending }) => pending) && (
          <div className={styles.pending}>
            <Notice tone="info" icon={<ArrowsClockwiseIcon aria-hidden="true" />}>
              <p>{t("policies-pending")}</p>
            </Notice>
          </div>
        )}
      </div>
      {problems.length > 0 && <Problems problems={problems} />}
      {bySection(entries).map(([section, decided]) => (
        <Group key={section} title={t(`policy-section-${section}`)}>
          {decided.map((entry) => (
            <Rule key={entry.key} entry={entry} />
          ))}
        </Group>
      ))}
    </>
  );
}

function Problems({ problems }: { problems: readonly PolicyProblem[] }) {
  const { t } = useWords();
  return (
    <Block entry="policies-problems">
      <Notice tone="danger">
        <ProblemList texts={problemTexts(problems, t)} />
      </Notice>
    </Block>
  );
}

function Rule({ entry }: { entry: PolicyEntry }) {
  return (
    <Row entry={policyId(entry.key)} facts={factsOf(entry)} below={<PolicyFacts entry={entry} />}>
      <PolicyValue entry={entry} />
    </Row>
  );
}
