import type { IconName } from "@/modules";
import { countdown, duration, parseInstant } from "@/formats";

import type { Deadline, DoorKind, ReportRow } from "./types";

/** The ways in which something is dealt with, for who chooses by themselves. */
export const DOORS: Record<DoorKind, { title: string; hint: string; icon: IconName; page: string }> = {
  repair: {
    title: "报修",
    hint: "房间里、设备上的东西坏了",
    icon: "tool",
    page: "pages/repairs/new",
  },
  snap: {
    title: "随手拍",
    hint: "公共区域的隐患、卫生、设施问题",
    icon: "camera",
    page: "pages/feedback/new?kind=snap",
  },
  service: {
    title: "微管家",
    hint: "送水、搬运、访客停车等小服务",
    icon: "lifebuoy",
    page: "pages/feedback/services",
  },
  complaint: {
    title: "投诉",
    hint: "对服务不满意，可以匿名",
    icon: "alert-circle",
    page: "pages/feedback/new?kind=complaint",
  },
  suggestion: {
    title: "建议",
    hint: "有更好的想法",
    icon: "bulb",
    page: "pages/feedback/new?kind=suggestion",
  },
  faq: {
    title: "常见问题",
    hint: "先看看有没有现成的答案",
    icon: "help-circle",
    page: "pages/feedback/faq",
  },
};

export const KIND_TITLES: Record<string, string> = Object.fromEntries(
  Object.entries(DOORS).map(([kind, door]) => [kind, door.title]),
);

export const OUTCOMES = [
  { key: "resolved", title: "已解决" },
  { key: "partly", title: "部分解决" },
  { key: "unresolved", title: "未解决" },
];

export type Tone = "plain" | "primary" | "good" | "warn" | "bad";

const OVER = ["closed", "rejected", "duplicate", "hidden", "withdrawn"];

/** The colour of a report's state. */
export function toneOf(report: Pick<ReportRow, "state" | "is_overdue">): Tone {
  if (["closed", "replied", "to_rate"].includes(report.state)) return "good";
  if (OVER.includes(report.state)) return "plain";
  if (report.is_overdue) return "bad";
  return report.state === "suspended" ? "warn" : "primary";
}

/** How long there is, or how late it is; empty once it was answered. */
export function timeLeft(report: Pick<ReportRow, "state" | "due_at">, now: number): string {
  if (!report.due_at || OVER.includes(report.state) || ["replied", "to_rate"].includes(report.state))
    return "";
  if (report.state === "suspended") return "已挂账";
  const left = parseInstant(report.due_at) - now;
  return left >= 0 ? countdown(report.due_at, now) : `已超时 ${duration(-left)}`;
}

const SERVICE_ICONS: Record<string, IconName> = {
  water: "bottle",
  moving: "package",
  bulb: "bulb",
  cleaning: "leaf",
  found: "search",
  parking: "parking",
  umbrella: "umbrella",
  name_card: "id-badge-2",
  key: "key",
  paper: "file-text",
  plant: "plant",
  ask: "help-circle",
};

/** The drawing of a small service. */
export function serviceIcon(name: string): IconName {
  return SERVICE_ICONS[name] ?? "lifebuoy";
}

/** The colour of a project's state. */
export function projectTone(state: string): Tone {
  if (state === "done") return "good";
  return state === "declined" || state === "proposed" ? "plain" : "primary";
}

/** `1.5 MB`, `320 KB`. */
export function fileSize(bytes: number): string {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  return kilobytes < 1024 ? `${kilobytes} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** How a milestone stands: one that is late says so. */
export function milestoneTag(milestone: { state: string; state_name: string; is_overdue: boolean }): {
  tone: Tone;
  text: string;
} {
  if (milestone.state === "done") return { tone: "good", text: milestone.state_name };
  if (milestone.is_overdue) return { tone: "warn", text: "已延后" };
  return { tone: milestone.state === "under_way" ? "primary" : "plain", text: milestone.state_name };
}

/** What the house promises for a class of demands, before one is sent. */
export function promiseOf(deadline: Deadline): string {
  return `响应时限 ${deadline.response_text}，答复时限 ${deadline.answer_text}`;
}

/** The colour of an application's state. */
export function applicationTone(state: string): Tone {
  return ({ waiting: "warn", approved: "good", refused: "bad" } as Record<string, Tone>)[state] ?? "plain";
}

/** The colour of a resident unit's demand. */
export function demandTone(demand: { state: string; is_overdue: boolean }): Tone {
  if (demand.is_overdue) return "bad";
  if (["answered", "confirmed"].includes(demand.state)) return "good";
  return demand.state === "withdrawn" ? "plain" : "primary";
}

/** The colour of what has to be mended. */
export function rectificationTone(item: { state: string; is_overdue: boolean }): Tone {
  if (item.is_overdue) return "bad";
  if (item.state === "closed") return "good";
  return item.state === "returned" ? "warn" : "primary";
}
