import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { useRef } from "react";
import { IconButton } from "../../design/Button/Button";
import { Spinner } from "../../design/Button/Spinner";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import { useBackend } from "../../stores/context";
import type { Card, Unfit } from "../../stores/staging";
import styles from "./StagedPictures.module.css";
import { usePictureWords } from "./usePictures";

export interface StagedPicturesProps {
  cards: readonly Card[];
  unfit: readonly Unfit[];
  onRemove(card: Card): void;
  /** The last one was taken away, and the focus with it. */
  onNoneLeft(): void;
}

/** The pictures that will be sent, above the text, and what could not be taken among them. */
export function StagedPictures({ cards, unfit, onRemove, onNoneLeft }: StagedPicturesProps) {
  const { t } = useWords();
  const inWords = usePictureWords();
  const list = useRef<HTMLUListElement>(null);

  function remove(index: number) {
    const card = cards[index];
    if (!card) return;
    const buttons = list.current?.querySelectorAll("button") ?? [];
    const next = buttons[index + 1] ?? buttons[index - 1];
    onRemove(card);
    if (next) next.focus();
    else onNoneLeft();
  }

  return (
    <>
      {/* The region stands before there is something to say: otherwise it is not read out. */}
      <div role="status">
        {unfit.length > 0 && (
          <div className={styles.unfit}>
            <Notice tone="danger">
              {unfit.map(({ name, error }) => (
                <p key={`${name}-${error.code}`}>
                  {name === null ? inWords(error) : t("timeline-picture-unfit", { name, reason: inWords(error) })}
                </p>
              ))}
            </Notice>
          </div>
        )}
      </div>
      {cards.length > 0 && (
        // biome-ignore lint/a11y/noRedundantRoles: WebKit drops the role of a list without bullets
        <ul ref={list} role="list" className={styles.cards} aria-label={t("timeline-pictures")}>
          {cards.map((card, index) => (
            <li key={card.key} className={styles.card}>
              <Preview card={card} />
              <Facts card={card} />
              <IconButton
                small
                label={t("timeline-picture-remove", { name: card.name })}
                icon={<XIcon aria-hidden="true" />}
                onPress={() => remove(index)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Preview({ card: { staged } }: { card: Card }) {
  const backend = useBackend();
  return (
    <span className={styles.preview} aria-hidden="true">
      {staged ? <img src={backend.mediaUrl(staged.preview)} alt="" draggable={false} /> : <Spinner />}
    </span>
  );
}

function Facts({ card: { name, staged } }: { card: Card }) {
  const { t, formats } = useWords();
  return (
    <p className={styles.facts}>
      <span className={`${styles.name} truncate`} title={name}>
        {name}
      </span>
      <span className={`${styles.size} numeric`}>
        {staged ? formats.size(staged.size) : t("timeline-picture-preparing")}
      </span>
    </p>
  );
}
