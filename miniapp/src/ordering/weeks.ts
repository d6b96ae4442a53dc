/** What the days above the menu say, and which one to show first: pure functions. */
import { addDays } from "@/formats";
import type { Tone } from "@/ordering/titles";
import type { WeekDay, WeekMeal } from "@/ordering/types";

export interface Mark {
  text: string;
  tone: Tone;
}

/** The short word below a day: ordered, open, or why not. */
export function dayMark(day: WeekDay, showsOrders = true): Mark {
  if (showsOrders && day.periods.some((meal) => meal.order)) return { text: "已订", tone: "good" };
  if (day.periods.some((meal) => meal.state === "open")) return { text: "可订", tone: "primary" };
  if (!day.is_open) return { text: "休", tone: "plain" };
  if (day.periods.some((meal) => meal.state === "closed")) return { text: "截止", tone: "plain" };
  return { text: "待发布", tone: "plain" };
}

/** The short word below a period. */
export function mealMark(meal: WeekMeal, showsOrders = true): Mark {
  if (showsOrders && meal.order) return { text: "已订", tone: "good" };
  if (meal.state === "open") return { text: "可订", tone: "primary" };
  return { text: meal.state === "closed" ? "已截止" : "待发布", tone: "plain" };
}

/** The day to begin with: the wanted one, else the first with a meal to order or to collect, else the first. */
export function firstDay(days: readonly WeekDay[], wanted = ""): WeekDay | undefined {
  const isUseful = (meal: WeekMeal) => meal.state === "open" || meal.order?.state === "booked";
  return days.find((day) => day.date === wanted) ?? days.find((day) => day.periods.some(isUseful)) ?? days[0];
}

/** The period to begin with: the wanted one, else the first that can be ordered still, else the first open. */
export function firstPeriod(day: WeekDay | undefined, wanted = "", showsOrders = true): string {
  const periods = day?.periods ?? [];
  const found =
    periods.find((meal) => meal.period === wanted) ??
    periods.find((meal) => meal.state === "open" && !(showsOrders && meal.order)) ??
    periods.find((meal) => showsOrders && meal.order?.state === "booked") ??
    periods.find((meal) => meal.state === "open") ??
    periods[0];
  return found?.period ?? "";
}

/** Why nothing can be ordered on a day or for a meal. */
export function closedReason(day: WeekDay, meal: WeekMeal | undefined): string {
  if (meal?.state === "closed") return "本餐已截止订餐";
  if (meal?.state === "unpublished") return "菜单尚未发布";
  if (!day.is_open) return day.note ? `${day.note}，食堂不供餐` : "休息日，食堂不供餐";
  return "当天不供餐";
}

/** The last day of a month `2026-02`. */
export function monthEnd(month: string): string {
  const [year, number] = month.split("-").map(Number);
  return addDays(`${number === 12 ? year! + 1 : year}-${String((number! % 12) + 1).padStart(2, "0")}-01`, -1);
}
