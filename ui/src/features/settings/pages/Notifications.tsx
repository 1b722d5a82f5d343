import { BellIcon } from "@phosphor-icons/react/dist/csr/Bell";
import { Select } from "../../../design/Select/Select";
import { useWords } from "../../../i18n";
import { useSettings } from "../../../stores/settings";
import type { SettingsPage } from "../page";
import { Group, Row } from "../Rows";
import { useChange } from "../useChange";

export const notifications: SettingsPage = {
  title: "settings-notifications",
  Icon: BellIcon,
  entries: ["settings-content"],
  Page: Notifications,
};

function Notifications() {
  const { t } = useWords();
  const settings = useSettings();
  const change = useChange();
  return (
    <Group>
      <Row entry="settings-content">
        {(names) => (
          <Select
            {...names}
            value={settings.notifications}
            options={[
              { value: "full", text: t("settings-content-full") },
              { value: "sender", text: t("settings-content-sender") },
              { value: "nothing", text: t("settings-content-nothing") },
            ]}
            onChange={(chosen) => void change({ notifications: chosen })}
          />
        )}
      </Row>
    </Group>
  );
}
