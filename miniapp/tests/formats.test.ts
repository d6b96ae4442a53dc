import { describe, expect, it } from "vitest";

import * as formats from "@/formats";

const NINE = Date.UTC(2026, 10, 23, 1);

describe("instants", () => {
  it.each([
    ["2026-11-23T09:00:00+08:00", NINE],
    ["2026-11-23T01:00:00Z", NINE],
    ["2026-11-23T09:00+08:00", NINE],
    ["2026-11-22T20:30:00.125-04:30", NINE],
    ["2026-11-23T09:00:00+0800", NINE],
  ])("%s is read", (text, expected) => expect(formats.parseInstant(text)).toBe(expected));

  it.each(["2026-11-23 09:00:00", "2026-11-23T09:00:00", "2026-11-23", ""])("%s has no offset", (text) =>
    expect(() => formats.parseInstant(text)).toThrow(RangeError),
  );

  it("are written as the API takes them", () => {
    expect(formats.instantOf(NINE)).toBe("2026-11-23T09:00:00+08:00");
    expect(formats.parseInstant(formats.instantOf(NINE + 999))).toBe(NINE);
  });

  it("read in Beijing time, wherever the phone is", () => {
    expect(formats.clockTime("2026-11-22T16:05:00Z")).toBe("00:05");
    expect(formats.dateOf("2026-11-22T16:05:00Z")).toBe("2026-11-23");
    expect(formats.moment("2026-11-23T11:30:00+08:00")).toBe("11月23日 11:30");
    expect(formats.moment("2026-11-23T11:30:00+08:00", "2026-11-23")).toBe("今天 11:30");
    expect(formats.moment("2025-11-23T11:30:00+08:00", "2026-11-23")).toBe("2025年11月23日 11:30");
    expect(formats.timeSpan("2026-11-23T11:30:00+08:00", "2026-11-23T13:00:00+08:00")).toBe("11:30–13:00");
  });
});

describe("dates", () => {
  it("have weekdays and neighbours", () => {
    expect(formats.weekday("2026-11-23")).toBe("周一");
    expect(formats.weekday("2026-02-28")).toBe("周六");
    expect(formats.addDays("2026-02-28", 1)).toBe("2026-03-01");
    expect(formats.addDays("2026-01-01", -1)).toBe("2025-12-31");
    expect(formats.month("2026-01")).toBe("2026年1月");
  });

  it.each([
    ["2026-11-23", "今天"],
    ["2026-11-24", "明天"],
    ["2026-11-22", "昨天"],
    ["2026-11-27", "11月27日 周五"],
    ["2027-01-01", "2027年1月1日 周五"],
  ])("%s is %s", (date, expected) => expect(formats.relativeDay(date, "2026-11-23")).toBe(expected));

  it("are not guessed", () => expect(() => formats.dayNumber("23.11.2026")).toThrow(RangeError));
});

describe("money and weight", () => {
  it.each([
    [1250, "12.50"],
    [5, "0.05"],
    [0, "0.00"],
    [-5, "-0.05"],
    [-123_456_789, "-1,234,567.89"],
    [100_000, "1,000.00"],
  ])("%d fen", (fen, expected) => expect(formats.amount(fen)).toBe(expected));

  it("movements have their sign", () => {
    expect([formats.signed(300), formats.signed(-300), formats.signed(0)]).toEqual([
      "+3.00",
      "-3.00",
      "0.00",
    ]);
    expect(formats.yuan(1250)).toBe("12.50 元");
  });

  it.each([
    [250, "250 克"],
    [1000, "1 千克"],
    [1250, "1.25 千克"],
    [1500, "1.5 千克"],
  ])("%d grams", (weight, expected) => expect(formats.grams(weight)).toBe(expected));
});

describe("what is left", () => {
  it.each([
    [80 * 60_000, "还剩 1 小时 20 分"],
    [60 * 60_000, "还剩 1 小时"],
    [59 * 60_000 + 59_000, "还剩 59 分"],
    [59_000, "还剩 59 秒"],
    [49 * 3_600_000, "还剩 2 天 1 小时"],
    [0, ""],
    [-1, ""],
  ])("%d ms", (left, expected) => expect(formats.countdown(NINE + left, NINE)).toBe(expected));
});

it("nothing is a dash, and not nought", () => {
  expect([formats.decimal(null), formats.decimal("4.62"), formats.decimal(5)]).toEqual(["—", "4.6", "5.0"]);
  expect([formats.percent(null), formats.percent("0.8534"), formats.percent(0)]).toEqual([
    "—",
    "85.3%",
    "0.0%",
  ]);
});
