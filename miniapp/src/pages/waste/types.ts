/** What the API answers about waste. Weights are grams, amounts fen, rates per cent. */
export interface PublicFigure {
  unit: "g_per_diner" | "percent";
  value: number | null;
  text: string;
  /** How many stand behind it: diners, or of 光盘率 the trays. */
  sample: number;
}

export interface PublicSpan {
  title: string;
  from_date: string;
  to_date: string;
  plate: PublicFigure;
  clean_plate: PublicFigure;
  coverage_text: string;
}

export interface PublicFigures {
  canteen_id: number;
  canteen: string;
  week: PublicSpan;
  month: PublicSpan;
  trend: { from_date: string; to_date: string; title: string; value: number | null; text: string }[];
  /** Of last month against the month before. */
  change: { percent: number | null; text: string; is_enough: boolean; note: string } | null;
  baselines: { key: string; title: string; published: string; note: string; text: string }[];
  sentences: string[];
}

export interface Tray {
  date: string;
  period: string;
  canteen_name: string;
  bound_at: string;
  returned_at: string | null;
  served_g: number | null;
  leftover_g: number | null;
  is_clean: boolean | null;
}

export interface TrayMonth {
  month: string;
  is_on: boolean;
  trays: Tray[];
}

export interface WeighedMeal {
  order_id: number;
  number: string;
  canteen_name: string;
  date: string;
  period: string;
  lines: {
    dish_id: number;
    dish_name: string;
    weight_g: number;
    price_fen_per_kg: number;
    amount_fen: number;
  }[];
  amount_fen: number;
  waived_fen: number;
  total_fen: number;
  paid_fen: number;
  owed_fen: number;
  state: "paid" | "owed";
  objection: { reason: string; objected_at: string; answer: string; answered_at: string | null } | null;
  can_object: boolean;
  objection_closes_at: string;
  settled_at: string;
}

export interface Bulletin {
  id: number;
  kind: "monthly" | "quarterly";
  period_name: string;
  title: string;
  issue_no: string;
  version: number;
  correction_reason: string;
  superseded_by: number | null;
  published_at: string;
}

export interface BulletinDetail extends Bulletin {
  summary: string[];
  introduction: string;
  problems: string;
  requirements: string;
}
