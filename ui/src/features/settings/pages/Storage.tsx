import { HardDrivesIcon } from "@phosphor-icons/react/dist/csr/HardDrives";
import { useCallback, useEffect, useState } from "react";
import { Button } from "../../../design/Button/Button";
import { Dialog } from "../../../design/Dialog/Dialog";
import { useWords } from "../../../i18n";
import { type AppError, asAppError, type StorageSizes } from "../../../ipc/backend";
import { useBackend } from "../../../stores/context";
import type { SettingsPage } from "../page";
import { Group, Row } from "../Rows";
import { useTask } from "../useChange";
import styles from "./Facts.module.css";

export const storage: SettingsPage = {
  title: "settings-storage",
  Icon: HardDrivesIcon,
  entries: ["settings-sizes", "settings-clear"],
  Page: Storage,
};

function Storage() {
  const { t } = useWords();
  const backend = useBackend();
  const { sizes, error, measure } = useSizes();
  const clearing = useTask();
  const [asking, setAsking] = useState(false);

  async function clear() {
    await clearing.run(
      () => backend.clearCache(),
      () => t("settings-clear-done"),
    );
    setAsking(false);
    measure();
  }

  return (
    <Group>
      <Sizes sizes={sizes} error={error} />
      <Row entry="settings-clear">
        {(names) => (
          <Button aria-describedby={names["aria-describedby"]} onPress={() => setAsking(true)}>
            {t("settings-clear-button")}
          </Button>
        )}
      </Row>
      <Dialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        busy={clearing.busy}
        title={t("settings-clear-title")}
        alert
        actions={
          <>
            <Button autoFocus isDisabled={clearing.busy} onPress={() => setAsking(false)}>
              {t("app-cancel")}
            </Button>
            <Button kind="primary" busy={clearing.busy} onPress={() => void clear()}>
              {t("settings-clear-button")}
            </Button>
          </>
        }
      >
        <p>{t("settings-clear-kept")}</p>
        <p>{t("settings-clear-offline")}</p>
      </Dialog>
    </Group>
  );
}

function Sizes({ sizes, error }: { sizes: StorageSizes | null; error: AppError | null }) {
  const { t, formats, error: inWords } = useWords();
  const parts = sizes && [
    { name: t("settings-sizes-messages"), bytes: sizes.messages },
    { name: t("settings-sizes-pictures"), bytes: sizes.pictures },
    { name: t("settings-sizes-window"), bytes: sizes.window },
    { name: t("settings-sizes-other"), bytes: sizes.other },
  ];
  return (
    <Row
      entry="settings-sizes"
      below={
        <>
          <div role="status">
            {error && <p className={styles.wait}>{inWords(error)}</p>}
            {!parts && !error && <p className={styles.wait}>{t("settings-sizes-measuring")}</p>}
          </div>
          {parts && (
            <dl className={styles.facts}>
              {parts.map(({ name, bytes }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="numeric">{formats.size(bytes)}</dd>
                </div>
              ))}
            </dl>
          )}
        </>
      }
    >
      {parts && (
        <b className={`${styles.total} numeric`}>{formats.size(parts.reduce((sum, { bytes }) => sum + bytes, 0))}</b>
      )}
    </Row>
  );
}

/** What lies on this computer, measured when it is looked at and whenever that is asked for. */
function useSizes(): { sizes: StorageSizes | null; error: AppError | null; measure(): void } {
  const backend = useBackend();
  const [turn, setTurn] = useState(0);
  const [sizes, setSizes] = useState<StorageSizes | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each turn is a reason to measure
  useEffect(() => {
    let current = true;
    backend.storageSizes().then(
      (found) => {
        if (!current) return;
        setSizes(found);
        setError(null);
      },
      (refused: unknown) => current && setError(asAppError(refused)),
    );
    return () => {
      current = false;
    };
  }, [backend, turn]);
  return { sizes, error, measure: useCallback(() => setTurn((before) => before + 1), []) };
}
