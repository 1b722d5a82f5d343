import { ImageIcon } from "@phosphor-icons/react/dist/csr/Image";
import { ProhibitIcon } from "@phosphor-icons/react/dist/csr/Prohibit";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { useWords } from "../../i18n";
import { usePolicy } from "../../stores/policy";
import styles from "./DropTarget.module.css";
import { usePictures } from "./usePictures";

export interface DropTargetProps {
  roomId: string;
  /** Where nothing may be sent, nothing is taken. */
  enabled: boolean;
  onDropped(): void;
  children: ReactNode;
}

const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

/** The open conversation takes pictures that are dropped on it; without a mouse, the composer's button does the same. */
export function DropTarget({ roomId, enabled, onDropped, children }: DropTargetProps) {
  const { t } = useWords();
  const pictures = usePictures(roomId);
  const { images } = usePolicy();
  const [over, setOver] = useState(false);
  /** Each element within is entered and left for itself. */
  const depth = useRef(0);

  function leave() {
    depth.current = 0;
    setOver(false);
  }

  return (
    // biome-ignore lint/a11y/noNoninteractiveElementInteractions: see above
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      className={styles.target}
      onDragEnter={(event) => {
        if (!enabled || !holdsFiles(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => {
        if (!enabled || !holdsFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDragLeave={(event) => {
        if (!over || !holdsFiles(event)) return;
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDrop={(event) => {
        leave();
        const files = [...event.dataTransfer.files];
        if (!enabled || files.length === 0) return;
        event.preventDefault();
        void pictures.take(files);
        onDropped();
      }}
    >
      {children}
      {over && (
        <div className={styles.sign}>
          <p className={styles.words}>
            {images ? <ImageIcon aria-hidden="true" /> : <ProhibitIcon aria-hidden="true" />}
            {t(images ? "timeline-drop" : "policies-no-images")}
          </p>
        </div>
      )}
    </div>
  );
}
