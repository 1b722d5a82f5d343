import { memo, type ReactNode, useState } from "react";
import { useAttempt } from "../../a11y/Refusals";
import { useWords } from "../../i18n";
import type { RichNode, Style, RichText as Tree } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import styles from "./RichText.module.css";

/** Draws a formatted text from its tree. No HTML is ever set. */
export const RichText = memo(function RichText({ text }: { text: Tree }) {
  return <Nodes nodes={text} />;
});

function Nodes({ nodes }: { nodes: readonly RichNode[] }) {
  return nodes.map((node, index) => (
    // The tree of a message changes only as a whole: a place is an identity.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <Node key={index} node={node} />
  ));
}

const STYLES: Record<Style, "strong" | "em" | "u" | "s" | "code" | "sup" | "sub"> = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strike: "s",
  code: "code",
  superscript: "sup",
  subscript: "sub",
};

function Node({ node }: { node: RichNode }): ReactNode {
  const { t } = useWords();
  switch (node.kind) {
    case "text":
      return node.text;
    case "break":
      return <br />;
    case "styled": {
      const Element = STYLES[node.style];
      return (
        <Element>
          <Nodes nodes={node.children} />
        </Element>
      );
    }
    case "link":
      return <Link url={node.url} nodes={node.children} />;
    case "mention":
      return <span className={node.me ? `${styles.mention} ${styles.me}` : styles.mention}>@{node.name}</span>;
    case "roomMention":
      return <span className={`${styles.mention} ${styles.me}`}>{t("timeline-everyone")}</span>;
    case "paragraph":
      return (
        <p>
          <Nodes nodes={node.children} />
        </p>
      );
    case "heading":
      // Levels of the page belong to the window; a message's headings are emphasis within it.
      return (
        <p className={styles.heading} data-level={node.level}>
          <Nodes nodes={node.children} />
        </p>
      );
    case "quote":
      return (
        <blockquote>
          <Nodes nodes={node.children} />
        </blockquote>
      );
    case "codeBlock":
      return (
        <figure
          className={styles.code}
          aria-label={node.language ? t("timeline-code-language", { language: node.language }) : t("timeline-code")}
        >
          <pre>{node.text}</pre>
        </figure>
      );
    case "list": {
      const items = node.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above, a place is an identity
        <li key={index}>
          <Nodes nodes={item} />
        </li>
      ));
      return node.start === null ? <ul>{items}</ul> : <ol start={node.start}>{items}</ol>;
    }
    case "table":
      return <Table node={node} />;
    case "spoiler":
      return <Spoiler reason={node.reason} nodes={node.children} />;
    case "rule":
      return <hr />;
  }
}

function Link({ url, nodes }: { url: string; nodes: readonly RichNode[] }) {
  const backend = useBackend();
  const attempt = useAttempt();
  return (
    <a
      href={url}
      title={url}
      tabIndex={-1}
      onClick={(event) => {
        event.preventDefault();
        attempt(backend.openLink(url));
      }}
    >
      <Nodes nodes={nodes} />
    </a>
  );
}

function Table({ node }: { node: Extract<RichNode, { kind: "table" }> }) {
  const [head, ...rest] = node.rows;
  const body = node.heading ? rest : node.rows;
  return (
    <div className={styles.table}>
      <table>
        {node.heading && head && (
          <thead>
            <tr>
              {head.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a place is an identity
                <th key={index} scope="col">
                  <Nodes nodes={cell} />
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {body.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place is an identity
            <tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a place is an identity
                <td key={column}>
                  <Nodes nodes={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Spoiler({ reason, nodes }: { reason: string | null; nodes: readonly RichNode[] }) {
  const { t } = useWords();
  const [shown, setShown] = useState(false);
  if (shown) {
    return (
      <span className={styles.revealed}>
        <Nodes nodes={nodes} />
      </span>
    );
  }
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.spoiler}
      onClick={(event) => {
        // The button goes: the focus stays with its message.
        event.currentTarget.closest<HTMLElement>("[data-message]")?.focus({ preventScroll: true });
        setShown(true);
      }}
    >
      {reason ? t("timeline-spoiler-reason", { reason }) : t("timeline-spoiler")}
    </button>
  );
}
