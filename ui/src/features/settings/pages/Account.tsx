import { UserCircleIcon } from "@phosphor-icons/react/dist/csr/UserCircle";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Avatar } from "../../../design/Avatar/Avatar";
import { Button } from "../../../design/Button/Button";
import { useWords } from "../../../i18n";
import { useBackend } from "../../../stores/context";
import { usePolicy } from "../../../stores/policy";
import type { PageProps, SettingsPage } from "../page";
import { Group, Row } from "../Rows";
import { useTask } from "../useChange";
import styles from "./Account.module.css";

export const account: SettingsPage = {
  title: "settings-account",
  Icon: UserCircleIcon,
  entries: ["settings-photo", "settings-name", "settings-identifier"],
  Page: Account,
};

function Account({ me }: PageProps) {
  return (
    <Group>
      <Photo me={me} />
      <Name me={me} />
      <Row entry="settings-identifier">
        <span className={styles.identifier}>{me.userId}</span>
      </Row>
    </Group>
  );
}

function Photo({ me }: Pick<PageProps, "me">) {
  const { t } = useWords();
  const backend = useBackend();
  const choosing = useTask();
  const removing = useTask();
  const { images } = usePolicy();
  const choose = useRef<HTMLButtonElement>(null);
  const why = useRef<HTMLSpanElement>(null);

  async function remove() {
    const gone = await removing.run(
      () => backend.removeAvatar(),
      () => t("settings-photo-removed"),
    );
    // The button goes with the picture.
    if (gone) (choose.current ?? why.current)?.focus();
  }

  return (
    <Row entry="settings-photo">
      {(names) => (
        <>
          <Avatar
            name={me.name}
            color={me.color}
            shape="person"
            size="large"
            src={me.avatar && backend.mediaUrl(me.avatar)}
          />
          {me.avatar && (
            <Button busy={removing.busy} onPress={() => void remove()}>
              {t("settings-photo-remove")}
            </Button>
          )}
          {images ? (
            <Button
              ref={choose}
              busy={choosing.busy}
              aria-describedby={names["aria-describedby"]}
              onPress={() =>
                void choosing.run(
                  () => backend.chooseAvatar(),
                  (chosen) => (chosen ? t("settings-photo-changed") : null),
                )
              }
            >
              {t("settings-photo-choose")}
            </Button>
          ) : (
            <span ref={why} tabIndex={-1}>
              {t("policies-no-images")}
            </span>
          )}
        </>
      )}
    </Row>
  );
}

function Name({ me }: Pick<PageProps, "me">) {
  const { t } = useWords();
  const backend = useBackend();
  const saving = useTask();
  const [name, setName] = useState(me.name);
  // It may be changed elsewhere; here, the server may write it a little differently.
  useEffect(() => setName(me.name), [me.name]);
  const written = name.trim();
  const changed = written !== "" && written !== me.name;

  function save(event: FormEvent) {
    event.preventDefault();
    if (!changed || saving.busy) return;
    void saving.run(
      () => backend.setDisplayName(written),
      () => t("settings-name-saved"),
    );
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Escape" || name === me.name) return;
    // First what was typed is taken back; only then Esc leaves.
    event.preventDefault();
    event.stopPropagation();
    setName(me.name);
  }

  return (
    <Row entry="settings-name">
      {(names) => (
        <form className={styles.form} onSubmit={save} noValidate>
          <input
            {...names}
            className={styles.field}
            value={name}
            maxLength={100}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={onKeyDown}
          />
          <Button type="submit" busy={saving.busy} isDisabled={!changed}>
            {t("settings-name-save")}
          </Button>
        </form>
      )}
    </Row>
  );
}
