import { useId, useState } from "react";
import { Virtualizer } from "virtua";
import { useAnnouncer } from "../../../a11y/announcer";
import { Button } from "../../../design/Button/Button";
import { SearchField } from "../../../design/SearchField/SearchField";
import { useWords } from "../../../i18n";
import type { Licence } from "../../../ipc/backend";
import { useBackend } from "../../../stores/context";
import { Row } from "../Rows";
import { folded } from "../search";
import { useTask } from "../useChange";
import styles from "./Components.module.css";

/** The components of others, once they are asked for: there are hundreds. */
export function Components() {
  const { t } = useWords();
  const backend = useBackend();
  const loading = useTask();
  const [all, setAll] = useState<readonly Licence[] | null>(null);
  const [shown, setShown] = useState(false);
  const id = useId();

  async function toggle() {
    if (shown) return setShown(false);
    const known =
      all !== null || (await loading.run(load, (found) => t("settings-components-count", { count: found })));
    if (known) setShown(true);
  }

  async function load(): Promise<number> {
    const found = await backend.licences();
    setAll(found);
    return found.length;
  }

  return (
    <Row entry="settings-components" below={shown && all && <ComponentList id={id} all={all} />}>
      {(names) => (
        <Button
          busy={loading.busy}
          aria-expanded={shown}
          {...(shown && { "aria-controls": id })}
          aria-describedby={names["aria-describedby"]}
          onPress={() => void toggle()}
        >
          {t(shown ? "settings-components-hide" : "settings-components-show")}
        </Button>
      )}
    </Row>
  );
}

/** Only what is in view is drawn: the list stays quick, however long it is. */
function ComponentList({ id, all }: { id: string; all: readonly Licence[] }) {
  const { t } = useWords();
  const announcer = useAnnouncer();
  const [query, setQuery] = useState("");
  const found = matching(all, query);

  function search(next: string) {
    setQuery(next);
    announcer.say(t("settings-components-count", { count: matching(all, next).length }));
  }

  return (
    <div id={id} className={styles.components}>
      <SearchField
        label={t("settings-components-search")}
        clear={t("settings-search-clear")}
        value={query}
        onChange={search}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: what draws only what is in view has elements of its own */}
      <div
        className={styles.list}
        role="list"
        aria-label={t("settings-components")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        tabIndex={0}
      >
        <Virtualizer data={found}>
          {(each, index) => (
            // biome-ignore lint/a11y/useSemanticElements: see above
            <div
              key={`${each.name} ${each.version}`}
              role="listitem"
              aria-posinset={index + 1}
              aria-setsize={found.length}
              className={styles.component}
            >
              <span className={styles.name}>
                {each.name} {each.version}
              </span>{" "}
              <span className={styles.licence}>{each.licence}</span>
            </div>
          )}
        </Virtualizer>
      </div>
    </div>
  );
}

function matching(all: readonly Licence[], query: string): readonly Licence[] {
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return all;
  return all.filter(({ name, version, licence }) => {
    const text = folded(`${name} ${version} ${licence}`);
    return wanted.every((word) => text.includes(word));
  });
}
