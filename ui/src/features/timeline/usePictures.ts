import { useCallback, useMemo } from "react";
import { useAnnouncer } from "../../a11y/announcer";
import { useWords } from "../../i18n";
import type { AppError } from "../../ipc/backend";
import { useSession } from "../../stores/context";
import { usePolicy } from "../../stores/policy";
import type { Card } from "../../stores/staging";

export interface Pictures {
  /** True when something was chosen. */
  choose(): Promise<boolean>;
  take(files: readonly File[]): Promise<void>;
  remove(card: Card): void;
}

/** Puts pictures beside the text of a room and takes them away, and says so. */
export function usePictures(roomId: string): Pictures {
  const { t } = useWords();
  const announcer = useAnnouncer();
  const { staging } = useSession();
  const { images } = usePolicy();
  return useMemo(() => {
    // What could not be taken is said by the region that shows it.
    const say = (cards: readonly Card[]) => {
      const [only] = cards;
      if (cards.length === 1 && only) announcer.say(t("timeline-picture-added", { name: only.name }));
      else if (cards.length > 1) announcer.say(t("timeline-pictures-added", { count: cards.length }));
      return cards.length > 0;
    };
    return {
      choose: async () => say(await staging.choose(roomId)),
      take: async (files) => {
        if (images) say(await staging.take(roomId, files));
        else await staging.refuse(roomId);
      },
      remove: (card) => {
        staging.remove(roomId, card);
        announcer.say(t("timeline-picture-removed", { name: card.name }));
      },
    };
  }, [roomId, staging, announcer, t, images]);
}

/** Why a picture was not taken or not sent, in words: the organisation decides here on pictures, not on a setting. */
export function usePictureWords(): (error: AppError) => string {
  const { t, error: inWords } = useWords();
  return useCallback((error) => (error.code === "managed" ? t("policies-no-images") : inWords(error)), [t, inWords]);
}

/** The pictures of what is pasted. None where there is text too: a program that copies both means the text. */
export function picturesOf(data: DataTransfer): File[] {
  if (data.types.includes("text/plain") && data.getData("text/plain").trim() !== "") return [];
  // Not every engine lists among the files what never was one, such as a screenshot.
  const files = data.files.length > 0 ? [...data.files] : [...data.items].map((item) => item.getAsFile());
  return files.filter((file) => file !== null).filter((file) => file.type.startsWith("image/"));
}
