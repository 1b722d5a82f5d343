import { ArrowBendUpLeftIcon } from "@phosphor-icons/react/dist/csr/ArrowBendUpLeft";
import { SmileyIcon } from "@phosphor-icons/react/dist/csr/Smiley";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Dialog, DialogTrigger, Popover } from "react-aria-components/Popover";
import { Toolbar as AriaToolbar } from "react-aria-components/Toolbar";
import { useAttempt } from "../../a11y/Refusals";
import { IconButton } from "../../design/Button/Button";
import { useWords } from "../../i18n";
import type { Message } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { useSettings } from "../../stores/settings";
import { useActions } from "./actions";
import styles from "./Toolbar.module.css";

const QUICK = ["👍", "❤️", "😄", "🎉", "👀", "✅"] as const;

export interface ToolbarProps {
  message: Message;
  /** The row stays active while its popover is open. */
  onOpenChange(open: boolean): void;
}

/** What can be done with a message: on hover, and from the keyboard by Enter or by the keys themselves. */
export function Toolbar({ message, onOpenChange }: ToolbarProps) {
  const { t } = useWords();
  const { reply } = useActions();
  const { singleKeys } = useSettings();
  if (!message.canReact && !message.canReply) return null;
  return (
    <AriaToolbar className={styles.tools ?? ""} aria-label={t("timeline-actions")}>
      {message.canReact && <React message={message} onOpenChange={onOpenChange} />}
      {message.canReply && (
        <IconButton
          small
          excludeFromTabOrder
          label={t("timeline-reply")}
          shortcut={singleKeys ? "R" : undefined}
          icon={<ArrowBendUpLeftIcon aria-hidden="true" data-action="reply" />}
          onPress={() => reply(message)}
        />
      )}
    </AriaToolbar>
  );
}

function React({ message, onOpenChange }: ToolbarProps) {
  const { t } = useWords();
  const backend = useBackend();
  const attempt = useAttempt();
  const { roomId } = useActions();
  const { singleKeys } = useSettings();
  const [open, setOpen] = useState(false);

  function change(next: boolean) {
    setOpen(next);
    onOpenChange(next);
  }

  return (
    <DialogTrigger isOpen={open} onOpenChange={change}>
      <IconButton
        small
        excludeFromTabOrder
        label={t("timeline-react")}
        shortcut={singleKeys ? "+" : undefined}
        icon={<SmileyIcon aria-hidden="true" data-action="react" />}
      />
      <Popover className={styles.popover ?? ""} placement="top end" offset={6}>
        <Dialog aria-label={t("timeline-react")} className={styles.dialog ?? ""}>
          <AriaToolbar className={styles.quick ?? ""} aria-label={t("timeline-react")}>
            {QUICK.map((emoji, index) => (
              <Button
                key={emoji}
                className={styles.emoji ?? ""}
                aria-label={emoji}
                autoFocus={index === 0}
                onPress={() => {
                  change(false);
                  // What comes of it, the stream shows.
                  attempt(backend.toggleReaction(roomId, message.messageId, emoji));
                }}
              >
                {emoji}
              </Button>
            ))}
          </AriaToolbar>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
