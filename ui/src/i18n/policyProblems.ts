// What is wrong with a policy, in words.

import type { PolicyProblem } from "../ipc/backend";
import type { Words } from ".";

/** What is wrong, where, and what would be right; each once, for the same may be wrong twice in one line. */
export function problemTexts(problems: readonly PolicyProblem[], t: Words["t"]): string[] {
  const texts = problems.map(({ name, place, key, kind, words }) => {
    const wanted = words.length > 0 ? words.join(", ") : kind ? t(`policy-kind-${kind}`) : "";
    return t(`policy-problem-${name}`, { place, key: key ?? "", wanted });
  });
  return [...new Set(texts)];
}
