import { describe, expect, it } from "vitest";

import { kindOf } from "@/pages/staff/codes";
import { type Canteen, periodAt, within } from "@/counter/canteens";
import { standings } from "@/pages/staff/figures";
import type { PrepList } from "@/pages/staff/types";

function period(name: string, from: string, until: string): Canteen["periods"][number] {
  return { period: name, name, window_from: from, window_until: until };
}

const PERIODS = [
  period("breakfast", "07:20", "08:30"),
  period("lunch", "11:30", "12:45"),
  period("dinner", "17:00", "18:15"),
];

describe("the period of a counter", () => {
  it.each([
    ["06:00", 0],
    ["09:10", 0],
    ["09:31", 1],
    ["13:40", 1],
    ["15:00", 2],
    ["23:00", 2],
  ])("at %s", (time, expected) => {
    expect(periodAt(PERIODS, time)).toBe(expected);
  });

  it("is the first where there is none", () => {
    expect(periodAt([], "12:00")).toBe(0);
  });
});

describe("the canteens within reach", () => {
  const canteens = [1, 2, 3].map((id) => ({ id, name: "", campus_id: id > 1 ? 20 : 10, periods: [] }));
  const ids = (canteenIds: number[] | null, campusIds: number[] | null) =>
    within(canteens, canteenIds, campusIds).map((each) => each.id);

  it("are all, those named, or those of a campus", () => {
    expect(ids(null, null)).toEqual([1, 2, 3]);
    expect(ids([1], [])).toEqual([1]);
    expect(ids([], [20])).toEqual([2, 3]);
    expect(ids([], [])).toEqual([]);
  });
});

it("tells codes apart by their first letters", () => {
  expect([kindOf("HQ2.1.2"), kindOf("HQD1.7"), kindOf("12345")]).toEqual(["pickup", "diner", "other"]);
});

it("counts what is ordered and left, standard portions first, and keeps a dish that left the menu", () => {
  const prep = {
    dishes: [
      { dish_id: 1, name: "红烧肉", portion: "half", quantity: 3, weight_g: 300 },
      { dish_id: 1, name: "红烧肉", portion: "standard", quantity: 2, weight_g: 400 },
      { dish_id: 9, name: "豆腐", portion: "standard", quantity: 1, weight_g: 200 },
    ],
  } as PrepList;
  const menu = {
    dishes: [
      { dish_id: 1, name: "红烧肉" },
      { dish_id: 2, name: "米饭" },
    ],
  };
  const left = {
    dishes: [
      { dish_id: 1, remaining: 0 },
      { dish_id: 2, remaining: null },
    ],
  };
  expect(standings(menu, left, prep)).toEqual([
    { dish_id: 1, name: "红烧肉", ordered: "标准份 2，半份 3", quantity: 5, weight_g: 700, remaining: 0 },
    { dish_id: 2, name: "米饭", ordered: "", quantity: 0, weight_g: 0, remaining: null },
    { dish_id: 9, name: "豆腐", ordered: "标准份 1", quantity: 1, weight_g: 200, remaining: null },
  ]);
});
