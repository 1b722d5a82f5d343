import { noBrand } from "../../stores/brand";
import { noPolicy } from "../../stores/policy";
import type { Backend, Settings } from "../backend";
import type { Brand, PolicyEntry, PolicyState } from "../bindings";
import { defaults } from "./settings";
import { FakeValue } from "./streams";

const FILE = "/etc/estafette/policies/managed/ministere.json";

/** One that the machine decides on. */
function entry(key: string, kind: string, values: string[], more: Partial<PolicyEntry> = {}): PolicyEntry {
  const plain = { source: "machine", place: `${FILE}:3`, locked: true, fallback: false } as const;
  const now = { pending: false, withdrawn: false } as const;
  return { key, kind, list: false, values, ...plain, ...now, ...more };
}

/** A ministry that has decided on one key of each kind, not without mistakes. The settings stay as they are. */
export function managed(settings: Settings): PolicyState {
  const advice = { source: "recommended", place: "/etc/estafette/policies/recommended/ministere.json:2" } as const;
  return {
    entries: [
      entry("servers.allowed", "servers", ["agent.dinum.tchap.gouv.fr", "matrix.bund.de"], { list: true }),
      entry("encryption.recipients", "choice", ["verified"], {
        source: "server",
        place: "https://agent.dinum.tchap.gouv.fr/.well-known/matrix/client",
      }),
      entry("notifications.content", "choice", [settings.notifications]),
      entry("messages.images", "switch", ["false"], { place: `${FILE}:5`, fallback: true }),
      entry("messages.receipts", "switch", [`${settings.receipts}`], { source: "user", place: null }),
      entry("interface.language", "choice", [settings.language]),
      entry("interface.theme", "choice", [settings.theme], { locked: settings.theme === "contrast" }),
      entry("brand.accent", "colour", ["#000091"], { ...advice, locked: false }),
      entry("links.help", "link", ["https://aide.example.fr"], { source: "installer", place: null, locked: false }),
      entry("network.proxy", "proxy", ["http://proxy.example.fr:3128"], { pending: true }),
      entry("network.proxyExceptions", "hosts", [], { list: true }),
      entry("log.level", "choice", ["debug"], { pending: true, withdrawn: true }),
    ],
    problems: [
      { name: "type", place: `${FILE}:5`, key: "messages.images", kind: "switch", words: [] },
      {
        name: "value",
        place: `${FILE}:8`,
        key: "log.level",
        kind: "choice",
        words: ["error", "warn", "info", "debug"],
      },
      { name: "json", place: "/etc/estafette/policies/managed/zz.json:4", key: null, kind: null, words: [] },
    ],
    lockedSettings: {
      notifications: { key: "notifications.content", choices: [settings.notifications] },
      receipts: { key: "messages.receipts", choices: [`${settings.receipts}`] },
      language: { key: "interface.language", choices: [settings.language] },
      theme: { key: "interface.theme", choices: [...new Set([settings.theme, "contrast"])] },
    },
    images: false,
  };
}

type Part = Pick<Backend, "watchPolicy" | "watchBrand"> & {
  readonly policy: FakeValue<PolicyState>;
  readonly brand: FakeValue<Brand>;
};

/** What others decide: nothing, or all that `managed` shows; and how they show themselves. */
export function fakePolicy(options: Partial<Settings> & { managed?: boolean; brand?: Partial<Brand> }): Part {
  const policy = new FakeValue<PolicyState>(options.managed ? managed({ ...defaults, ...options }) : noPolicy);
  const brand = new FakeValue<Brand>({ ...noBrand, ...options.brand });
  return {
    policy,
    brand,
    watchPolicy: (listener) => policy.watch(listener),
    watchBrand: (listener) => brand.watch(listener),
  };
}
