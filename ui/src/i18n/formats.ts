// Dates, times and sizes as the language writes them. Formatters are made once: `Intl`'s are slow to make.

export interface Formats {
  /** 10:24 */
  time(timestamp: number): string;
  /** For a list: the time today, else yesterday, the weekday within a week, the date. */
  moment(timestamp: number, now: number): string;
  /** For a line between two days: today, yesterday, Monday 23 November. */
  day(timestamp: number, now: number): string;
  /** The whole date with its time, for tooltips and screen readers. */
  full(timestamp: number): string;
  /** 2,4 Mo */
  size(bytes: number): string;
  number(value: number): string;
  /** A, B and C */
  list(names: readonly string[]): string;
}

/** Whole days from `timestamp`'s day to `now`'s, by the calendar of this machine. */
export function daysBetween(timestamp: number, now: number): number {
  const day = (moment: number) => {
    const date = new Date(moment);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  };
  return Math.round((day(now) - day(timestamp)) / 86_400_000);
}

const SIZE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function createFormats(tag: string): Formats {
  const of = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, options);
  const time = of({ hour: "2-digit", minute: "2-digit" });
  const weekday = of({ weekday: "short" });
  const date = of({ day: "2-digit", month: "2-digit" });
  const dateOfYear = of({ day: "2-digit", month: "2-digit", year: "numeric" });
  const day = of({ weekday: "long", day: "numeric", month: "long" });
  const dayOfYear = of({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const full = of({
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  const list = new Intl.ListFormat(tag, { type: "conjunction" });
  const number = new Intl.NumberFormat(tag);
  const sizes = SIZE_UNITS.map(
    (unit) => new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }),
  );
  const sameYear = (a: number, b: number) => new Date(a).getFullYear() === new Date(b).getFullYear();
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(tag) + text.slice(1);

  return {
    time: (timestamp) => time.format(timestamp),
    moment: (timestamp, now) => {
      const days = daysBetween(timestamp, now);
      if (days <= 0) return time.format(timestamp);
      if (days === 1) return relative.format(-1, "day");
      if (days < 7) return weekday.format(timestamp);
      return (sameYear(timestamp, now) ? date : dateOfYear).format(timestamp);
    },
    day: (timestamp, now) => {
      const days = daysBetween(timestamp, now);
      if (days === 0 || days === 1) return capital(relative.format(-days, "day"));
      return capital((sameYear(timestamp, now) ? day : dayOfYear).format(timestamp));
    },
    full: (timestamp) => full.format(timestamp),
    size: (bytes) => {
      let value = bytes;
      let step = 0;
      while (value >= 1000 && step < SIZE_UNITS.length - 1) {
        value /= 1000;
        step += 1;
      }
      return sizes[step]?.format(value) ?? "";
    },
    number: (value) => number.format(value),
    list: (names) => list.format(names),
  };
}
