import { useState } from "react";
import { Logo } from "../../design/Logo/Logo";
import { useBrand } from "../../stores/brand";
import { useBackend } from "../../stores/context";
import styles from "./Brand.module.css";

/** The organisation's picture beside the name, which says all that there is to say; without one, or a broken one, ours. */
export function BrandLogo() {
  const { logo } = useBrand();
  const backend = useBackend();
  const [broken, setBroken] = useState(false);
  if (!logo || broken) return <Logo tube="#fff" bell="#f2bd3e" />;
  return (
    <span className={styles.plate}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementInteractions: a picture that does not load gives way to ours */}
      <img src={backend.mediaUrl("logo")} alt="" draggable={false} onError={() => setBroken(true)} />
    </span>
  );
}
