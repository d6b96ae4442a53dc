import { describe, expect, it } from "vitest";

import { budget, companionsFor, companionsText, fenOf, leadText } from "@/pages/canteen/parts/receptions";
import { bodyOf, daysText, dishesText, totalOf } from "@/pages/canteen/parts/standing";
import type { PickedDish, StandingOrder } from "@/pages/canteen/parts/types";
import { lengthText, lunchText } from "@/pages/me/absence-words";

const LIMITS = {
  standard_fen: 5000,
  small_party: 10,
  small_companions: 3,
  guests_per_companion: 3,
  lead_minutes: 240,
};

describe("a reception", () => {
  it("lets three dine with up to ten guests, and a third of more", () => {
    expect([1, 10, 11, 12, 30].map((guests) => companionsFor(LIMITS, guests))).toEqual([3, 3, 3, 4, 10]);
    expect(companionsText(LIMITS, 0)).toBe("来宾不超过 10 人时陪餐最多 3 人，超过时不超过来宾的 1/3");
    expect(companionsText(LIMITS, 12)).toBe("来宾 12 人，陪餐最多 4 人");
  });

  it("counts the dishes against the standard of all who dine", () => {
    const dishes = [
      { price_fen: 1200, quantity: 6 },
      { price_fen: 5, quantity: 1 },
    ];
    expect(budget(dishes, 4, 2000)).toEqual({
      heads: 4,
      total_fen: 7205,
      limit_fen: 8000,
      per_head_fen: 1801,
      over_fen: 0,
    });
    expect(budget(dishes, 4, 1801).over_fen).toBe(1);
    expect(budget(dishes, 0, 1801).per_head_fen).toBe(0);
    expect(budget([{ price_fen: 5, quantity: 1 }], 2, 100).per_head_fen).toBe(3); // Half a fen goes up.
  });

  it("reads amounts as people type them, and nothing else", () => {
    expect(["50", " 38.5 ", "38.05", "0.1"].map(fenOf)).toEqual([5000, 3850, 3805, 10]);
    expect(["", "五十", "50.123", "-1", "1e3", "12345"].map(fenOf)).toEqual(Array(6).fill(null));
    expect([240, 90, 1440, 0].map(leadText)).toEqual(["4 小时", "90 分钟", "1 天", "0 小时"]);
  });
});

describe("a standing order", () => {
  const line = (fields: Partial<PickedDish>): PickedDish => ({
    dish_id: 1,
    name: "红烧肉",
    portion: "standard",
    quantity: 1,
    price_fen: 1200,
    ...fields,
  });

  it("names its days", () => {
    const week = [1, 2, 3, 4, 5, 6, 7];
    expect(daysText({ weekdays: [1, 2, 3, 4, 5], workdays_only: true })).toBe("每个工作日");
    expect(daysText({ weekdays: [1, 2, 3, 4, 5], workdays_only: false })).toBe("每周一、二、三、四、五");
    expect(daysText({ weekdays: [6, 7], workdays_only: true })).toBe("每周六、日（节假日不订）");
    expect(daysText({ weekdays: week, workdays_only: false })).toBe("每天");
  });

  it("names its dishes and what they cost, unless one is sold no more", () => {
    const half = line({ dish_id: 2, name: "米饭", portion: "half", quantity: 2, price_fen: 60 });
    expect(dishesText([line({}), half])).toBe("红烧肉、米饭（半份） ×2");
    expect(totalOf([line({}), half])).toBe(1320);
    expect(totalOf([line({ price_fen: null }), half])).toBeNull();
  });

  it("is paused by sending it as it is", () => {
    const order: StandingOrder = {
      id: 7,
      canteen_id: 3,
      canteen: "第一食堂",
      period: "lunch",
      weekdays: [1, 3],
      workdays_only: true,
      choices: [{ items: [line({})], total_fen: 1200 }],
      dining: "dine_in",
      from_date: "2026-11-23",
      until_date: null,
      is_paused: false,
    };
    expect(bodyOf(order, { is_paused: true })).toEqual({
      weekdays: [1, 3],
      workdays_only: true,
      choices: [{ items: [{ dish_id: 1, portion: "standard", quantity: 1 }] }],
      dining: "dine_in",
      from_date: "2026-11-23",
      until_date: null,
      is_paused: true,
    });
  });
});

describe("an absence", () => {
  it("is counted in half days", () => {
    expect(lengthText("2026-11-23", "am", "2026-11-23", "pm")).toBe("共 1 天");
    expect(lengthText("2026-11-23", "pm", "2026-11-23", "pm")).toBe("共 0.5 天");
    expect(lengthText("2026-11-30", "pm", "2026-12-02", "am")).toBe("共 2 天");
    expect(lengthText("2026-11-23", "pm", "2026-11-23", "am")).toBe("");
    expect(lengthText("2026-11-24", "am", "2026-11-23", "pm")).toBe("");
  });

  it("leaves the lunch of half a day alone, and says so", () => {
    const said = (...span: ["am" | "pm", string, "am" | "pm"]) =>
      lunchText("2026-11-23", span[0], span[1], span[2], "2026-11-22");
    expect(said("am", "2026-11-23", "pm")).toBe("");
    expect(said("am", "2026-11-23", "am")).toBe("半天不影响当天午餐的预订");
    expect(said("pm", "2026-11-24", "am")).toBe("11月23日午餐、11月24日午餐不受影响，仍可取餐");
  });
});
