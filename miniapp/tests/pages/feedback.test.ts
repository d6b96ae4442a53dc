import { describe, expect, it } from "vitest";

import { given } from "@/pages/feedback/answers";
import { ASKED, bodyOf, lackOf } from "@/pages/feedback/asking";
import { answerOf, emptyAnswers, timesOfDay } from "@/pages/feedback/forms";
import type { Field, Question } from "@/pages/feedback/types";
import { demandTone, fileSize, milestoneTag, promiseOf, timeLeft, toneOf } from "@/pages/feedback/words";

function field(type: Field["type"]): Field {
  return { key: type, title: type, type, required: true, choices: [], min: null, max: null, hint: "" };
}

describe("the form of a small service", () => {
  it.each([
    [field("text"), " 三楼 ", "三楼"],
    [field("text"), "  ", null],
    [field("number"), "3", 3],
    [field("number"), "三", "三"],
    [field("choices"), ["甲", "乙"], ["甲", "乙"]],
    [field("choices"), [], null],
    [field("date"), "2026-11-24", "2026-11-24"],
    [field("datetime"), "2026-11-24", "2026-11-24T09:30:00+08:00"],
  ])("%j given %j sends %j", (of, value, sent) => {
    expect(answerOf(of, value, "09:30", undefined)).toEqual(sent);
  });

  it("sends a place that was chosen, and nothing for one that was not", () => {
    const place = { kind: "room", id: 7, path: "1号楼 101" };
    expect(answerOf(field("place"), undefined, "", place)).toEqual({ kind: "room", id: 7 });
    expect(answerOf(field("place"), undefined, "", undefined)).toBeNull();
  });

  it("begins empty, with the half hours of a day", () => {
    expect(emptyAnswers([field("text"), field("choices")])).toEqual({ text: "", choices: [] });
    expect(timesOfDay()[0]).toBe("07:00");
    expect(timesOfDay()).toHaveLength(28);
  });
});

describe("the answers to a survey", () => {
  const questions = (["single", "multiple", "scale", "text", "matrix"] as const).map(
    (kind, number): Question => ({
      ...{ id: number + 1, position: number + 1, kind, kind_name: "", text: "", most: null },
      options: [
        { id: 11, text: "甲" },
        { id: 12, text: "乙" },
      ],
    }),
  );

  it("leave out what was not answered", () => {
    expect(given(questions, {}, {})).toEqual([]);
    expect(given(questions, { 1: 0, 2: [], 4: "  " }, {})).toEqual([]);
  });

  it("bear what was", () => {
    expect(given(questions, { 1: 11, 2: [11, 12], 3: 4, 4: " 好 " }, { 12: 5 })).toEqual([
      { question_id: 1, option_ids: [11] },
      { question_id: 2, option_ids: [11, 12] },
      { question_id: 3, score: 4 },
      { question_id: 4, text: "好" },
      { question_id: 5, scores: [{ option_id: 12, score: 5 }] },
    ]);
  });
});

describe("what is asked before something is done", () => {
  const said = { verb: "", text: " 已清理 ", on: "2026-12-01", officeId: 3 };

  it("is sent under the names that the server knows", () => {
    expect(bodyOf(ASKED.reply!, said, [7])).toEqual({ text: "已清理", photo_ids: [7] });
    expect(bodyOf(ASKED.assign!, { ...said, text: "" }, [])).toEqual({ office_id: 3 });
    expect(bodyOf(ASKED.extend!, said, [])).toEqual({
      reason: "已清理",
      until_at: "2026-12-01T18:00:00+08:00",
    });
    expect(bodyOf(ASKED.note!, said, [])).toEqual({ is_public: true, text: "已清理" });
  });

  it("is missed in words", () => {
    expect(lackOf(ASKED.assign!, { ...said, officeId: 0 })).toBe("请选择承办单位");
    expect(lackOf(ASKED.reply!, { ...said, text: " " })).toBe("请写下答复内容");
    expect(lackOf(ASKED.suspend!, { ...said, on: "" })).toBe("请选择复查日期");
    expect(lackOf(ASKED.accept!, { ...said, text: "" })).toBe("");
  });
});

describe("the words for a demand", () => {
  const now = Date.parse("2026-11-23T09:00:00+08:00");
  const due = "2026-11-23T10:00:00+08:00";

  it("say how long there is", () => {
    expect(timeLeft({ state: "assigned", due_at: due }, now)).toContain("1 小时");
    expect(timeLeft({ state: "assigned", due_at: due }, now + 2 * 3_600_000)).toContain("已超时");
    expect(timeLeft({ state: "suspended", due_at: due }, now)).toBe("已挂账");
    expect(timeLeft({ state: "to_rate", due_at: due }, now)).toBe("");
  });

  it("are coloured by what there is to worry about", () => {
    expect(toneOf({ state: "assigned", is_overdue: true })).toBe("bad");
    expect(toneOf({ state: "closed", is_overdue: true })).toBe("good");
    expect(toneOf({ state: "rejected", is_overdue: true })).toBe("plain");
    expect([fileSize(300), fileSize(2 * 1024 * 1024)]).toEqual(["1 KB", "2.0 MB"]);
  });

  it("promise what the house has for a class", () => {
    const deadline = {
      deadline: "general",
      deadline_name: "一般",
      response_text: "2 小时",
      answer_text: "7 天",
    };
    expect(promiseOf(deadline)).toBe("响应时限 2 小时，答复时限 7 天");
  });

  it("say that a milestone or a unit's demand is late", () => {
    const milestone = { state: "under_way", state_name: "进行中", is_overdue: false };
    expect(milestoneTag(milestone)).toEqual({ tone: "primary", text: "进行中" });
    expect(milestoneTag({ ...milestone, is_overdue: true })).toEqual({ tone: "warn", text: "已延后" });
    expect(milestoneTag({ state: "done", state_name: "已完成", is_overdue: true }).tone).toBe("good");
    expect(demandTone({ state: "carried", is_overdue: true })).toBe("bad");
    expect(demandTone({ state: "answered", is_overdue: false })).toBe("good");
  });
});
