/** What the API answers about the assessment of contractors. Points and per cents are plain numbers. */
export interface Result {
  number: number;
  state: "open" | "locked";
  state_name: string;
  sheet_title: string;
  total: number | null;
  grade: string;
  share: number;
  payable_fen: number;
  withheld_fen: number;
  reason: string;
}

export interface AssessmentRow {
  id: number;
  contractor_name: string;
  contract_title: string;
  month: string;
  open_appeals: number;
  latest: Result;
}

export interface SheetItem {
  item_id: number;
  number: string;
  level1: string;
  level2: string;
  points: number;
  source_name: string;
  text: string;
  taken: number;
  score: number | null;
}

export interface Assessment extends AssessmentRow {
  shown: Result & { items: SheetItem[] };
  deductions: Deduction[];
}

export interface Deduction {
  id: number;
  assessment_id: number;
  contractor_name: string;
  month: string;
  item_number: string;
  item_title: string;
  points: number;
  standing: number;
  reason: string;
  happened_on: string;
  made_by_name: string;
  appeal_until: string;
  withdrawn_at: string | null;
  withdrawal_reason: string;
  photos: { full: string; thumb: string }[];
  orders: { id: number; number: string }[];
  appeal: Appeal | null;
  can: string[];
}

export interface Appeal {
  id: number;
  state: string;
  state_name: string;
  text: string;
  photos: { full: string; thumb: string }[];
  filed_at: string;
  review: string;
  reviewed_at: string | null;
  decision: string;
  decided_at: string | null;
}
