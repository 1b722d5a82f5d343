import { BellIcon } from "@phosphor-icons/react/dist/csr/Bell";
import { Select } from "../../../design/Select/Select";
import { useWords } from "../../../i18n";
import { useSettings } from "../../../stores/settings";
import type { PageProps, SettingsPage } from "../page";
import { Group, Row, SwitchRow } from "../Rows";
import { useChange } from "../useChange";

export const notifications: SettingsPage = {
  title: "settings-notifications",
  Icon: BellIcon,
  entries: ["settings-content", "settings-close-to-tray"],
  trayEntries: ["settings-close-to-tray"],
  Page: Notifications,
};

function Notifications({ info }: PageProps) {
  const { t } = useWords();
  const settings = useSettings();
  const change = useChange();
  return (
    <Group>
      <Row entry="settings-content" setting="notifications">
        {(names, locked, mayChoose) => (
          <Select
            {...names}
            value={settings.notifications}
            isReadOnly={locked}
            options={[
              { value: "full" as const, text: t("settings-content-full") },
              { value: "sender" as const, text: t("settings-content-sender") },
              { value: "nothing" as const, text: t("settings-content-nothing") },
            ].filter(mayChoose)}
            onChange={(chosen) => void change({ notifications: chosen })}
          />
        )}
      </Row>
      {info?.tray && (
        <SwitchRow
          entry="settings-close-to-tray"
          value={settings.closeToTray}
          onChange={(closeToTray) => change({ closeToTray })}
        />
      )}
    </Group>
  );
}
