import { describe, expect, it } from "vitest";

import {
  draftOf,
  isFailing,
  isNews,
  lackOf as lackOfAnswer,
  limitsOf,
  valueOf,
} from "@/pages/inspections/answers";
import type { CheckItem } from "@/pages/inspections/types";
import type { Category, OrderClock, OrderRow, Proof } from "@/pages/repairs/types";
import { clockWords, findCategory, lackOf, timeLeft, toneOf } from "@/pages/repairs/words";

const NINE = Date.UTC(2026, 10, 23, 1);

function order(more: Partial<OrderRow> = {}): OrderRow {
  return { state: "working", due_at: null, is_overdue: false, is_paused: false, ...more } as OrderRow;
}

describe("an order", () => {
  it.each([
    ["working", false, "primary"],
    ["working", true, "bad"],
    ["held", false, "warn"],
    ["finished", false, "warn"],
    ["to_rate", true, "good"],
    ["cancelled", false, "plain"],
  ] as const)("that is %s (late: %s) is %s", (state, is_overdue, tone) =>
    expect(toneOf(order({ state, is_overdue }))).toBe(tone),
  );

  it("says how long there is, how late it is, or that the clock stands", () => {
    const due_at = "2026-11-23T11:00:00+08:00";
    expect(timeLeft(order({ due_at }), NINE)).toContain("还剩");
    expect(timeLeft(order({ due_at: "2026-11-23T08:40:00+08:00" }), NINE)).toBe("已超时 20 分");
    expect(timeLeft(order({ due_at, is_paused: true }), NINE)).toBe("计时已暂停");
    expect(timeLeft(order({ due_at, state: "closed" }), NINE)).toBe("");
    expect(timeLeft(order(), NINE)).toBe("");
  });

  it("tells its clocks with what is provisional", () => {
    const clock: OrderClock = {
      ...{ cycle: 0, kind: "resolution", due_at: "2026-11-23T17:30:00+08:00", verdict: "paused" },
      ...{ ended_at: null, is_provisional: true },
    };
    expect(clockWords(clock, "2026-11-23")).toBe("完成时限 今天 17:30（计时暂停，节假日安排未公布，暂定）");
    const ended = { ...clock, verdict: "missed" as const, ended_at: "2026-11-23T18:00:00+08:00" };
    expect(clockWords(ended, "2026-11-23")).toBe("完成超时（今天 18:00）");
  });
});

describe("a proof", () => {
  it.each<[Proof, number, boolean, string]>([
    ["none", 0, false, ""],
    ["photo", 0, true, "请拍照"],
    ["signature", 2, false, "请签字"],
    ["either", 0, false, "请拍照或签字"],
    ["either", 0, true, ""],
    ["both", 1, false, "请签字"],
    ["both", 1, true, ""],
  ])("%s with %d photos, signed: %s, lacks %s", (proof, photos, isSigned, lack) =>
    expect(lackOf(proof, photos, isSigned)).toBe(lack),
  );
});

describe("a category", () => {
  const leak = { code: "leak", name: "漏水", children: [] as Category[] } as Category;
  const tree = [{ code: "water", name: "水暖", children: [leak] } as Category];

  it("is found below others; only what has none below it", () => {
    expect(findCategory(tree, "leak")).toEqual({ leaf: leak, path: "水暖 / 漏水" });
    expect(findCategory(tree, "water")).toBeNull();
  });
});

describe("a check item", () => {
  const item = (more: Partial<CheckItem>): CheckItem =>
    ({
      ...{ id: 1, text: "水温", kind: "number", is_required: true, lower: 16, upper: 26, unit: "℃" },
      ...{ options: [], needs_photo_if_failed: true, answer: null },
      ...more,
    }) as CheckItem;

  it("has limits, and says what is missing", () => {
    expect(limitsOf(item({}))).toBe("正常范围 16 至 26 ℃");
    expect(limitsOf(item({ lower: null }))).toBe("不高于 26 ℃");
    expect(lackOfAnswer(item({}), { value: "", remark: "" }, 0)).toBe("请检查「水温」");
    expect(lackOfAnswer(item({}), { value: "一些", remark: "" }, 0)).toBe("「水温」请填数字");
    expect(lackOfAnswer(item({}), { value: "30", remark: "" }, 0)).toBe("「水温」不合格，请拍照");
    expect(lackOfAnswer(item({}), { value: "30", remark: "" }, 1)).toBe("");
    expect(lackOfAnswer(item({ is_required: false }), { value: "", remark: "" }, 0)).toBe("");
  });

  it.each([
    ["15.9", true],
    ["16", false],
    ["26", false],
    ["26.1", true],
  ])("of %s fails: %s", (value, fails) => expect(isFailing(item({}), { value, remark: "" })).toBe(fails));

  it("fails by the answers that its list names", () => {
    const puddle = item({ kind: "yes_no", failing: ["yes"] });
    expect(isFailing(puddle, { value: "yes", remark: "" })).toBe(true);
    expect(isFailing(puddle, { value: "no", remark: "" })).toBe(false);
    const valve = item({ kind: "choice", options: ["开", "关"], failing: ["关"] });
    expect(isFailing(valve, { value: "关", remark: "" })).toBe(true);
  });

  it("is sent only if the server does not know it", () => {
    const stands = item({ answer: { value: 20, remark: "" } as CheckItem["answer"] });
    expect(isNews(stands, { value: "20", remark: "" }, 0)).toBe(false);
    expect(isNews(stands, { value: "21", remark: "" }, 0)).toBe(true);
    expect(isNews(stands, { value: "20", remark: "" }, 1)).toBe(true);
    expect(isNews(item({}), { value: "", remark: "" }, 0)).toBe(false);
  });

  it("keeps what was said", () => {
    const yes = item({ kind: "yes_no", answer: { value: false, remark: "漏" } as CheckItem["answer"] });
    expect(draftOf(yes)).toEqual({ value: "no", remark: "漏" });
    expect(valueOf(yes, { value: "no", remark: "" })).toBe(false);
    expect(valueOf(item({}), { value: "20.5", remark: "" })).toBe(20.5);
  });
});
