import { describe, expect, it } from "vitest";

import { type Item, lackOf as lackOfScore, pointsOf } from "@/pages/evaluation/types";
import { gramsOf } from "@/counter/kilograms";
import { lackOf } from "@/pages/staff/weighing";

describe("a weight that is typed", () => {
  it.each([
    ["12.35", 12_350],
    ["0.005", 5],
    ["3", 3_000],
    // Not 1.005 × 1000 = 1004.9999….
    ["1.005", 1_005],
    [" 2.5 ", 2_500],
    ["9999.999", 9_999_999],
  ])("%s kilograms", (typed, expected) => expect(gramsOf(typed)).toBe(expected));

  it.each(["", "12,35", "1.2345", "-3", "1e3", "03", "12.", ".5", "千", "12345"])("%s is none", (typed) =>
    expect(gramsOf(typed)).toBeNull(),
  );

  it("is more than its container weighs", () => {
    expect(lackOf("4.801", 4_800)).toBe("");
    expect(lackOf("4.8", 4_800)).toBe("重量应大于容器的皮重");
    expect(lackOf("0", 0)).toBe("重量应大于 0");
    expect(lackOf("多", 0)).toContain("千克");
  });
});

describe("a score", () => {
  const item = { points: 5, reasons: [] } as unknown as Item;
  const loss = { reason_id: 1, text: "" };

  it.each([
    ["5", 5],
    ["0", 0],
    ["4.5", 4.5],
    ["5.1", null],
    ["4.55", null],
    ["-1", null],
    ["", null],
  ])("%s of 5", (typed, expected) => expect(pointsOf(typed, 5)).toBe(expected));

  it("below full marks needs a reason", () => {
    expect(lackOfScore(item, "5", false, [])).toBe("");
    expect(lackOfScore(item, "4", false, [])).toBe("扣分须说明失分原因");
    expect(lackOfScore(item, "4", false, [loss])).toBe("");
    expect(lackOfScore(item, "", false, [loss])).toContain("0 到 5 分");
    expect(lackOfScore(item, "", true, [])).toBe("");
  });
});
