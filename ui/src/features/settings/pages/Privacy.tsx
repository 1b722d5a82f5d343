import { EyeSlashIcon } from "@phosphor-icons/react/dist/csr/EyeSlash";
import { useSettings } from "../../../stores/settings";
import type { SettingsPage } from "../page";
import { Group, SwitchRow } from "../Rows";
import { useChange } from "../useChange";

export const privacy: SettingsPage = {
  title: "settings-privacy",
  Icon: EyeSlashIcon,
  entries: ["settings-receipts", "settings-typing"],
  Page: Privacy,
};

function Privacy() {
  const settings = useSettings();
  const change = useChange();
  return (
    <Group>
      <SwitchRow
        entry="settings-receipts"
        setting="receipts"
        value={settings.receipts}
        onChange={(receipts) => change({ receipts })}
      />
      <SwitchRow entry="settings-typing" value={settings.typing} onChange={(typing) => change({ typing })} />
    </Group>
  );
}
