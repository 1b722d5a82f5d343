import { type ReactNode, useState } from "react";
import styles from "./Avatar.module.css";

/** `message` and `row` are as large as the chosen density has them. */
export type AvatarSize = "mini" | "tiny" | "small" | "medium" | "large" | "huge" | "message" | "row";

export interface AvatarProps {
  name: string;
  color: number;
  /** People are round, rooms are squared: the shape carries the kind, never the colour alone. */
  shape: "person" | "room";
  size?: AvatarSize;
  /** The picture's address, if there is one. */
  src?: string | null;
  children?: ReactNode;
}

const NO_INITIAL = /^(de|des|du|la|le|les|et|der|die|das|und|von|für|am|im|à|au|aux)$/i;

/** One or two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/[\s\-–—_.·|/]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const first = words[0];
  if (!first) return "#";
  const second = words.slice(1).find((word) => !NO_INITIAL.test(word));
  return [first, second]
    .map((word) => (word ? (Array.from(word)[0] ?? "") : ""))
    .join("")
    .toLocaleUpperCase();
}

/** A disc that stands for a person, a squared one that stands for a room; the name is always said beside it. */
export function Avatar({ name, color, shape, size = "medium", src, children }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const letters = initials(name);
  const brief = size === "mini" || size === "tiny";
  const names = [styles.avatar, styles[size], styles[shape], styles[`color${color % 8}`]];
  return (
    <span className={names.join(" ")} aria-hidden="true">
      {src && src !== broken ? (
        // biome-ignore lint/a11y/noNoninteractiveElementInteractions: a picture that does not load gives way to initials
        <img className={styles.picture} src={src} alt="" draggable={false} onError={() => setBroken(src)} />
      ) : (
        // Letters as an ornament, not as text: they are neither read, nor copied, nor part of a name.
        <span className={styles.letters} data-letters={brief ? Array.from(letters)[0] : letters} />
      )}
      {children}
    </span>
  );
}
