import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import { useEffect, useEffectEvent } from "react";
import { ProblemList } from "../design/Problems/ProblemList";
import { Strip } from "../design/Strip/Strip";
import { useWords } from "../i18n";
import { problemTexts } from "../i18n/policyProblems";
import { usePolicy } from "../stores/policy";
import { useAnnouncer } from "./announcer";

/** More than these are folded: where one signs in, that is what one wants to see. */
const MOST_SHOWN = 3;

/**
 * Says, aloud as well, that the organisation's policy is wrong, and in what: where that closes the way in, nothing else
 * tells the reason. That a strict value holds is said only where one does.
 */
export function PolicyProblemStrip({
  onGone,
}: {
  /** What folds is gone, and with it perhaps the focus. */ onGone(): void;
}) {
  const { t } = useWords();
  const announcer = useAnnouncer();
  const { entries, problems } = usePolicy();
  const texts = problemTexts(problems, t);
  const isWrong = texts.length > 0;
  const isFolded = texts.length > MOST_SHOWN;
  const isStrict = entries.some(({ fallback }) => fallback);
  const ids = ["policies-wrong", ...(isStrict ? ["policies-wrong-strict"] : []), "policies-wrong-show"];
  const text = ids.map((id) => t(id)).join(" ");

  useEffect(() => {
    if (isWrong) announcer.say(text);
  }, [isWrong, text, announcer]);

  const gone = useEffectEvent(onGone);
  useEffect(() => (isFolded ? () => void setTimeout(() => gone()) : undefined), [isFolded]);

  if (!isWrong) return null;
  return (
    <Strip
      tone="warning"
      icon={<WarningIcon weight="fill" aria-hidden="true" />}
      below={
        <ProblemList texts={texts} summary={isFolded ? t("policies-wrong-count", { count: texts.length }) : null} />
      }
    >
      {text}
    </Strip>
  );
}
