import { ArchiveIcon } from "@phosphor-icons/react/dist/csr/Archive";
import { type ReactNode, useState } from "react";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import type { DiscoveredServer } from "../../ipc/backend";
import { useBrand } from "../../stores/brand";
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
  /** What must be known and may not be missed. */
  strip?: ReactNode;
}

/**
 * First where, then who: an address leads to a server, the server asks for the password. Where an organisation has one
 * server for everybody, the page says which, and a name is enough.
 */
export function SignIn({ aside, strip }: SignInProps) {
  const { t } = useWords();
  const fixed = useBrand().server;
  const [found, setFound] = useState<Found | null>(null);
  const [address, setAddress] = useState("");

  return (
    <Frame strip={strip}>
      <Page title={t("account-sign-in-title")}>
        <Lead>{fixed ? t("account-sign-in-fixed", { server: fixed }) : t("account-sign-in-intro")}</Lead>
        {aside && (
          <Notice icon={<ArchiveIcon aria-hidden="true" />}>
            <p>{t("account-aside", { folder: aside })}</p>
          </Notice>
        )}
        {found ? (
          <PasswordForm
            address={found.address}
            server={found.server}
            fixed={fixed !== null}
            onBack={() => setFound(null)}
          />
        ) : (
          <AddressForm
            address={address}
            fixed={fixed !== null}
            onAddress={setAddress}
            onFound={(server) => setFound({ address: address.trim(), server })}
          />
        )}
      </Page>
    </Frame>
  );
}
