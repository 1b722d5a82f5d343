import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { IconButton } from "../design/Button/Button";
import { Notice } from "../design/Notice/Notice";
import { useWords } from "../i18n";
import { type AppError, asAppError } from "../ipc/backend";
import { useAnnouncer } from "./announcer";
import styles from "./Refusals.module.css";
import { focusIfLost } from "./regions";

/** Lets an action run that has no place of its own to say why it was refused. */
export type Attempt = (action: Promise<unknown>) => void;

const AttemptContext = createContext<Attempt | null>(null);

export function useAttempt(): Attempt {
  const attempt = useContext(AttemptContext);
  if (!attempt) throw new Error("useAttempt needs a RefusalsProvider around it");
  return attempt;
}

/** Says, in view and aloud, why such an action was refused, until it is closed or another one succeeds. */
export function RefusalsProvider({ children }: { children: ReactNode }) {
  const { t, error: inWords } = useWords();
  const announcer = useAnnouncer();
  const [refused, setRefused] = useState<AppError | null>(null);

  const attempt = useMemo<Attempt>(
    () => (action) => {
      action.then(
        () => setRefused(null),
        (reason: unknown) => {
          const error = asAppError(reason);
          setRefused(error);
          announcer.alert(inWords(error));
        },
      );
    },
    [announcer, inWords],
  );

  return (
    <AttemptContext.Provider value={attempt}>
      {children}
      {refused && (
        <div className={styles.place}>
          <div className={styles.refusal}>
            <Notice tone="danger">
              <div className={styles.line}>
                <p>{inWords(refused)}</p>
                <IconButton
                  small
                  label={t("app-close")}
                  icon={<XIcon aria-hidden="true" />}
                  onPress={() => {
                    setRefused(null);
                    // After the button is gone, and with it the focus.
                    setTimeout(() => focusIfLost("composer", "timeline", "list", "rail"));
                  }}
                />
              </div>
            </Notice>
          </div>
        </div>
      )}
    </AttemptContext.Provider>
  );
}
