import { describe, expect, it } from "vitest";

import { scanned } from "@/pages/kitchen/codes";
import { degrees, milligramsOf, shiftAt, tenthsOf } from "@/pages/kitchen/numbers";
import { gramsOf, typedOf } from "@/counter/kilograms";

describe("a temperature that is typed", () => {
  it.each([
    ["36.5", 365],
    ["37.3", 373],
    ["-18", -180],
    // As keyboards for Chinese write the sign.
    ["－18.5", -185],
    ["−0.5", -5],
    [" 4 ", 40],
  ])("%s is %i tenths", (typed, expected) => expect(tenthsOf(typed)).toBe(expected));

  it.each(["", "36.55", "3 6", "1000", "36.", "--4", "三十六"])("%s is none", (typed) =>
    expect(tenthsOf(typed)).toBeNull(),
  );

  it("is read back with its tenth", () => expect([-180, 45].map(degrees)).toEqual(["-18.0℃", "4.5℃"]));
});

describe("an additive that is typed", () => {
  it("is kept in milligrams", () =>
    expect(["12.5", "0.001", "1.005"].map(milligramsOf)).toEqual([12_500, 1, 1_005]));

  it("is more than nothing, and no finer than a milligram", () =>
    expect(["0", "1.0005", "-1", "千克"].map(milligramsOf)).toEqual([null, null, null, null]));
});

describe("a code", () => {
  it("is found in the address of a label", () => {
    expect(scanned("https://hq.example.gov.cn/m/#/pages/kitchen/station?code=7K2M-9QXA")).toBe("7K2M-9QXA");
    expect(scanned("https://hq.example.gov.cn/m/#/pages/kitchen/sample?from=1&code=LY%2D1#top")).toBe("LY-1");
  });

  it("is what was typed, otherwise", () => expect(scanned(" PC0000017 ")).toBe("PC0000017"));
});

it("a weight that is known is typed as kilograms, and read back the same", () => {
  expect([typedOf(null), typedOf(0), typedOf(12_350)]).toEqual(["", "0", "12.35"]);
  expect(gramsOf(typedOf(1_005))).toBe(1_005);
});

it("the shift is that of the hour", () =>
  expect(["05:30", "09:59", "10:00", "15:00", "21:00"].map(shiftAt)).toEqual([
    "morning",
    "morning",
    "noon",
    "evening",
    "evening",
  ]));
