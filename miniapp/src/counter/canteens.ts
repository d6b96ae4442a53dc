/** Canteens as their counters see them: pure functions. */
export interface Canteen {
  id: number;
  name: string;
  campus_id: number;
  periods: { period: string; name: string; window_from: string; window_until: string }[];
}

/** The canteens of these that lie within the person's reach. */
export function within(
  canteens: readonly Canteen[],
  canteenIds: readonly number[] | null,
  campusIds: readonly number[] | null,
): Canteen[] {
  return canteens.filter(
    (each) =>
      canteenIds === null ||
      campusIds === null ||
      canteenIds.includes(each.id) ||
      campusIds.includes(each.campus_id),
  );
}

/** The position of the period that is served at `time` (`11:40`), or else comes next; the last in the night. */
export function periodAt(periods: Canteen["periods"], time: string): number {
  const found = periods.findIndex((each) => hourAfter(each.window_until) >= time);
  return found >= 0 ? found : Math.max(0, periods.length - 1);
}

/** So long after its window a meal is still handed out, as a rule. */
function hourAfter(time: string): string {
  const [hour, minute] = time.split(":").map(Number);
  return `${String(Math.min(23, hour! + 1)).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
