import { ImageBrokenIcon } from "@phosphor-icons/react/dist/csr/ImageBroken";
import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { useState } from "react";
import { IconButton } from "../../design/Button/Button";
import { Lightbox } from "../../design/Dialog/Dialog";
import { useWords } from "../../i18n";
import type { Image } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { percentOf } from "./messageName";
import styles from "./Picture.module.css";

const WIDEST = 347;
const HIGHEST = 260;

/** The box that a picture has before it is loaded, so that nothing moves when it comes. */
export function boxOf({ width, height }: Pick<Image, "width" | "height">): { width: number; height: number } {
  if (!width || !height) return { width: WIDEST, height: 220 };
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

export interface PictureProps {
  image: Image;
  /** How much of it is uploaded, from 0 to 1, while it is. */
  progress: number | null;
}

export function Picture({ image, progress }: PictureProps) {
  const { t } = useWords();
  const backend = useBackend();
  const [open, setOpen] = useState(false);
  const [broken, setBroken] = useState(false);
  const box = boxOf(image);

  if (broken) {
    return (
      <div className={styles.broken}>
        <ImageBrokenIcon aria-hidden="true" />
        <p>{t("timeline-image-missing")}</p>
        <button
          type="button"
          tabIndex={-1}
          onClick={(event) => {
            // The button goes: the focus stays with its message.
            event.currentTarget.closest<HTMLElement>("[data-message]")?.focus({ preventScroll: true });
            setBroken(false);
          }}
        >
          {t("app-retry")}
        </button>
      </div>
    );
  }
  return (
    <>
      <button
        type="button"
        tabIndex={-1}
        className={styles.picture}
        // The size is the sender's; through the style object it passes the page's policy.
        style={{ width: box.width, aspectRatio: `${box.width} / ${box.height}` }}
        aria-label={t("timeline-image-open", { name: image.name })}
        onClick={() => setOpen(true)}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveElementInteractions: a picture that does not load says so */}
        <img
          src={backend.mediaUrl(image.thumbnail ?? image.media)}
          alt=""
          loading="lazy"
          draggable={false}
          onError={() => setBroken(true)}
        />
        {progress !== null && <Upload progress={progress} />}
      </button>
      <Lightbox isOpen={open} onClose={() => setOpen(false)} label={t("timeline-image", { name: image.name })}>
        <div className={styles.viewer}>
          <header>
            <p className="truncate">{image.name}</p>
            <IconButton
              label={t("timeline-image-close")}
              icon={<XIcon aria-hidden="true" />}
              onPress={() => setOpen(false)}
              autoFocus
            />
          </header>
          <img src={backend.mediaUrl(image.media)} alt={t("timeline-image", { name: image.name })} />
        </div>
      </Lightbox>
    </>
  );
}

/** How far the upload got, on the picture; the message itself says it to screen readers. */
function Upload({ progress }: { progress: number }) {
  const { t } = useWords();
  return (
    <span className={styles.upload} aria-hidden="true">
      <span className="numeric">{t("timeline-uploading", { percent: percentOf(progress) })}</span>
      <span className={styles.bar}>
        <span style={{ width: `${percentOf(progress)}%` }} />
      </span>
    </span>
  );
}
