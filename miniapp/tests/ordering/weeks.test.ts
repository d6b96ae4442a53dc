import { describe, expect, it } from "vitest";

import type { WeekDay, WeekMeal } from "@/ordering/types";
import { closedReason, dayMark, firstDay, firstPeriod, mealMark, monthEnd } from "@/ordering/weeks";

const ORDER = { id: 7, canteen_id: 1, state: "booked" };

function served(state: WeekMeal["state"], period = "lunch", order: WeekMeal["order"] = null): WeekMeal {
  const instants = { order_closes_at: null, cancel_closes_at: null, serves_from: null, serves_until: null };
  return { period, name: period, state, order, ...instants };
}

function day(date: string, ...periods: WeekMeal[]): WeekDay {
  return { date, is_open: periods.length > 0, note: "", periods };
}

describe("the word below a day", () => {
  it.each([
    [day("2026-11-23", served("closed"), served("open", "dinner")), "可订"],
    [day("2026-11-23", served("closed")), "截止"],
    [day("2026-11-23", served("unpublished")), "待发布"],
    [day("2026-11-28"), "休"],
    [day("2026-11-23", served("closed", "lunch", ORDER)), "已订"],
  ])("%#", (of, text) => expect(dayMark(of).text).toBe(text));

  it("says nothing of one's own orders while one orders for a colleague", () => {
    expect(dayMark(day("2026-11-23", served("open", "lunch", ORDER)), false).text).toBe("可订");
    expect(mealMark(served("open", "lunch", ORDER), false).text).toBe("可订");
  });
});

describe("to begin with", () => {
  const days = [
    day("2026-11-22"),
    day("2026-11-23", served("closed"), served("open", "dinner", ORDER)),
    day("2026-11-24", served("open"), served("open", "dinner")),
  ];

  it("there is the wanted day, else the first of use", () => {
    expect(firstDay(days, "2026-11-24")?.date).toBe("2026-11-24");
    expect(firstDay(days)?.date).toBe("2026-11-23");
    expect(firstDay([day("2026-11-28"), day("2026-11-29")])?.date).toBe("2026-11-28");
  });

  it("there is a period that can be ordered, else the ordered one", () => {
    expect(firstPeriod(days[2], "dinner")).toBe("dinner");
    expect(firstPeriod(days[2])).toBe("lunch");
    expect(firstPeriod(days[1])).toBe("dinner");
    expect(firstPeriod(days[0])).toBe("");
  });
});

it("says why nothing can be ordered", () => {
  expect(closedReason({ ...day("2026-10-01"), note: "国庆节" }, undefined)).toBe("国庆节，食堂不供餐");
  expect(closedReason(day("2026-11-28"), undefined)).toBe("休息日，食堂不供餐");
  expect(closedReason(day("2026-11-23", served("unpublished")), served("unpublished"))).toBe("菜单尚未发布");
});

it.each([
  ["2026-02", "2026-02-28"],
  ["2028-02", "2028-02-29"],
  ["2026-12", "2026-12-31"],
])("%s ends on %s", (month, end) => expect(monthEnd(month)).toBe(end));
