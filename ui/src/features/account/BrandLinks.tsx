import { ArrowSquareOutIcon } from "@phosphor-icons/react/dist/csr/ArrowSquareOut";
import { useAttempt } from "../../a11y/Refusals";
import { useWords } from "../../i18n";
import { useBrand } from "../../stores/brand";
import { useBackend } from "../../stores/context";
import styles from "./Brand.module.css";

/**
 * The organisation's pages, in the browser: no page of others is ever shown in this window. `start`: they stand at the
 * beginning of the line and not in its middle.
 */
export function BrandLinks({ start = false }: { start?: boolean }) {
  const { t } = useWords();
  const { links } = useBrand();
  const backend = useBackend();
  const attempt = useAttempt();
  if (links.length === 0) return null;
  return (
    <nav aria-label={t("brand-links")}>
      {/* biome-ignore lint/a11y/noRedundantRoles: WebKit drops the role of a list without bullets */}
      <ul role="list" className={start ? `${styles.links} ${styles.start}` : styles.links}>
        {links.map(({ kind, url }) => (
          <li key={kind}>
            <a
              href={url}
              onClick={(event) => {
                event.preventDefault();
                attempt(backend.openLink(url));
              }}
            >
              {t(`brand-${kind}`)}
              <ArrowSquareOutIcon aria-hidden="true" />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
