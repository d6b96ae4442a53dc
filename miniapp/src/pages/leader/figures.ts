/** What `GET /figures/today` answers, and how it reads: pure functions. */
import { percent } from "@/formats";

export interface PeriodFigures {
  period: string;
  period_name: string;
  ordered: number;
  picked_up: number;
  portions: number;
}

export interface Figures {
  periods: PeriodFigures[];
  ordered: number;
  picked_up: number;
  portions: number;
  ordered_last_week: number | null;
  ordered_change: string | null;
  yesterday_ordered: number;
  yesterday_picked_up: number;
  attendance_rate: string | null;
  no_show_count: number;
  no_show_rate: string | null;
  satisfaction: {
    rate: string | null;
    average: string | null;
    count: number;
    served: number;
    coverage: string | null;
    is_withheld: boolean;
  };
}

export interface Today {
  date: string;
  compared_on: string;
  yesterday: string;
  rated_from: string;
  rated_until: string;
  canteens: { canteen_id: number; canteen_name: string; figures: Figures }[];
  total: Figures;
}

/** 「多 14.5%」「少 3.0%」「持平」 against the same weekday; empty where there is nothing to compare with. */
export function changeText(change: string | null): string {
  if (change === null) return "";
  const ratio = Number(change);
  if (ratio === 0) return "持平";
  return `${ratio > 0 ? "多" : "少"} ${percent(Math.abs(ratio))}`;
}

/** How wide a bar is, in percent of the widest. */
export function width(part: number, whole: number): string {
  return whole > 0 ? `${Math.min(100, (part / whole) * 100).toFixed(1)}%` : "0%";
}

/** 「4.21 分」, or why it is not told. */
export function satisfactionText(said: Figures["satisfaction"]): string {
  if (said.average !== null) return `${said.average} 分`;
  return said.is_withheld ? "评价不足，暂不公布" : "暂无评价";
}
