import { dayNumber } from "@/formats";

/** How a meeting repeats, as the form asks it. */
export type Repeat = "" | "workdays" | "weekly" | "fortnightly" | "monthly" | "ordinal";

export const WEEKDAYS = ["一", "二", "三", "四", "五", "六", "日"];
const CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** 0 Monday … 6 Sunday. */
export function weekdayOf(date: string): number {
  // Day 0, 1970-01-01, was a Thursday.
  return (((dayNumber(date) + 3) % 7) + 7) % 7;
}

/** Which one of its weekday in its month a date is: 1 … 5. */
export function ordinalOf(date: string): number {
  return Math.floor((Number(date.slice(8, 10)) - 1) / 7) + 1;
}

/** What can be chosen for a meeting that begins on this date. */
export function repeatsOf(date: string): { key: Repeat; title: string }[] {
  const name = `周${WEEKDAYS[weekdayOf(date)]}`;
  const ordinal = ordinalOf(date);
  return [
    { key: "", title: "不重复" },
    { key: "workdays", title: "每个工作日" },
    { key: "weekly", title: "每周" },
    { key: "fortnightly", title: "每两周" },
    { key: "monthly", title: `每月${Number(date.slice(8, 10))}日` },
    { key: "ordinal", title: ordinal === 5 ? `每月最后一个${name}` : `每月第${ordinal}个${name}` },
  ];
}

/** The RFC 5545 rule; `days` (0 Monday …) are those of a week, where they are asked for. */
export function ruleOf(repeat: Repeat, date: string, days: readonly number[]): string {
  const ordinal = ordinalOf(date);
  const code = CODES[weekdayOf(date)];
  const byDay = [...new Set([...days, weekdayOf(date)])].sort().map((each) => CODES[each]);
  switch (repeat) {
    case "workdays":
      return "FREQ=DAILY";
    case "weekly":
      return `FREQ=WEEKLY;BYDAY=${byDay.join(",")}`;
    case "fortnightly":
      return `FREQ=WEEKLY;INTERVAL=2;BYDAY=${byDay.join(",")}`;
    case "monthly":
      return `FREQ=MONTHLY;BYMONTHDAY=${Number(date.slice(8, 10))}`;
    case "ordinal":
      return `FREQ=MONTHLY;BYDAY=${ordinal === 5 ? -1 : ordinal}${code}`;
    default:
      return "";
  }
}

const EVERY: Record<string, [string, string]> = {
  DAILY: ["天", "每天"],
  WEEKLY: ["周", "每周"],
  MONTHLY: ["个月", "每月"],
  YEARLY: ["年", "每年"],
};

/** A rule in words: `每两周 周一、周三`; a rule that this cannot say is `按规则重复`. */
export function wordsOf(rule: string): string {
  if (!rule) return "";
  const parts = new Map(
    rule
      .replace(/^RRULE:/, "")
      .split(";")
      .map((each) => each.split("=") as [string, string]),
  );
  const names = EVERY[parts.get("FREQ") ?? ""];
  const known = ["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"];
  if (!names || [...parts.keys()].some((each) => !known.includes(each))) return "按规则重复";
  const interval = Number(parts.get("INTERVAL") ?? 1);
  const every = interval === 1 ? names[1] : `每${interval === 2 ? "两" : interval}${names[0]}`;
  const days = (parts.get("BYDAY") ?? "").split(",").filter(Boolean).map(dayWords);
  const dates = (parts.get("BYMONTHDAY") ?? "").split(",").filter(Boolean).map(dateWords);
  return [every, [...days, ...dates].join("、")].filter(Boolean).join(" ");
}

function dayWords(code: string): string {
  const name = `周${WEEKDAYS[CODES.indexOf(code.slice(-2))]}`;
  const ordinal = Number(code.slice(0, -2) || 0);
  if (!ordinal) return name;
  return ordinal === -1 ? `最后一个${name}` : `第${ordinal}个${name}`;
}

function dateWords(text: string): string {
  return text === "-1" ? "最后一天" : `${text}日`;
}
