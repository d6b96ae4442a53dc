import { gramsOf } from "@/counter/kilograms";

/** What is weighed by hand at a canteen: the sheet of a meal, and what is wrong with an entry before it is sent. */
export interface Stage {
  stage: string;
  stage_name: string;
  /** Whether food and what nobody eats (peel, bones) are told apart. */
  has_inedible: boolean;
  entered_g: number;
  entries: number;
  device_g: number;
}

export interface Entry {
  id: number;
  stage_name: string;
  edible: string;
  net_g: number;
  /** Empty where it is of no dish, or of no container. */
  dish_name: string;
  container_name: string;
  reason: string;
  entered_by_name: string;
  entered_at: string;
  is_taken_back: boolean;
  can_take_back: boolean;
}

export interface Sheet {
  canteen_id: number;
  date: string;
  period: string;
  meal_name: string;
  is_open: boolean;
  earliest_on: string;
  diners: number | null;
  diners_counted: number | null;
  stages: Stage[];
  dishes: { dish_id: number; name: string }[];
  containers: { container_id: number; kind: string; code: string; name: string; tare_g: number }[];
  entries: Entry[];
}

export const EDIBLE = [
  { key: "edible", title: "可食部分" },
  { key: "inedible", title: "不可食部分" },
  { key: "mixed", title: "未分开" },
];

const OF_DISHES = ["prepared", "unserved", "plate", "reused"];

/** Whether a stage is weighed dish by dish, too. */
export function mayNameDish(stage: string): boolean {
  return OF_DISHES.includes(stage);
}

/** What a form of an entry lacks, in words; empty if nothing. */
export function lackOf(typed: string, tareG: number): string {
  const weight = gramsOf(typed);
  if (weight === null) return "请输入重量，单位千克，最多三位小数，例如 12.35";
  if (weight > tareG) return "";
  return tareG ? "重量应大于容器的皮重" : "重量应大于 0";
}
