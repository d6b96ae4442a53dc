/** What the API answers about inspections. */
export interface RoundRow {
  id: number;
  name: string;
  kind: "inspection" | "maintenance";
  kind_name: string;
  is_recheck: boolean;
  opens_at: string;
  closes_at: string;
  is_now: boolean;
  is_overdue: boolean;
  state: string;
  state_name: string;
  group_name: string;
  points: number;
  visited: number;
  missed: number;
  failed: number;
}

export interface CheckItem {
  id: number;
  position: number;
  text: string;
  hint: string;
  kind: "yes_no" | "number" | "choice" | "photo";
  is_required: boolean;
  lower: number | null;
  upper: number | null;
  limits: string;
  unit: string;
  options: string[];
  /** Answers that fail: `yes`, `no`, or options. */
  failing: string[];
  needs_photo_if_failed: boolean;
  answer: CheckAnswer | null;
}

export interface CheckAnswer {
  value: boolean | number | string | null;
  value_text: string;
  verdict: string;
  verdict_name: string;
  remark: string;
  order: { id: number; number: string; state_name: string } | null;
  photos: { full: string; thumb: string }[];
}

export interface RoundPoint {
  id: number;
  position: number;
  name: string;
  place_path: string;
  is_security: boolean;
  is_manual_ok: boolean;
  state: string;
  state_name: string;
  visited_at: string | null;
  is_late: boolean;
  reason: string;
  items: CheckItem[];
}

export interface Round extends RoundRow {
  remark: string;
  reason: string;
  recheck_of: { item: string; order: { number: string; state_name: string } | null } | null;
  points_list: RoundPoint[];
  can: string[];
}
