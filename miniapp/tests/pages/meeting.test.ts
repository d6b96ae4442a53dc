import { describe, expect, it } from "vitest";

import { ordinalOf, repeatsOf, ruleOf, weekdayOf, wordsOf } from "@/pages/meeting/series";
import { busyOf } from "@/pages/meeting/busy";
import { instantAt, meetingTime, placeIn, QUARTERS, usualTimes } from "@/pages/meeting/times";
import type { RoomDetail } from "@/pages/meeting/types";
import { approvalWords, taskTone, taskWord } from "@/pages/meeting/words";

describe("a series", () => {
  it("knows the weekday of a date, before 1970 too", () => {
    expect(weekdayOf("2026-11-23")).toBe(0);
    expect(weekdayOf("2026-11-29")).toBe(6);
    expect(weekdayOf("1969-12-31")).toBe(2);
  });

  it("knows which one of its weekday in the month a date is", () => {
    expect(["2026-11-01", "2026-11-08", "2026-11-23", "2026-11-29"].map(ordinalOf)).toEqual([1, 2, 4, 5]);
  });

  it("becomes a rule of RFC 5545", () => {
    expect(ruleOf("", "2026-11-23", [])).toBe("");
    expect(ruleOf("workdays", "2026-11-23", [])).toBe("FREQ=DAILY");
    expect(ruleOf("weekly", "2026-11-23", [2, 0])).toBe("FREQ=WEEKLY;BYDAY=MO,WE");
    expect(ruleOf("fortnightly", "2026-11-24", [])).toBe("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU");
    expect(ruleOf("monthly", "2026-11-23", [])).toBe("FREQ=MONTHLY;BYMONTHDAY=23");
    expect(ruleOf("ordinal", "2026-11-23", [])).toBe("FREQ=MONTHLY;BYDAY=4MO");
    expect(ruleOf("ordinal", "2026-11-30", [])).toBe("FREQ=MONTHLY;BYDAY=-1MO");
  });

  it("offers what fits the date", () => {
    expect(repeatsOf("2026-11-30").map((each) => each.title)).toEqual([
      ...["不重复", "每个工作日", "每周", "每两周", "每月30日", "每月最后一个周一"],
    ]);
  });

  it("is told in words, and a rule beyond words says so", () => {
    expect(wordsOf("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE")).toBe("每两周 周一、周三");
    expect(wordsOf("FREQ=MONTHLY;BYDAY=-1FR;COUNT=4")).toBe("每月 最后一个周五");
    expect(wordsOf("FREQ=MONTHLY;BYMONTHDAY=15,-1")).toBe("每月 15日、最后一天");
    expect(wordsOf("FREQ=DAILY;INTERVAL=3")).toBe("每3天");
    expect(wordsOf("FREQ=YEARLY;BYWEEKNO=20")).toBe("按规则重复");
    expect(wordsOf("")).toBe("");
  });
});

describe("the times of a meeting", () => {
  it("can end with the day", () => {
    expect(QUARTERS[0]).toBe("00:00");
    expect(QUARTERS[QUARTERS.length - 1]).toBe("24:00");
    expect(instantAt("2026-11-30", "24:00")).toBe("2026-12-01T00:00:00+08:00");
  });

  it("begin at the next half hour of the working day", () => {
    const at = (text: string) => Date.parse(`2026-11-23T${text}:00+08:00`);
    expect(usualTimes(at("07:10"))).toEqual({ from: "09:00", until: "10:00" });
    expect(usualTimes(at("13:01"))).toEqual({ from: "13:30", until: "14:30" });
    expect(usualTimes(at("23:00"))).toEqual({ from: "17:00", until: "18:00" });
  });

  it("are told with both days where midnight lies between", () => {
    const same = meetingTime("2026-11-23T09:00:00+08:00", "2026-11-24T00:00:00+08:00");
    expect(same).toContain("09:00");
    expect(same).toBe("11月23日 周一 09:00–00:00");
    expect(meetingTime("2026-11-23T22:00:00+08:00", "2026-11-24T02:00:00+08:00")).toContain("11月24日");
  });

  it("are told by today's words", () => {
    const told = meetingTime("2026-11-24T09:00:00+08:00", "2026-11-24T10:30:00+08:00", "2026-11-23");
    expect(told).toBe("明天 09:00–10:30");
  });

  it("stand in the shown day, cut at its ends", () => {
    const place = (from: string, until: string) =>
      placeIn("2026-11-23", `2026-11-23T${from}:00+08:00`, `2026-11-23T${until}:00+08:00`);
    expect(place("08:00", "14:00")).toEqual({ left: 0, width: 50 });
    expect(place("06:00", "11:00")).toEqual({ left: 0, width: 25 });
    expect(place("06:00", "08:00")).toBeNull();
  });
});

describe("a room's day", () => {
  const room = { id: 1, name: "", place: "", campus_id: 1, campus: "", capacity: 8, equipment: [] };
  const span = (from: string, until: string) => ({
    start: `2026-11-23T${from}:00+08:00`,
    end: `2026-11-23T${until}:00+08:00`,
  });
  const meeting = { occurrence_id: 1, subject: "处务会", organiser: "", is_mine: false };

  it("tells what keeps the room, in order", () => {
    const busy = busyOf({
      room,
      meetings: [
        { ...meeting, ...span("14:00", "15:00"), state: "pending", organiser: "张平" },
        { ...meeting, ...span("09:00", "10:00"), state: "booked" },
      ],
      closures: [{ id: 1, ...span("12:00", "13:00"), reason: "" }],
      offered: [span("16:00", "17:00")],
    });
    expect(busy.map(({ kind, text }) => [kind, text])).toEqual([
      ["booked", "处务会"],
      ["closed", "停用"],
      ["pending", "处务会 · 张平"],
      ["offered", "候补保留"],
    ]);
  });
});

describe("what a page says of a room and a task", () => {
  const detail = (approval: string, approval_level: number | null = null) =>
    approvalWords({ room: { approval }, approval_level } as RoomDetail);

  it("names the bookings that are approved first", () => {
    expect(detail("none")).toBe("");
    expect(detail("always")).toContain("批准后生效");
    expect(detail("below_level", 3)).toBe("厅局级以下的会议需要审批");
    expect(detail("from_level", 4)).toBe("主要领导及以上的会议需要审批");
    expect(detail("outside_hours")).toContain("开放时间以外");
  });

  it("calls a late task late until it is done", () => {
    const task = { state: "open" as const, state_name: "待办", is_late: true };
    expect([taskWord(task), taskTone(task)]).toEqual(["已超时", "bad"]);
    const done = { state: "done" as const, state_name: "已完成", is_late: true };
    expect([taskWord(done), taskTone(done)]).toEqual(["已完成", "good"]);
  });
});
