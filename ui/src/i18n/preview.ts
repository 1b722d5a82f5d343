import type { Preview } from "../ipc/backend";
import type { Words } from "./index";

/** A message in one line, in words: for the list of rooms and for quotes. */
export function previewText(preview: Preview, t: Words["t"]): string {
  switch (preview.kind) {
    case "text":
      return preview.text;
    case "file":
      return preview.name;
    case "image":
      return t("preview-image");
    case "removed":
      return t("preview-removed");
    case "undecryptable":
      return t("preview-undecryptable");
    case "other":
      return t("preview-other");
  }
}
