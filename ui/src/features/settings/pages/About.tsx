import { InfoIcon } from "@phosphor-icons/react/dist/csr/Info";
import { useWords } from "../../../i18n";
import type { PageProps, SettingsPage } from "../page";
import { Group, Row } from "../Rows";
import { Components } from "./Components";
import styles from "./Facts.module.css";

export const about: SettingsPage = {
  title: "settings-about",
  Icon: InfoIcon,
  entries: ["settings-versions", "settings-licence", "settings-components"],
  Page: About,
};

function About({ info }: PageProps) {
  const { t } = useWords();
  const parts = info && [
    { name: "Estafette", value: info.version },
    { name: t("settings-versions-sdk"), value: info.sdk },
    { name: t("settings-versions-webview"), value: info.webview },
    { name: t("settings-versions-system"), value: info.system },
  ];
  return (
    <Group>
      <Row
        entry="settings-versions"
        below={
          parts && (
            <dl className={styles.facts}>
              {parts.map(({ name, value }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="numeric">{value}</dd>
                </div>
              ))}
            </dl>
          )
        }
      >
        {null}
      </Row>
      <Row entry="settings-licence">
        <span className={styles.value}>EUPL-1.2</span>
      </Row>
      <Components />
    </Group>
  );
}
