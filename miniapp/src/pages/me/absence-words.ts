/** Absences: what the API answers, and how they are called. */
import { day, dayNumber } from "@/formats";
import type { Tone } from "@/ordering/titles";

export type Half = "am" | "pm";

export interface Absence {
  id: number;
  kind: string;
  from_date: string;
  from_half: Half;
  until_date: string;
  until_half: Half;
  /** The same in words. */
  span: string;
  state: string;
  source: "self" | "recorded" | "imported";
  reason: string;
  answer: string;
  filed_at: string;
  decided_at: string | null;
  may_withdraw: boolean;
}

export interface OrderWithin {
  order_id: number;
  number: string;
  canteen: string;
  date: string;
  period: string;
  total_fen: number;
  state: string;
}

export const ABSENCE_KINDS: Record<string, string> = { leave: "请假", trip: "出差", training: "培训" };

export const HALVES: readonly { key: Half; title: string }[] = [
  { key: "am", title: "上午" },
  { key: "pm", title: "下午" },
];

export const ABSENCE_STATES: Record<string, { title: string; tone: Tone }> = {
  pending: { title: "待审批", tone: "warn" },
  approved: { title: "已批准", tone: "good" },
  rejected: { title: "未批准", tone: "bad" },
  withdrawn: { title: "已撤回", tone: "plain" },
  revoked: { title: "已撤销", tone: "plain" },
};

/** 「共 1.5 天」 from half a day to half a day, both included; empty if it ends before it begins. */
export function lengthText(from: string, fromHalf: Half, until: string, untilHalf: Half): string {
  const halves =
    2 * (dayNumber(until) - dayNumber(from)) + 1 + Number(untilHalf === "pm") - Number(fromHalf === "pm");
  return halves > 0 ? `共 ${halves / 2} 天` : "";
}

/** What it means for lunch, which lies between the halves of a day: only a whole day covers it. */
export function lunchText(
  from: string,
  fromHalf: Half,
  until: string,
  untilHalf: Half,
  today: string,
): string {
  if (from === until && fromHalf === untilHalf) return "半天不影响当天午餐的预订";
  const said = [];
  if (fromHalf === "pm") said.push(`${day(from, today)}午餐`);
  if (untilHalf === "am") said.push(`${day(until, today)}午餐`);
  return said.length ? `${said.join("、")}不受影响，仍可取餐` : "";
}
