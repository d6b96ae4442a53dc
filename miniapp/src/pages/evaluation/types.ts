/** What the API answers about inspections, and what follows from it. Points have at most one decimal. */
import { day } from "@/formats";

export interface InspectionRow {
  id: number;
  year: number;
  unit_name: string;
  state: string;
  state_name: string;
  from_on: string;
  until_on: string;
  is_announced: boolean;
  lead_name: string;
  members: number;
  scored: number;
  item_count: number;
  total: number | null;
  /** Empty as long as there is no total. */
  grade: string;
  /** The last day on which the unit may answer. */
  answer_until_on: string | null;
}

export interface Loss {
  reason_id: number | null;
  text: string;
}

export interface Item {
  item_id: number;
  number: string;
  level1: string;
  level2: string;
  level3: string;
  points: number;
  scoring: string;
  may_be_inapplicable: boolean;
  reasons: { id: number; text: string; points: number | null }[];
  /** 0 as long as nobody has scored it. */
  revision: number;
  score: number | null;
  is_inapplicable: boolean;
  remark: string;
  losses: Loss[];
  scored_by_name: string;
  scored_at: string | null;
  photos: { id: number; thumb: string; full: string }[];
}

export interface Inspection extends InspectionRow {
  revision: number;
  note: string;
  team: { id: number; name: string; is_lead: boolean }[];
  conclusion: string;
  items: Item[];
  steps: { step: string; taken_at: string; taken_by_name: string; text: string }[];
  can: string[];
}

/** What was done with an inspection, in words. */
export const STEPS: Record<string, string> = {
  arrange: "安排抽查",
  change: "调整安排",
  score: "评分",
  submit: "检查组提交",
  acknowledge: "单位确认",
  dispute: "单位提出异议",
  return: "退回重评",
  confirm: "办结",
  cancel: "取消",
};

/** 「11月23日–11月27日」, or the one day. */
export function spanOf(inspection: Pick<InspectionRow, "from_on" | "until_on">): string {
  const days = new Set([inspection.from_on, inspection.until_on]);
  return [...days].map((each) => day(each)).join("–");
}

/** Items under the heading of their first level, in the order of the sheet. */
export function bySection(items: readonly Item[]): [string, Item[]][] {
  const names = [...new Set(items.map((each) => each.level1))];
  return names.map((name) => [name, items.filter((each) => each.level1 === name)]);
}

/** Points of what is typed (`4.5`), between 0 and `most`; null of anything else. */
export function pointsOf(typed: string, most: number): number | null {
  const text = typed.trim();
  if (!/^\d{1,3}(\.\d)?$/.test(text)) return null;
  return Number(text) <= most ? Number(text) : null;
}

/** What a score lacks before it may be saved, in words; empty if nothing. */
export function lackOf(item: Item, typed: string, isInapplicable: boolean, losses: readonly Loss[]): string {
  if (isInapplicable) return "";
  const points = pointsOf(typed, item.points);
  if (points === null) return `请输入 0 到 ${item.points} 分，最多一位小数`;
  return points < item.points && !losses.length ? "扣分须说明失分原因" : "";
}
