import { GearSixIcon } from "@phosphor-icons/react/dist/csr/GearSix";
import { SignOutIcon } from "@phosphor-icons/react/dist/csr/SignOut";
import { useState } from "react";
import { Avatar } from "../../design/Avatar/Avatar";
import { Button } from "../../design/Button/Button";
import { Dialog } from "../../design/Dialog/Dialog";
import { Menu, MenuAction } from "../../design/Menu/Menu";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import { type AppError, asAppError, type Person } from "../../ipc/backend";
import { useBackend, useSession } from "../../stores/context";
import { useStore } from "../../stores/store";
import styles from "./AccountMenu.module.css";

export interface AccountMenuProps {
  me: Person;
  onSettings(): void;
}

/** Who is signed in, and the way to what may be chosen, and out. */
export function AccountMenu({ me, onSettings }: AccountMenuProps) {
  const { t } = useWords();
  const backend = useBackend();
  const [leaving, setLeaving] = useState(false);

  return (
    <>
      <Menu
        label={t("account-menu", { name: me.name })}
        className={styles.trigger}
        face={<Avatar name={me.name} color={me.color} shape="person" src={me.avatar && backend.mediaUrl(me.avatar)} />}
        head={
          <>
            <b className={styles.name}>{me.name}</b>
            {me.organisation && <span className={styles.detail}>{me.organisation}</span>}
            <span className={styles.detail}>{me.userId}</span>
          </>
        }
      >
        <MenuAction icon={<GearSixIcon aria-hidden="true" />} onAction={onSettings}>
          {t("settings-title")}
        </MenuAction>
        <MenuAction icon={<SignOutIcon aria-hidden="true" />} onAction={() => setLeaving(true)}>
          {t("account-sign-out")}
        </MenuAction>
      </Menu>
      <SignOutDialog isOpen={leaving} onClose={() => setLeaving(false)} />
    </>
  );
}

function SignOutDialog({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const { encryption } = useSession();
  // Where there is no recovery key, none may be promised.
  const keyed = !["recoveryImpossible", "recoveryGone"].includes(useStore(encryption)?.kind ?? "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);

  // Asked once more: what is lost then was not said the first time.
  const anyway = error?.code === "keys-not-saved";

  async function leave() {
    setBusy(true);
    setError(null);
    try {
      await backend.signOut(anyway);
    } catch (refused) {
      setError(asAppError(refused));
      setBusy(false);
    }
  }

  function stay() {
    setError(null);
    onClose();
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={stay}
      busy={busy}
      title={t("account-sign-out-title")}
      alert
      actions={
        <>
          <Button autoFocus onPress={stay} isDisabled={busy}>
            {t("app-cancel")}
          </Button>
          <Button kind="danger" busy={busy} onPress={() => void leave()}>
            {t(anyway ? "account-sign-out-anyway" : "account-sign-out")}
          </Button>
        </>
      }
    >
      <p>{t("account-sign-out-text")}</p>
      {keyed && <p>{t("account-sign-out-key")}</p>}
      <div role="status">{error && <Notice tone="danger">{inWords(error)}</Notice>}</div>
    </Dialog>
  );
}
