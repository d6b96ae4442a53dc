import { dateOf } from "@/formats";

// Servers tell whole seconds, and a slow answer tells little: only what moves the clock further counts.
const TOLERANCE_MS = 2000;
const SLOW_MS = 4000;
let offsetMs = 0;

/** The server's present time in milliseconds: cutoffs are the server's, whatever the phone's clock says. */
export function now(): number {
  return Date.now() + offsetMs;
}

/** The business date of today. */
export function today(): string {
  return dateOf(now());
}

/** Takes the server's time from its `Date` header; the answer took so long. */
export function noteServerDate(date: string, tookMs: number): void {
  const told = Date.parse(date);
  if (Number.isNaN(told) || tookMs > SLOW_MS) return;
  const offset = told + 500 + tookMs / 2 - Date.now();
  if (Math.abs(offset - offsetMs) > TOLERANCE_MS) offsetMs = offset;
}
