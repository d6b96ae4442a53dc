import type { RoomDetail, Task } from "./types";

export type Tone = "plain" | "primary" | "good" | "warn" | "bad";

export const LAYOUTS = [
  { key: "classroom", title: "课桌式" },
  { key: "hollow", title: "回字式" },
  { key: "theatre", title: "剧院式" },
  { key: "u_shape", title: "U 形" },
  { key: "board", title: "董事会式" },
];
/** Whom a meeting is attended by. */
export const LEVELS = [
  { key: 1, title: "一般人员" },
  { key: 2, title: "处级" },
  { key: 3, title: "厅局级" },
  { key: 4, title: "主要领导" },
];
const TONES: Record<string, Tone> = {
  pending: "warn",
  booked: "primary",
  in_use: "good",
  conflict: "bad",
  displaced: "bad",
  rejected: "bad",
  released: "bad",
};

export function layoutName(layout: string): string {
  return LAYOUTS.find((each) => each.key === layout)?.title ?? "";
}

export function levelName(level: number | null): string {
  return LEVELS.find((each) => each.key === level)?.title ?? "";
}

/** When bookings of a room are approved first, in words; "" if never. */
export function approvalWords({ room, approval_level }: RoomDetail): string {
  switch (room.approval) {
    case "always":
      return "提交后先为您保留，批准后生效";
    case "outside_hours":
      return "开放时间以外的会议需要审批";
    case "below_level":
      return `${levelName(approval_level)}以下的会议需要审批`;
    case "from_level":
      return `${levelName(approval_level)}及以上的会议需要审批`;
    default:
      return "";
  }
}

/** The colour of a meeting's state. */
export function toneOf(state: string): Tone {
  return TONES[state] ?? "plain";
}

/** The colour of a steward's task. */
export function taskTone(task: Pick<Task, "state" | "is_late">): Tone {
  if (task.is_late && task.state !== "done") return "bad";
  return ({ working: "primary", done: "good", open: "warn" } as Record<string, Tone>)[task.state] ?? "plain";
}

/** A steward's task in a word. */
export function taskWord(task: Pick<Task, "state" | "state_name" | "is_late">): string {
  return task.is_late && task.state !== "done" ? "已超时" : task.state_name;
}
