import { useEffect, useRef, useState } from "react";
import { Slider as AriaSlider, SliderFill, SliderOutput, SliderThumb, SliderTrack } from "react-aria-components/Slider";
import styles from "./Slider.module.css";

export interface SliderProps {
  /** Not by words that stand beside it: the thumb is named by the slider, and of two names only the first is said. */
  "aria-label": string;
  "aria-describedby": string;
  value: number;
  min: number;
  max: number;
  step: number;
  /**
   * In percent. Asked for when the thumb is let go: what changes the size of everything must not move it away from
   * the hand. The thumb goes back if that is refused.
   */
  onChange(value: number): Promise<unknown>;
}

/** A percentage on a line, between a small and a large letter. */
export function Slider({ value, min, max, step, onChange, ...naming }: SliderProps) {
  const [moved, setMoved] = useState(value);
  const held = useRef(false);
  const told = useRef(value);

  useEffect(() => {
    told.current = value;
    if (!held.current) setMoved(value);
  }, [value]);

  function tell(next: number) {
    if (next === told.current) return;
    told.current = next;
    onChange(next).catch(() => {
      told.current = value;
      setMoved(value);
    });
  }

  return (
    <AriaSlider
      {...naming}
      className={styles.slider ?? ""}
      value={moved}
      minValue={min}
      maxValue={max}
      step={step}
      formatOptions={{ style: "unit", unit: "percent" }}
      onChange={(next) => {
        setMoved(next);
        // Keys, and what a screen reader sets, have no end to wait for.
        if (!held.current) tell(next);
      }}
      onChangeEnd={(next) => {
        held.current = false;
        tell(next);
      }}
    >
      <span className={styles.small} aria-hidden="true" data-letter="A" />
      <SliderTrack
        className={styles.track ?? ""}
        onPointerDownCapture={() => {
          held.current = true;
        }}
      >
        <SliderFill className={styles.fill ?? ""} />
        <SliderThumb className={styles.thumb ?? ""} />
      </SliderTrack>
      <span className={styles.large} aria-hidden="true" data-letter="A" />
      <SliderOutput className={styles.output ?? ""} />
    </AriaSlider>
  );
}
