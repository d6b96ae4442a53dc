import { describe, expect, it } from "vitest";

import * as lines from "@/ordering/lines";
import type { OrderLine } from "@/ordering/types";

import { dish, meal } from "./meals";

const PORK = dish(1, "红烧肉");
const GREENS = dish(2, "清炒时蔬", "vegetable");
const ofPork = (quantity: number): lines.Line => ({ dish_id: 1, portion: "half", quantity });

describe("a cart", () => {
  it("keeps a line for each dish and portion", () => {
    let cart = lines.withQuantity([], 1, "half", 1);
    cart = lines.withQuantity(cart, 1, "standard", 2);
    cart = lines.withQuantity(cart, 1, "half", 3);
    expect(cart).toEqual([ofPork(3), { dish_id: 1, portion: "standard", quantity: 2 }]);
    expect(lines.countOf(cart)).toBe(5);
    expect(lines.withQuantity(cart, 1, "half", 0)).toHaveLength(1);
    expect(lines.without(cart, 1)).toEqual([]);
  });

  it("is priced by the menu, and leaves out what the menu no longer has", () => {
    const gone: lines.Line = { dish_id: 9, portion: "standard", quantity: 1 };
    const priced = lines.priced([ofPork(3), gone], meal(PORK));
    expect(priced.map((each) => [each.name, each.price_fen, each.amount_fen])).toEqual([
      ["红烧肉", 500, 1500],
    ]);
    expect(lines.totalOf(priced)).toBe(1500);
    expect(lines.priced([ofPork(1)], null)).toEqual([]);
  });

  it("keeps the price at which a changed order holds a line", () => {
    const held = { dish_id: 1, portion: "half", quantity: 1, price_fen: 450 } as OrderLine;
    expect(lines.totalOf(lines.priced([ofPork(2)], meal(PORK), [held]))).toBe(900);
  });

  it("is cut down to what is left", () => {
    const cart = [ofPork(3), { dish_id: 2, portion: "standard" as const, quantity: 2 }];
    expect(lines.fitting(cart, (dishId) => (dishId === 1 ? 1 : null))).toEqual([ofPork(1), cart[1]]);
    expect(lines.fitting(cart, () => 0)).toEqual([]);
  });
});

describe("what is left", () => {
  const remaining = {
    periods: [
      {
        period: "lunch",
        state: "open",
        dishes: [{ dish_id: 1, remaining: 0, portions: [{ portion: "half" as const, remaining: 1 }] }],
      },
    ],
  };

  it("is told for each portion", () => {
    expect(lines.leftIn(remaining, "lunch", [], 1, "half")).toBe(1);
    expect(lines.leftIn(remaining, "lunch", [], 2, "half")).toBeNull();
    expect(lines.leftIn(null, "lunch", [], 1, "half")).toBeNull();
  });

  it("includes what the changed order holds already", () => {
    const held = { dish_id: 1, portion: "half", quantity: 2 } as OrderLine;
    expect(lines.leftIn(remaining, "lunch", [held], 1, "half")).toBe(3);
  });
});

it("dishes stand by category in the menu's order", () => {
  const found = lines.byCategory([GREENS, PORK, dish(3, "白切鸡")], ["meat", "vegetable", "soup"]);
  expect(found.map(([name, dishes]) => [name, dishes.map((each) => each.dish_id)])).toEqual([
    ["meat", [1, 3]],
    ["vegetable", [2]],
  ]);
});

it.each([
  [1500, [1500], 0],
  [2300, [2000, 300], 0],
  [3500, [2000, 1000], 500],
  [0, [], 0],
])("%i fen are paid %j, and %i are missing", (amount, parts, short) => {
  const paid = lines.splitPayment(amount, [{ balance_fen: 2000 }, { balance_fen: 1000 }]);
  expect(paid.parts.map((each) => each.amount_fen)).toEqual(parts);
  expect(paid.shortFen).toBe(short);
});
