/** Numbers as they are typed, and as the server has them: temperatures in tenths, additives in milligrams. */

const DEGREES = /^-?\d{1,3}(?:\.\d)?$/;

/** Tenths of a degree of what was typed (`-18.5`); null of what is no temperature. */
export function tenthsOf(typed: string): number | null {
  const text = typed.trim().replace(/^－|^−/, "-");
  return DEGREES.test(text) ? Math.round(Number(text) * 10) : null;
}

/** `4.5℃` of 45. */
export function degrees(tenths: number): string {
  return `${(tenths / 10).toFixed(1)}℃`;
}

const GRAMS = /^(?:0|[1-9]\d{0,4})(?:\.\d{1,3})?$/;

/** Milligrams of grams as they are typed (`12.5`), as scales for additives show them; null of what is none. */
export function milligramsOf(typed: string): number | null {
  const text = typed.trim();
  return GRAMS.test(text) && Number(text) > 0 ? Math.round(Number(text) * 1000) : null;
}

/** The shift that begins or goes on at a time of the day (`07:30`). */
export function shiftAt(time: string): "morning" | "noon" | "evening" {
  if (time < "10:00") return "morning";
  return time < "15:00" ? "noon" : "evening";
}
