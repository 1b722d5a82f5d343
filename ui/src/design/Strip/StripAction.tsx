import { Button } from "react-aria-components/Button";
import styles from "./Strip.module.css";

/** What can be done about what a strip says. */
export function StripAction({ onPress, children }: { onPress(): void; children: string }) {
  return (
    <Button className={styles.action ?? ""} onPress={onPress}>
      {children}
    </Button>
  );
}
