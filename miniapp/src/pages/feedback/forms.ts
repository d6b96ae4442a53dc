import type { ChosenPlace } from "@/chosen-place";

import type { Field } from "./types";

export type Answer = string | number | string[] | { kind: string; id: number };

/** What a form begins with: nothing chosen, nothing written. */
export function emptyAnswers(form: readonly Field[]): Record<string, string | string[]> {
  return Object.fromEntries(form.map((field) => [field.key, field.type === "choices" ? [] : ""]));
}

/** The half hours of a working day, for wheels. */
export function timesOfDay(): string[] {
  const found: string[] = [];
  for (let hour = 7; hour <= 20; hour += 1)
    for (const minute of ["00", "30"]) found.push(`${String(hour).padStart(2, "0")}:${minute}`);
  return found;
}

/** What goes to the server for a field; null if nothing was given. */
export function answerOf(
  field: Field,
  given: string | number | string[] | undefined,
  time: string,
  place: ChosenPlace | undefined,
): Answer | null {
  if (field.type === "place") return place ? { kind: place.kind, id: place.id } : null;
  if (Array.isArray(given)) return given.length ? given : null;
  const text = String(given ?? "").trim();
  if (!text) return null;
  if (field.type === "number") return /^-?\d+$/.test(text) ? Number(text) : text;
  return field.type === "datetime" ? `${text}T${time}:00+08:00` : text;
}
