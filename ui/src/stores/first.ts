import type { AccountState, Backend, Brand, PolicyState, Settings } from "../ipc/backend";
import { ValueStore } from "./store";

/** What decides which screen there is, and how it looks. Watched for as long as there is a window. */
export interface FirstStores {
  settings: ValueStore<Settings>;
  account: ValueStore<AccountState>;
  policy: ValueStore<PolicyState>;
  brand: ValueStore<Brand>;
}

export function openFirst(backend: Backend): FirstStores {
  return {
    settings: new ValueStore((listener) => backend.watchSettings(listener)),
    account: new ValueStore((listener) => backend.watchAccount(listener)),
    policy: new ValueStore((listener) => backend.watchPolicy(listener)),
    brand: new ValueStore((listener) => backend.watchBrand(listener)),
  };
}

/** Longer than most profiles take to open, and short enough that nobody takes the window for a dead one. */
const FIRST_MS = 400;

/**
 * Once all are known, and the profile has opened or not: a screen that is drawn before is drawn a second time at once.
 * What takes longer is not waited for.
 */
export async function known({ settings, account, policy, brand }: FirstStores): Promise<void> {
  let late: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => {
    late = setTimeout(resolve, FIRST_MS);
  });
  await Promise.race([
    Promise.all([
      first(settings, () => true),
      first(account, ({ kind }) => kind !== "opening"),
      first(policy, () => true),
      first(brand, () => true),
    ]),
    waited,
  ]);
  clearTimeout(late);
}

/** The subscription stays: without one, the stream would be closed and opened again. */
function first<T>(store: ValueStore<T>, counts: (value: T) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const value = store.getSnapshot();
      if (value !== null && counts(value)) resolve();
    };
    store.subscribe(look);
    look();
  });
}
