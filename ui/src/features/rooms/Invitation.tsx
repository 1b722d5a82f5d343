import { useState } from "react";
import { Avatar } from "../../design/Avatar/Avatar";
import { Button } from "../../design/Button/Button";
import { EmptyState } from "../../design/EmptyState/EmptyState";
import { Notice } from "../../design/Notice/Notice";
import { useWords } from "../../i18n";
import { type AppError, asAppError, type RoomDetails } from "../../ipc/backend";
import { useBackend } from "../../stores/context";
import styles from "./Invitation.module.css";

/** An invitation that waits for an answer, in the place where the messages will be. */
export function Invitation({ room, onDeclined }: { room: RoomDetails; onDeclined(): void }) {
  const { t, error: inWords } = useWords();
  const backend = useBackend();
  const [busy, setBusy] = useState<"accept" | "decline" | null>(null);
  const [error, setError] = useState<AppError | null>(null);

  async function answer(kind: "accept" | "decline") {
    setBusy(kind);
    setError(null);
    try {
      if (kind === "accept") await backend.acceptInvitation(room.id);
      else await backend.declineInvitation(room.id);
      if (kind === "decline") onDeclined();
    } catch (refused) {
      setError(asAppError(refused));
    }
    setBusy(null);
  }

  return (
    <EmptyState
      icon={<Avatar name={room.name} color={room.color} shape={room.direct ? "person" : "room"} size="huge" />}
      title={t("rooms-invited")}
    >
      <p>{t(room.direct ? "rooms-invited-direct" : "rooms-invited-room", { name: room.name })}</p>
      <div role="status">{error && <Notice tone="danger">{inWords(error)}</Notice>}</div>
      <div className={styles.actions}>
        <Button isDisabled={busy === "accept"} busy={busy === "decline"} onPress={() => void answer("decline")}>
          {t("rooms-decline")}
        </Button>
        <Button
          kind="primary"
          isDisabled={busy === "decline"}
          busy={busy === "accept"}
          onPress={() => void answer("accept")}
        >
          {t("rooms-accept")}
        </Button>
      </div>
    </EmptyState>
  );
}
