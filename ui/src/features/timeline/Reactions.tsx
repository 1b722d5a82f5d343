import { useAttempt } from "../../a11y/Refusals";
import { useWords } from "../../i18n";
import type { Message, Reaction } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import { useActions } from "./actions";
import styles from "./Reactions.module.css";

export function Reactions({ message }: { message: Message }) {
  const { t, formats } = useWords();
  const backend = useBackend();
  const attempt = useAttempt();
  const { roomId } = useActions();
  if (message.reactions.length === 0) return null;

  const name = (reaction: Reaction) => {
    const others = reaction.count - reaction.names.length;
    const names = others > 0 ? [...reaction.names, t("timeline-reaction-others", { count: others })] : reaction.names;
    return t("timeline-reaction", { emoji: reaction.key, count: reaction.count, names: formats.list(names) });
  };

  return (
    <div className={styles.reactions}>
      {message.reactions.map((reaction) => (
        <button
          key={reaction.key}
          type="button"
          tabIndex={-1}
          className={reaction.mine ? `${styles.reaction} ${styles.mine}` : styles.reaction}
          aria-pressed={reaction.mine}
          aria-label={name(reaction)}
          title={name(reaction)}
          disabled={!message.canReact}
          // What comes of it, the stream shows.
          onClick={() => attempt(backend.toggleReaction(roomId, message.messageId, reaction.key))}
        >
          <span className={styles.emoji}>{reaction.key}</span>
          {reaction.count}
        </button>
      ))}
    </div>
  );
}
