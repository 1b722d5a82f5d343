import { ArrowLeftIcon } from "@phosphor-icons/react/dist/csr/ArrowLeft";
import { type KeyboardEvent, type ReactNode, type Ref, useRef, useState } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { Avatar } from "../../design/Avatar/Avatar";
import { IconButton } from "../../design/Button/Button";
import { SearchField } from "../../design/SearchField/SearchField";
import { useWords } from "../../i18n";
import type { AppInfo, Person } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import type { SettingsPage } from "./page";
import styles from "./SettingsColumn.module.css";
import { type Hit, searchSettings } from "./search";

export interface SettingsColumnProps {
  me: Person;
  info: AppInfo | null;
  pages: readonly SettingsPage[];
  /** The page on the sheet. */
  page: SettingsPage;
  title: Ref<HTMLHeadingElement>;
  /** What stands at the very end. */
  foot: ReactNode;
  onPage(page: SettingsPage, takeFocus: boolean): void;
  onHit(hit: Hit): void;
  onClose(): void;
}

/** The pages, and the search over all of them. */
export function SettingsColumn({ me, info, pages, page, title, foot, onPage, onHit, onClose }: SettingsColumnProps) {
  const { t } = useWords();
  const backend = useBackend();
  const announcer = useAnnouncer();
  const tray = info?.tray ?? false;
  const [query, setQuery] = useState("");
  const hits = searchSettings(pages, query, t, tray);
  const column = useRef<HTMLElement>(null);

  function search(next: string) {
    setQuery(next);
    if (!next.trim()) return;
    announcer.say(t("settings-results", { count: searchSettings(pages, next, t, tray).length }));
  }

  function choose(hit: Hit) {
    setQuery("");
    onHit(hit);
  }

  /** ↑ and ↓ go from the field to what it found and back. */
  function onKeyDown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey || !query) return;
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [...(column.current?.querySelectorAll<HTMLElement>("input, [data-hit]") ?? [])];
    const at = stops.indexOf(event.target as HTMLElement);
    if (at === -1) return;
    event.preventDefault();
    stops[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  }

  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: the keys are those of what stands within
    <section
      ref={column}
      className={styles.column}
      aria-label={t("settings-title")}
      data-region="list"
      onKeyDown={onKeyDown}
    >
      <header className={styles.head}>
        <span className={styles.back}>
          <IconButton label={t("app-back")} icon={<ArrowLeftIcon aria-hidden="true" />} onPress={onClose} />
        </span>
        <h2 ref={title} tabIndex={-1} className={styles.title}>
          {t("settings-title")}
        </h2>
      </header>
      <div className={styles.search}>
        <SearchField
          regionFocus
          label={t("settings-search")}
          clear={t("settings-search-clear")}
          value={query}
          onChange={search}
          onKeyDown={(event) => {
            const [first] = hits;
            if (event.key !== "Enter" || !first || event.nativeEvent.isComposing) return;
            // The key would press what then has the focus.
            event.preventDefault();
            choose(first);
          }}
        />
      </div>
      <div className={styles.scroll}>
        {query.trim() ? (
          <Results query={query} hits={hits} onChoose={choose} />
        ) : (
          <>
            <div className={styles.person}>
              <Avatar
                name={me.name}
                color={me.color}
                shape="person"
                size="large"
                src={me.avatar && backend.mediaUrl(me.avatar)}
              />
              <p className={styles.who}>
                <b className="truncate" title={me.name}>
                  {me.name}
                </b>
                <span className="truncate" title={me.userId}>
                  {me.userId}
                </span>
              </p>
            </div>
            <nav className={styles.pages} aria-label={t("settings-pages")}>
              {pages.map((each) => (
                <button
                  key={each.title}
                  type="button"
                  className={each === page ? `${styles.entry} ${styles.current}` : styles.entry}
                  aria-current={each === page ? "page" : undefined}
                  // Keys and screen readers click without a pointer.
                  onClick={(event) => onPage(each, event.detail === 0)}
                >
                  <each.Icon weight={each === page ? "fill" : "regular"} aria-hidden="true" />
                  <span>{t(each.title)}</span>
                </button>
              ))}
            </nav>
          </>
        )}
        <footer className={styles.foot}>
          <p className={styles.version}>{info && t("settings-version", { version: info.version })}</p>
          {foot}
        </footer>
      </div>
    </section>
  );
}

interface ResultsProps {
  query: string;
  hits: readonly Hit[];
  onChoose(hit: Hit): void;
}

function Results({ query, hits, onChoose }: ResultsProps) {
  const { t } = useWords();
  if (hits.length === 0) return <p className={styles.none}>{t("settings-results-none", { query: query.trim() })}</p>;
  return (
    <nav aria-label={t("settings-results-label")}>
      {/* biome-ignore lint/a11y/noRedundantRoles: WebKit drops the role of a list without bullets */}
      <ul role="list" className={styles.pages}>
        {hits.map((hit) => (
          <li key={hit.entry}>
            <button
              type="button"
              className={styles.entry}
              data-hit
              aria-label={`${t(hit.entry)}, ${t(hit.page.title)}`}
              onClick={() => onChoose(hit)}
            >
              <hit.page.Icon aria-hidden="true" />
              <span className={styles.words}>
                <b>{t(hit.entry)}</b>
                <span>{t(hit.page.title)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
