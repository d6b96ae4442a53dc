/** How instants, dates, money and weights read. All times are Beijing time, wherever the phone is. */

const BEIJING_MS = 8 * 3600 * 1000;
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"] as const;

/** Milliseconds since 1970 of `2026-01-02T03:04:05+08:00`. iOS reads few spellings by itself: we read ours. */
export function parseInstant(text: string): number {
  const found = INSTANT.exec(text);
  if (!found) throw new RangeError(`no instant with an offset: ${text}`);
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const utc = Date.UTC(year!, month! - 1, day, hour, minute, second);
  const offset = found[7]!;
  if (offset === "Z") return utc;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  return utc - (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** A Date whose UTC fields are the date and time in Beijing. */
function beijing(instant: string | number): Date {
  return new Date((typeof instant === "number" ? instant : parseInstant(instant)) + BEIJING_MS);
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** An instant in milliseconds as the API takes it: `2026-11-23T09:00:00+08:00`. */
export function instantOf(instant: number): string {
  return `${beijing(instant).toISOString().slice(0, 19)}+08:00`;
}

/** The business date `2026-01-02` of an instant. */
export function dateOf(instant: string | number): string {
  return beijing(instant).toISOString().slice(0, 10);
}

/** The date some days after (or before) a date. */
export function addDays(date: string, days: number): string {
  return new Date(dayNumber(date) * 86_400_000 + days * 86_400_000).toISOString().slice(0, 10);
}

/** Days since 1970 of a date `2026-01-02`. */
export function dayNumber(date: string): number {
  const found = DATE.exec(date);
  if (!found) throw new RangeError(`no date: ${date}`);
  return Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) / 86_400_000;
}

/** 「周一」 */
export function weekday(date: string): string {
  return WEEKDAYS[new Date(dayNumber(date) * 86_400_000).getUTCDay()]!;
}

/** 「1月2日」; with the year if it is not the present one. */
export function day(date: string, today?: string): string {
  const [year, month, number] = date.split("-").map(Number);
  const isOtherYear = today !== undefined && !date.startsWith(today.slice(0, 4));
  return `${isOtherYear ? `${year}年` : ""}${month}月${number}日`;
}

/** 「今天」「明天」「昨天」, otherwise 「1月2日 周五」 */
export function relativeDay(date: string, today: string): string {
  const days = dayNumber(date) - dayNumber(today);
  if (days === 0) return "今天";
  if (days === 1) return "明天";
  if (days === -1) return "昨天";
  return `${day(date, today)} ${weekday(date)}`;
}

/** 「11:30」 */
export function clockTime(instant: string | number): string {
  const at = beijing(instant);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** 「11:30–13:00」 */
export function timeSpan(from: string, until: string): string {
  return `${clockTime(from)}–${clockTime(until)}`;
}

/** 「1月2日 11:30」; with 「今天」 and its like if today is given. */
export function moment(instant: string | number, today?: string): string {
  const date = dateOf(instant);
  const near = today !== undefined && Math.abs(dayNumber(date) - dayNumber(today)) <= 1;
  return `${near ? relativeDay(date, today) : day(date, today)} ${clockTime(instant)}`;
}

/** 「2026年1月」 of `2026-01` */
export function month(text: string): string {
  const [year, number] = text.split("-").map(Number);
  return `${year}年${number}月`;
}

/** 「12.50」 of 1250 fen */
export function amount(fen: number): string {
  const sign = fen < 0 ? "-" : "";
  const [whole, rest] = [Math.floor(Math.abs(fen) / 100), Math.abs(fen) % 100];
  return `${sign}${String(whole).replace(/\B(?=(\d{3})+$)/g, ",")}.${two(rest)}`;
}

/** 「12.50 元」 */
export function yuan(fen: number): string {
  return `${amount(fen)} 元`;
}

/** 「+12.50」, 「-3.00」: a movement of an account. */
export function signed(fen: number): string {
  return fen > 0 ? `+${amount(fen)}` : amount(fen);
}

/** 「250 克」, 「1.25 千克」 */
export function grams(weight: number): string {
  if (Math.abs(weight) < 1000) return `${weight} 克`;
  return `${(weight / 1000).toFixed(2).replace(/\.?0+$/, "")} 千克`;
}

/** 「1 小时 20 分」 of milliseconds; under a minute the seconds. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} 秒`;
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days) return hours ? `${days} 天 ${hours} 小时` : `${days} 天`;
  if (hours) return minutes ? `${hours} 小时 ${minutes} 分` : `${hours} 小时`;
  return `${minutes} 分`;
}

/** 「还剩 1 小时 20 分」 until an instant; empty when it is over. */
export function countdown(until: string | number, now: number): string {
  const left = (typeof until === "number" ? until : parseInstant(until)) - now;
  return left > 0 ? `还剩 ${duration(left)}` : "";
}

/** 「4.6」 of decimal text or a number; 「—」 of nothing. */
export function decimal(value: string | number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? "—" : Number(value).toFixed(digits);
}

/** 「85.3%」 of the ratio 0.853; 「—」 of nothing. */
export function percent(ratio: string | number | null | undefined, digits = 1): string {
  return ratio === null || ratio === undefined ? "—" : `${(Number(ratio) * 100).toFixed(digits)}%`;
}
