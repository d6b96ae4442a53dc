/** Standing orders: pure functions. */
import { PORTIONS } from "@/ordering/titles";

import type { PickedDish, StandingOrder } from "./types";

export const EVERY_WORKDAY = [1, 2, 3, 4, 5];
export const MOST_CHOICES = 5;
const NAMES = ["一", "二", "三", "四", "五", "六", "日"];

export const WEEKDAYS = NAMES.map((name, index) => ({ key: index + 1, title: `周${name}` }));

export function isEveryWorkday(order: Pick<StandingOrder, "weekdays" | "workdays_only">): boolean {
  return order.workdays_only && order.weekdays.join() === EVERY_WORKDAY.join();
}

/** 「每个工作日」, 「每周一、三」, 「每周六、日（节假日不订）」 */
export function daysText(order: Pick<StandingOrder, "weekdays" | "workdays_only">): string {
  if (isEveryWorkday(order)) return "每个工作日";
  const days =
    order.weekdays.length === 7 ? "每天" : `每周${order.weekdays.map((n) => NAMES[n - 1]).join("、")}`;
  return order.workdays_only ? `${days}（节假日不订）` : days;
}

/** 「红烧肉、米饭（半份）×2」 */
export function dishesText(items: readonly Pick<PickedDish, "name" | "portion" | "quantity">[]): string {
  return items
    .map(({ name, portion, quantity }) => {
      const size = portion === "standard" ? "" : `（${PORTIONS[portion]}）`;
      return `${name}${size}${quantity > 1 ? ` ×${quantity}` : ""}`;
    })
    .join("、");
}

/** What the dishes cost together; null if one of them is sold no more. */
export function totalOf(items: readonly PickedDish[]): number | null {
  let sum = 0;
  for (const { price_fen, quantity } of items) {
    if (price_fen === null) return null;
    sum += price_fen * quantity;
  }
  return sum;
}

/** What is sent to keep an order as it is but for what is `changed`. */
export function bodyOf(order: StandingOrder, changed: Partial<StandingOrder> = {}): object {
  const { weekdays, workdays_only, choices, dining, from_date, until_date, is_paused } = {
    ...order,
    ...changed,
  };
  const alternatives = choices.map(({ items }) => ({ items: items.map(wishOf) }));
  return { weekdays, workdays_only, dining, from_date, until_date, is_paused, choices: alternatives };
}

function wishOf({ dish_id, portion, quantity }: PickedDish) {
  return { dish_id, portion, quantity };
}
