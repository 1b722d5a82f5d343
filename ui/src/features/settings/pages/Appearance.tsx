import { PaletteIcon } from "@phosphor-icons/react/dist/csr/Palette";
import { Segmented } from "../../../design/Segmented/Segmented";
import { Slider } from "../../../design/Slider/Slider";
import { useDrawnTheme } from "../../../design/theme";
import { useWords } from "../../../i18n";
import { useSettings } from "../../../stores/settings";
import { useLock } from "../LockLine";
import type { SettingsPage } from "../page";
import { Block, Group, Row } from "../Rows";
import { useChange } from "../useChange";
import { ThemeCards } from "./ThemeCards";

export const appearance: SettingsPage = {
  title: "settings-appearance",
  Icon: PaletteIcon,
  entries: ["settings-theme", "settings-text-size", "settings-density"],
  Page: Appearance,
};

function Appearance() {
  const { t } = useWords();
  const settings = useSettings();
  const change = useChange();
  const drawn = useDrawnTheme(useLock("theme") !== null);
  return (
    <>
      <Block entry="settings-theme" setting="theme">
        {(names, locked, mayChoose) => (
          <ThemeCards
            {...names}
            value={drawn(settings.theme)}
            isReadOnly={locked}
            // Where nothing can be chosen, what there would be is still in view. What would change nothing is no choice.
            mayChoose={(theme) => locked || (mayChoose({ value: theme }) && drawn(theme) === theme)}
            onChange={(theme) => void change({ theme })}
          />
        )}
      </Block>
      <Group title={t("settings-reading")}>
        <Row entry="settings-text-size">
          {(names) => (
            <Slider
              aria-label={t("settings-text-size")}
              aria-describedby={names["aria-describedby"]}
              value={settings.textSize}
              min={90}
              max={200}
              step={5}
              onChange={(textSize) => change({ textSize })}
            />
          )}
        </Row>
        <Row entry="settings-density">
          {(names) => (
            <Segmented
              {...names}
              value={settings.density}
              options={[
                { value: "comfortable", text: t("settings-density-comfortable") },
                { value: "compact", text: t("settings-density-compact") },
              ]}
              onChange={(density) => void change({ density })}
            />
          )}
        </Row>
      </Group>
    </>
  );
}
