/** Times, days, sizes and shares the way the visitor's language writes them. */

const DAY_MS = 86_400_000;

/** Formats for one language tag; a tag the browser cannot read falls back to its own language. */
export function formats(tag) {
  const locale = supported(tag);
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  return {
    time: (at) => time.format(new Date(at)),
    full: (at) => full.format(new Date(at)),
    day: (at) => day(new Date(at), locale),
    size: (bytes) => size(bytes, locale),
    percent: (share) => percent.format(share),
    number: (value) => value.toLocaleString(locale),
  };
}

/** Minutes and seconds of a recording, the same in every language. */
export function duration(seconds) {
  const whole = Number.isFinite(seconds) ? Math.floor(seconds) : 0;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Whether two times fall on the same local day. */
export function isSameDay(one, other) {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

function supported(tag) {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

function day(date, locale) {
  const ago = Math.round((midnight(new Date()) - midnight(date)) / DAY_MS);
  if (ago === 0 || ago === 1)
    return capitalized(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-ago, "day"), locale);
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
  return new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "long", ...year }).format(date);
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function capitalized(text, locale) {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

function size(bytes, locale) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const traits = { style: "unit", unit: units[power], unitDisplay: "short", maximumFractionDigits: power > 1 ? 1 : 0 };
  return new Intl.NumberFormat(locale, traits).format(bytes / 1000 ** power);
}
