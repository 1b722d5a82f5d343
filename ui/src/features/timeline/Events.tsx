import { CaretRightIcon } from "@phosphor-icons/react/dist/csr/CaretRight";
import { memo, useState } from "react";
import { useWords, type Words } from "../../i18n";
import type { RoomEvent } from "../../ipc/backend";
import styles from "./Events.module.css";

/** What happened to the room; more than a few at a time fold into one line. */
export const Events = memo(function Events({ events, current }: { events: readonly RoomEvent[]; current: boolean }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const [only] = events;
  if (events.length === 1 && only) {
    return (
      <article
        className={styles.event}
        data-message
        data-region-focus={current || undefined}
        aria-label={eventText(only, t)}
        tabIndex={current ? 0 : -1}
      >
        {eventText(only, t)}
      </article>
    );
  }
  return (
    <div className={styles.fold}>
      <button
        type="button"
        className={styles.toggle}
        data-message
        data-region-focus={current || undefined}
        tabIndex={current ? 0 : -1}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <CaretRightIcon aria-hidden="true" />
        {t("timeline-events", { count: events.length })}
      </button>
      {open &&
        events.map((event) => (
          <article
            key={`${event.timestamp}-${event.actor.userId}-${event.change.kind}`}
            className={styles.event}
            data-message
            aria-label={eventText(event, t)}
            tabIndex={-1}
          >
            {eventText(event, t)}
          </article>
        ))}
    </div>
  );
});

/** What happened, in one sentence. */
export function eventText({ actor, change }: RoomEvent, t: Words["t"]): string {
  const who = { actor: actor.name };
  switch (change.kind) {
    case "created":
      return t("timeline-event-created", who);
    case "joined":
      return t("timeline-event-joined", who);
    case "left":
      return t("timeline-event-left", who);
    case "declined":
      return t("timeline-event-declined", who);
    case "invited":
      return t("timeline-event-invited", { ...who, subject: change.subject });
    case "removed":
      return t("timeline-event-removed", { ...who, subject: change.subject });
    case "banned":
      return t("timeline-event-banned", { ...who, subject: change.subject });
    case "profileChanged":
      return t("timeline-event-profile", who);
    case "named":
      return t("timeline-event-named", { ...who, name: change.name });
    case "topicChanged":
      return change.topic
        ? t("timeline-event-topic", { ...who, topic: change.topic })
        : t("timeline-event-topic-none", who);
    case "pictureChanged":
      return t("timeline-event-picture", who);
    case "encrypted":
      return t("timeline-event-encrypted", who);
    case "other":
      return t("timeline-event-other", who);
  }
}
