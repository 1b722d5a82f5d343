import { PersonArmsSpreadIcon } from "@phosphor-icons/react/dist/csr/PersonArmsSpread";
import { Select } from "../../../design/Select/Select";
import { useWords } from "../../../i18n";
import { useSettings } from "../../../stores/settings";
import type { SettingsPage } from "../page";
import { Group, Row, SwitchRow } from "../Rows";
import { useChange } from "../useChange";

export const accessibility: SettingsPage = {
  title: "settings-accessibility",
  Icon: PersonArmsSpreadIcon,
  entries: ["settings-motion", "settings-announcements", "settings-large-targets", "settings-single-keys"],
  Page: Accessibility,
};

function Accessibility() {
  const { t } = useWords();
  const settings = useSettings();
  const change = useChange();
  return (
    <>
      <Group title={t("settings-reading")}>
        <SwitchRow
          entry="settings-motion"
          value={settings.motion === "reduced"}
          onChange={(reduced) => change({ motion: reduced ? "reduced" : "system" })}
        />
        <Row entry="settings-announcements">
          {(names) => (
            <Select
              {...names}
              value={settings.announcements}
              options={[
                { value: "all", text: t("settings-announcements-all") },
                { value: "mentions", text: t("settings-announcements-mentions") },
                { value: "none", text: t("settings-announcements-none") },
              ]}
              onChange={(announcements) => void change({ announcements })}
            />
          )}
        </Row>
      </Group>
      <Group title={t("settings-operating")}>
        <SwitchRow
          entry="settings-large-targets"
          value={settings.largeTargets}
          onChange={(largeTargets) => change({ largeTargets })}
        />
        <SwitchRow
          entry="settings-single-keys"
          value={settings.singleKeys}
          onChange={(singleKeys) => change({ singleKeys })}
        />
      </Group>
    </>
  );
}
