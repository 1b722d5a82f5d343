import { ArrowLeftIcon } from "@phosphor-icons/react/dist/csr/ArrowLeft";
import { type ReactNode, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { focusFirst } from "../../a11y/regions";
import { IconButton } from "../../design/Button/Button";
import { Desk } from "../../design/Desk/Desk";
import { isNarrow } from "../../design/theme";
import { useWords } from "../../i18n";
import type { Person } from "../../ipc/backend";
import { usePolicy } from "../../stores/policy";
import { FoundProvider, LeadProvider } from "./found";
import type { SettingId, SettingsPage } from "./page";
import { PAGES, pagesOf } from "./pages";
import { SettingsColumn } from "./SettingsColumn";
import styles from "./SettingsView.module.css";
import type { Hit } from "./search";
import { useAppInfo } from "./useAppInfo";

export interface SettingsViewProps {
  me: Person;
  /** They were opened without a pointer: the focus comes along. */
  byKey: boolean;
  strips: ReactNode;
  /** What stands below the list of pages. */
  foot: ReactNode;
  onClose(): void;
}

/** What is on the sheet. */
interface Shown {
  page: SettingsPage;
  /** The page was asked for; in a narrow window, it then covers the list. */
  chosen: boolean;
  /** The setting that the search led to. */
  found: string | null;
  takeFocus: boolean;
}

/** The row of a setting on the sheet. */
function settingIn(sheet: HTMLElement | null, setting: string | null): HTMLElement | null {
  return setting ? (sheet?.querySelector<HTMLElement>(`[data-setting="${setting}"]`) ?? null) : null;
}

/** The settings, in the place of the messages: the pages in the column, one of them on the sheet. */
export function SettingsView({ me, byKey, strips, foot, onClose }: SettingsViewProps) {
  const { t } = useWords();
  const info = useAppInfo();
  const [shown, setShown] = useState<Shown>({ page: PAGES[0], chosen: false, found: null, takeFocus: byKey });
  const title = useRef<HTMLHeadingElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  /** Whether something of the setting that the search led to is to be seen. */
  const inView = useRef(false);
  const { chosen, found } = shown;
  const policy = usePolicy();
  const pages = useMemo(() => pagesOf(policy), [policy]);
  const still = pages.find((page) => page.title === shown.page.title);
  const page = still ?? PAGES[0];

  // After the page is drawn: it starts at its top, and says what it is where there is no pointer.
  useLayoutEffect(() => {
    const view = sheet.current;
    const setting = settingIn(view, shown.found);
    if (setting) {
      // The way to a rule stands before the control.
      if (!focusFirst(setting.querySelector<HTMLElement>("[data-control]") ?? setting)) setting.focus();
      setting.scrollIntoView?.({ block: "center" });
      inView.current = true;
      return;
    }
    inView.current = false;
    if (view) view.scrollTop = 0;
    if (!shown.takeFocus) return;
    if (!shown.chosen && isNarrow()) title.current?.focus();
    else heading.current?.focus();
  }, [shown]);

  // What is told above it has come or gone: who was led to a setting and still looks at it does not lose it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of what is decided may move it
  useLayoutEffect(() => {
    if (inView.current) settingIn(sheet.current, found)?.scrollIntoView?.({ block: "nearest" });
  }, [policy]);

  function onScroll() {
    const setting = settingIn(sheet.current, found)?.getBoundingClientRect();
    const view = sheet.current?.getBoundingClientRect();
    inView.current = !!setting && !!view && setting.bottom > view.top && setting.top < view.bottom;
  }

  // Nobody decides on anything any more: the page of that is gone, and with it perhaps the focus.
  const gone = still === undefined;
  useEffect(() => {
    if (!gone) return;
    const lost = document.activeElement === document.body;
    setShown((before) => ({ ...before, page: PAGES[0], found: null, takeFocus: lost }));
  }, [gone]);

  const openPage = (next: SettingsPage, takeFocus: boolean) =>
    setShown({ page: next, chosen: true, found: null, takeFocus });
  const openHit = ({ page: next, entry }: Hit) => setShown({ page: next, chosen: true, found: entry, takeFocus: true });

  function lead(entry: SettingId) {
    const next = pages.find(({ entries }) => entries.includes(entry));
    if (next) openHit({ page: next, entry });
  }

  function backToList() {
    setShown({ ...shown, chosen: false, found: null, takeFocus: true });
  }
  useEscape(() => {
    if (chosen && isNarrow()) backToList();
    else onClose();
  });

  const { Page } = page;
  return (
    <Desk
      open={chosen}
      label={t(page.title)}
      strips={strips}
      column={
        <SettingsColumn
          me={me}
          info={info}
          pages={pages}
          page={page}
          title={title}
          foot={foot}
          onPage={openPage}
          onHit={openHit}
          onClose={onClose}
        />
      }
    >
      <div ref={sheet} className={styles.sheet} data-region="page" onScroll={onScroll}>
        <div className={styles.measure}>
          <header className={styles.head}>
            <span className={styles.back}>
              <IconButton label={t("settings-back")} icon={<ArrowLeftIcon aria-hidden="true" />} onPress={backToList} />
            </span>
            <h1 ref={heading} tabIndex={-1} className={styles.title} data-region-focus>
              {t(page.title)}
            </h1>
          </header>
          <FoundProvider value={found}>
            <LeadProvider value={lead}>
              {/* With the page goes what was begun on it. */}
              <Page key={page.title} me={me} info={info} />
            </LeadProvider>
          </FoundProvider>
        </div>
      </div>
    </Desk>
  );
}

/** Esc, unless something nearer has a use for it. */
function useEscape(onEscape: () => void): void {
  const act = useEffectEvent(onEscape);
  useEffect(() => {
    let nearer = false;
    // A dialog that closes is gone before the key comes back up to here: seen on its way down.
    const before = () => {
      nearer = document.querySelector("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]") !== null;
    };
    const listener = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || nearer) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", before, true);
    window.addEventListener("keydown", listener);
    return () => {
      window.removeEventListener("keydown", before, true);
      window.removeEventListener("keydown", listener);
    };
  }, []);
}
