// From the keys of the policy to the ids of their words.
import type { Words } from "../../i18n";
import type { PolicyEntry } from "../../ipc/backend";

/** The id of a key's title: `network.proxyMode` has `policy-network-proxy-mode`. */
export function policyId(key: string): `policy-${string}` {
  return `policy-${key.replaceAll(".", "-").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What is decided, in words; of a list, its members. */
export function valueWords({ key, kind, values }: PolicyEntry, t: Words["t"]): string[] {
  return values.map((value) => {
    if (kind === "switch") return t(value === "true" ? "policies-yes" : "policies-no");
    return kind === "choice" ? t(`${policyId(key)}-${value}`) : value;
  });
}

/** What is decided, by section, in its order. */
export function bySection(entries: readonly PolicyEntry[]): [section: string, entries: PolicyEntry[]][] {
  const sections = new Map<string, PolicyEntry[]>();
  for (const entry of entries) {
    const [section = ""] = entry.key.split(".");
    sections.set(section, [...(sections.get(section) ?? []), entry]);
  }
  return [...sections];
}
