import { clockTime, dateOf, day, parseInstant, relativeDay, timeSpan, weekday } from "@/formats";

/** The times of a day that can be chosen: every quarter of an hour, `08:00` …; `24:00` ends the day. */
export const QUARTERS: readonly string[] = Array.from({ length: 97 }, (_, number) => textOf(number * 15));

/** The day as the timeline shows it. */
export const DAY_FROM = 8 * 60;
export const DAY_UNTIL = 20 * 60;

/** Minutes after midnight of `HH:MM`. */
export function minutesOf(text: string): number {
  const [hours, minutes] = text.split(":").map(Number);
  return hours! * 60 + minutes!;
}

/** `HH:MM` of minutes after midnight. */
export function textOf(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** An instant of the compound's time: `2026-11-23T24:00` is the next day's beginning. */
export function instantAt(date: string, time: string): string {
  const at = parseInstant(`${date}T00:00:00+08:00`) + minutesOf(time) * 60_000;
  return `${dateOf(at)}T${clockTime(at)}:00+08:00`;
}

/** The next full half hour at or after this moment, and an hour later, within office hours. */
export function usualTimes(now: number): { from: string; until: string } {
  const [hours, minutes] = clockTime(now).split(":").map(Number);
  const next = Math.ceil((hours! * 60 + minutes!) / 30) * 30;
  const from = Math.min(Math.max(next, 9 * 60), 17 * 60);
  return { from: textOf(from), until: textOf(from + 60) };
}

/** `11月23日 周一 09:00–10:00`, `今天 09:00–10:00`; with the second day where it goes on past midnight. */
export function meetingTime(start: string, end: string, today?: string): string {
  const from = dateOf(start);
  const lastMoment = dateOf(parseInstant(end) - 1);
  const on = today ? relativeDay(from, today) : `${day(from)} ${weekday(from)}`;
  if (lastMoment === from) return `${on} ${timeSpan(start, end)}`;
  return `${on} ${clockTime(start)} – ${day(dateOf(end), today)} ${clockTime(end)}`;
}

/** Where a stretch stands in the shown day, in percent; null if it lies outside. */
export function placeIn(date: string, start: string, end: string): { left: number; width: number } | null {
  const midnight = parseInstant(`${date}T00:00:00+08:00`);
  const whole = DAY_UNTIL - DAY_FROM;
  const cut = (at: string) => Math.min(Math.max((parseInstant(at) - midnight) / 60_000 - DAY_FROM, 0), whole);
  const [from, until] = [cut(start), cut(end)];
  if (until <= from) return null;
  return { left: (from / whole) * 100, width: ((until - from) / whole) * 100 };
}
