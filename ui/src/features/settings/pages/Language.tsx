import { TranslateIcon } from "@phosphor-icons/react/dist/csr/Translate";
import { Segmented } from "../../../design/Segmented/Segmented";
import { useSettings } from "../../../stores/settings";
import type { SettingsPage } from "../page";
import { Group, Row } from "../Rows";
import { useChange } from "../useChange";

export const language: SettingsPage = {
  title: "settings-languages",
  Icon: TranslateIcon,
  entries: ["settings-language"],
  Page: Language,
};

function Language() {
  const settings = useSettings();
  const change = useChange();
  return (
    <Group>
      <Row entry="settings-language" setting="language">
        {(names, locked) => (
          <Segmented
            {...names}
            value={settings.language}
            isReadOnly={locked}
            options={[
              { value: "fr", text: "Français", lang: "fr" },
              { value: "de", text: "Deutsch", lang: "de" },
            ]}
            onChange={(chosen) => void change({ language: chosen })}
          />
        )}
      </Row>
    </Group>
  );
}
