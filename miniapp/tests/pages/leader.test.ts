import { expect, it } from "vitest";

import { changeText, satisfactionText, width } from "@/pages/leader/figures";

it("says how today compares, in words", () => {
  expect([null, "0.000", "0.145", "-0.030"].map(changeText)).toEqual(["", "持平", "多 14.5%", "少 3.0%"]);
});

it("keeps satisfaction to itself while few have rated", () => {
  const said = { rate: null, average: null, count: 3, served: 90, coverage: "0.033", is_withheld: true };
  expect(satisfactionText(said)).toBe("评价不足，暂不公布");
  expect(satisfactionText({ ...said, is_withheld: false })).toBe("暂无评价");
  expect(satisfactionText({ ...said, average: "4.52" })).toBe("4.52 分");
});

it("draws bars within their track", () => {
  expect([width(5, 10), width(12, 10), width(0, 0)]).toEqual(["50.0%", "100.0%", "0%"]);
});
