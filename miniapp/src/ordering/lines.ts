/** What is in a cart: pure functions over its lines. */
import type { PortionName } from "@/ordering/titles";
import type { Dish, Meal, OrderLine, Remaining } from "@/ordering/types";

export interface Line {
  dish_id: number;
  portion: PortionName;
  quantity: number;
}

export interface PricedLine extends Line {
  name: string;
  price_fen: number;
  amount_fen: number;
}

/** How many of a dish in one portion there are to have; null for any number. */
export type Left = (dishId: number, portion: PortionName) => number | null;

export function quantityOf(lines: readonly Line[], dishId: number, portion: PortionName): number {
  return lines.find((each) => each.dish_id === dishId && each.portion === portion)?.quantity ?? 0;
}

/** The lines with so many of a dish in this portion; none takes its line away. */
export function withQuantity(
  lines: readonly Line[],
  dishId: number,
  portion: PortionName,
  quantity: number,
): Line[] {
  const isIt = (each: Line) => each.dish_id === dishId && each.portion === portion;
  if (quantity <= 0) return lines.filter((each) => !isIt(each));
  if (lines.some(isIt)) return lines.map((each) => (isIt(each) ? { ...each, quantity } : each));
  return [...lines, { dish_id: dishId, portion, quantity }];
}

export function without(lines: readonly Line[], dishId: number): Line[] {
  return lines.filter((each) => each.dish_id !== dishId);
}

/**
 * The lines with name and price; what the menu does not offer (any more) is left out. What is `held` by the
 * order that is changed keeps the price at which it was ordered.
 */
export function priced(
  lines: readonly Line[],
  meal: Meal | null,
  held: readonly OrderLine[] = [],
): PricedLine[] {
  return lines.flatMap((line) => {
    const isIt = (each: OrderLine) => each.dish_id === line.dish_id && each.portion === line.portion;
    const dish = meal?.dishes.find((each) => each.dish_id === line.dish_id);
    const portion = held.find(isIt) ?? dish?.portions.find((each) => each.portion === line.portion);
    if (!dish || !portion) return [];
    const price = portion.price_fen;
    return [{ ...line, name: dish.name, price_fen: price, amount_fen: price * line.quantity }];
  });
}

export function totalOf(lines: readonly PricedLine[]): number {
  return lines.reduce((sum, each) => sum + each.amount_fen, 0);
}

export function countOf(lines: readonly Line[]): number {
  return lines.reduce((sum, each) => sum + each.quantity, 0);
}

/** The lines cut down to what is left: no line asks for more. */
export function fitting(lines: readonly Line[], left: Left): Line[] {
  return lines.flatMap((line) => {
    const most = left(line.dish_id, line.portion);
    const quantity = most === null ? line.quantity : Math.min(line.quantity, most);
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
}

export function linesOf(items: readonly OrderLine[]): Line[] {
  return items.map(({ dish_id, portion, quantity }) => ({ dish_id, portion, quantity }));
}

/** The dishes of a meal by category, in the menu's order of categories. */
export function byCategory(dishes: readonly Dish[], order: readonly string[]): [string, Dish[]][] {
  const names = [...new Set([...order, ...dishes.map((each) => each.category)])];
  return names
    .map((name): [string, Dish[]] => [name, dishes.filter((each) => each.category === name)])
    .filter(([, found]) => found.length);
}

/** What each bucket would pay of an amount, in the order in which they stand; and what none of them has. */
export function splitPayment<B extends { balance_fen: number }>(
  amountFen: number,
  buckets: readonly B[],
): { parts: (B & { amount_fen: number })[]; shortFen: number } {
  let rest = amountFen;
  const parts = buckets.flatMap((bucket) => {
    const amount = Math.min(rest, Math.max(0, bucket.balance_fen));
    rest -= amount;
    return amount > 0 ? [{ ...bucket, amount_fen: amount }] : [];
  });
  return { parts, shortFen: rest };
}

/** How many of a dish in one portion there are to have, what `held` takes already included. */
export function leftIn(
  remaining: Remaining | null,
  period: string,
  held: readonly OrderLine[],
  dishId: number,
  portion: PortionName,
): number | null {
  const ofMeal = remaining?.periods.find((each) => each.period === period);
  const dish = ofMeal?.dishes.find((each) => each.dish_id === dishId);
  const left = dish?.portions.find((each) => each.portion === portion)?.remaining ?? null;
  return left === null ? null : left + quantityOf(held, dishId, portion);
}
