import { ArchiveIcon } from "@phosphor-icons/react/dist/csr/Archive";
import { useState } from "react";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import type { DiscoveredServer } from "../../ipc/backend";
import { AddressForm } from "./AddressForm";
import { Frame } from "./Frame";
import { Lead, Page } from "./Page";
import { PasswordForm } from "./PasswordForm";

interface Found {
  address: string;
  server: DiscoveredServer;
}

export interface SignInProps {
  /** The folder that holds data set aside a moment ago. */
  aside: string | null;
}

/** First where, then who: an address leads to a server, the server asks for the password. */
export function SignIn({ aside }: SignInProps) {
  const { t } = useWords();
  const [found, setFound] = useState<Found | null>(null);
  const [address, setAddress] = useState("");

  return (
    <Frame>
      <Page title={t("account-sign-in-title")}>
        <Lead>{t("account-sign-in-intro")}</Lead>
        {aside && (
          <Notice icon={<ArchiveIcon aria-hidden="true" />}>
            <p>{t("account-aside", { folder: aside })}</p>
          </Notice>
        )}
        {found ? (
          <PasswordForm address={found.address} server={found.server} onBack={() => setFound(null)} />
        ) : (
          <AddressForm
            address={address}
            onAddress={setAddress}
            onFound={(server) => setFound({ address: address.trim(), server })}
          />
        )}
      </Page>
    </Frame>
  );
}
