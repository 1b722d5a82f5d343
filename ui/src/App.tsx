import { useState } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { AnnouncerProvider } from "./a11y/announcer";
import { CrashProvider } from "./a11y/Crash";
import { RefusalsProvider } from "./a11y/Refusals";
import { useLook, useWidth } from "./design/theme";
import { KeyGone, Locked, Unusable, Waiting } from "./features/account/Doors";
import { SignIn } from "./features/account/SignIn";
import { ProxyStrip } from "./features/sync/ProxyStrip";
import { useWords, WordsProvider } from "./i18n";
import { localeTag } from "./i18n/bundles";
import type { AccountState, Backend } from "./ipc/backend";
import { SignedIn } from "./SignedIn";
import { BrandProvider, noBrand } from "./stores/brand";
import { BackendProvider, SessionProvider } from "./stores/context";
import type { FirstStores } from "./stores/first";
import { noPolicy, PolicyProvider } from "./stores/policy";
import { defaultSettings, SettingsProvider } from "./stores/settings";
import { useStore } from "./stores/store";

export function App({ backend, stores }: { backend: Backend; stores: FirstStores }) {
  const settings = useStore(stores.settings) ?? defaultSettings;
  const account = useStore(stores.account);
  const policy = useStore(stores.policy) ?? noPolicy;
  const brand = useStore(stores.brand) ?? noBrand;
  useLook(settings, brand, policy.lockedSettings.theme !== undefined);
  useWidth();

  return (
    <BackendProvider backend={backend}>
      <SettingsProvider value={settings}>
        <PolicyProvider value={policy}>
          <BrandProvider value={brand}>
            <WordsProvider language={settings.language}>
              <I18nProvider locale={localeTag[settings.language]}>
                <AnnouncerProvider>
                  <CrashProvider>
                    <Screen account={account ?? { kind: "opening" }} />
                  </CrashProvider>
                </AnnouncerProvider>
              </I18nProvider>
            </WordsProvider>
          </BrandProvider>
        </PolicyProvider>
      </SettingsProvider>
    </BackendProvider>
  );
}

/** Where the account stands decides what there is to see. */
function Screen({ account }: { account: AccountState }) {
  const [aside, setAside] = useState<string | null>(null);
  return (
    // What was refused belongs to where the account stood then.
    <RefusalsProvider key={account.kind}>
      <Place account={account} aside={aside} onAside={setAside} />
    </RefusalsProvider>
  );
}

interface PlaceProps {
  account: AccountState;
  /** The folder that holds data set aside a moment ago. */
  aside: string | null;
  onAside(folder: string): void;
}

function Place({ account, aside, onAside }: PlaceProps) {
  const { t } = useWords();
  switch (account.kind) {
    case "opening":
      return <Waiting text={t("account-opening")} />;
    case "signingOut":
      return <Waiting text={t("account-signing-out")} />;
    case "locked":
      return <Locked keyringPresent={account.keyringPresent} />;
    case "keyGone":
      return <KeyGone onAside={onAside} />;
    case "unusable":
      return <Unusable error={account.error} onAside={onAside} />;
    case "signedOut":
      return <SignIn aside={aside} strip={<ProxyStrip onGone={toTitle} />} />;
    case "ready":
      return (
        <SessionProvider key={account.me.userId}>
          <SignedIn me={account.me} />
        </SessionProvider>
      );
  }
}

/** What had the focus is gone. */
function toTitle(): void {
  if (document.activeElement === document.body) document.querySelector<HTMLElement>("h1")?.focus();
}
