/** What the API answers about rectifications. */
export interface RectificationRow {
  id: number;
  unit_name: string;
  origin_name: string;
  title: string;
  state: string;
  state_name: string;
  due_on: string;
  is_overdue: boolean;
  has_extension: boolean;
}

export interface Attempt {
  number: number;
  measures: { position: number; text: string }[];
  remark: string;
  photos: { thumb: string; full: string }[];
  reported_at: string;
  reported_by_name: string;
  checked_at: string | null;
  checked_by_name: string;
  is_passed: boolean | null;
  failed: number[];
  finding: string;
}

export interface Rectification extends RectificationRow {
  revision: number;
  demand: string;
  problems: { position: number; text: string }[];
  attempts: Attempt[];
  extensions: { id: number; wanted_on: string; reason: string; state: string; decision: string }[];
  can: string[];
}

/** Nothing is to be done about it any more. */
export const DONE = ["closed", "withdrawn"];

export const EXTENSIONS: Record<string, string> = { waiting: "待批准", granted: "已批准", refused: "未批准" };

/** What a report lacks before it is sent, in words; empty if nothing. */
export function lackOf(problems: Rectification["problems"], measures: Record<number, string>): string {
  const silent = problems.find((each) => !measures[each.position]?.trim());
  return silent ? `请写下第 ${silent.position} 条的整改情况` : "";
}
