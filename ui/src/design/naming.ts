/** How a control gets its name: from words of its own, or from those that stand beside it. */
export type Naming =
  | { "aria-label": string; "aria-labelledby"?: never; "aria-describedby"?: string }
  | { "aria-label"?: never; "aria-labelledby": string; "aria-describedby"?: string };
