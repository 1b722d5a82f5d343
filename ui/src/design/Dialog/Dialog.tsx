import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components/Modal";
import styles from "./Dialog.module.css";

export interface DialogProps {
  isOpen: boolean;
  onClose(): void;
  title: string;
  /** An alert asks before something that cannot be taken back; clicking beside it does not close it. */
  alert?: boolean;
  /** What it was opened for is on its way: neither a click beside it nor Escape closes it. */
  busy?: boolean;
  children: ReactNode;
  /** The buttons, the one that changes least first: it has the focus. */
  actions?: ReactNode;
}

export function Dialog({ isOpen, onClose, title, alert = false, busy = false, children, actions }: DialogProps) {
  return (
    <ModalOverlay
      className={styles.scrim ?? ""}
      isOpen={isOpen}
      isDismissable={!alert && !busy}
      isKeyboardDismissDisabled={busy}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={styles.modal ?? ""}>
        <AriaDialog className={styles.dialog ?? ""} role={alert ? "alertdialog" : "dialog"}>
          <Heading slot="title" className={styles.title ?? ""}>
            {title}
          </Heading>
          <div className={styles.body}>{children}</div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** A picture over everything. */
export function Lightbox({
  isOpen,
  onClose,
  label,
  children,
}: {
  isOpen: boolean;
  onClose(): void;
  label: string;
  children: ReactNode;
}) {
  return (
    <ModalOverlay
      className={`${styles.scrim} ${styles.dark}`}
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={styles.lightbox ?? ""}>
        <AriaDialog className={styles.lightboxDialog ?? ""} aria-label={label}>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
