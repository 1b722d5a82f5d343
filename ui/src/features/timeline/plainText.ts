import type { Words } from "../../i18n";
import type { Message, RichNode } from "../../ipc/backend";

/** A formatted text in one line, for screen readers, quotes and announcements. */
export function plainText(nodes: readonly RichNode[], t: Words["t"]): string {
  return nodes
    .map((node) => textOf(node, t))
    .join("")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function textOf(node: RichNode, t: Words["t"]): string {
  const inner = (children: readonly RichNode[]) => children.map((child) => textOf(child, t)).join("");
  const entries = (all: readonly RichNode[][]) => all.map((each) => inner(each).trim()).join(", ");
  switch (node.kind) {
    case "text":
      return node.text;
    case "break":
    case "rule":
      return " ";
    case "styled":
    case "link":
      return inner(node.children);
    case "mention":
      return `@${node.name}`;
    case "roomMention":
      return t("timeline-everyone");
    case "paragraph":
    case "heading":
    case "quote":
      return ` ${inner(node.children)} `;
    case "codeBlock":
      return ` ${node.text} `;
    case "list":
      return ` ${entries(node.items)} `;
    case "table":
      return ` ${node.rows.map(entries).join("; ")} `;
    case "spoiler":
      // What its sender hid is not read out unasked either.
      return t("timeline-spoiler");
  }
}

/** What a message says, in one line. */
export function messageText({ body, sender }: Message, t: Words["t"]): string {
  switch (body.kind) {
    case "text":
    case "notice":
    case "emote":
      return plainText(body.text, t);
    case "image":
      return [t("timeline-image", { name: body.name }), body.caption && plainText(body.caption, t)]
        .filter(Boolean)
        .join(", ");
    case "file":
      return [`${t("timeline-file")} ${body.name}`, body.caption && plainText(body.caption, t)]
        .filter(Boolean)
        .join(", ");
    case "removed":
      return t("timeline-removed");
    case "undecryptable":
      return `${t("timeline-undecryptable")}. ${t(reasonId(body.reason), { name: sender.name })}`;
    case "unsupported":
      return t("timeline-unsupported");
  }
}

/** The id of the words for why a message cannot be read. */
export function reasonId(reason: Extract<Message["body"], { kind: "undecryptable" }>["reason"]): string {
  return `timeline-undecryptable-${kebab(reason)}`;
}

/** The id of the words for what must be known about a message's encryption. */
export function warningId(warning: NonNullable<Message["warning"]>): string {
  return `timeline-warning-${kebab(warning)}`;
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The beginning of a message, for the banner of an answer to it. */
export function plainLine(message: Message, t: Words["t"]): string {
  return messageText(message, t).slice(0, 200);
}
