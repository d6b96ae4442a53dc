/** The nutrition of a portion, from values per 100 g. */
import type { Nutrition } from "@/ordering/types";

const KJ_PER_KCAL = 4.184;
const ROWS: readonly { key: keyof Nutrition; title: string; unit: string; digits: number }[] = [
  { key: "protein_g", title: "蛋白质", unit: "克", digits: 1 },
  { key: "fat_g", title: "脂肪", unit: "克", digits: 1 },
  { key: "carbohydrate_g", title: "碳水化合物", unit: "克", digits: 1 },
  { key: "sodium_mg", title: "钠", unit: "毫克", digits: 0 },
];

export interface NutritionRow {
  title: string;
  portion: string;
  hundred: string;
}

/** Rows for a table, energy first in kJ and kcal; none if nothing is known. */
export function nutritionRows(of: Nutrition, weightG: number): NutritionRow[] {
  if (Object.values(of).every((value) => value === null)) return [];
  const rows = ROWS.map(({ key, title, unit, digits }) => ({
    title,
    portion: value(of[key], weightG / 100, digits, unit),
    hundred: value(of[key], 1, digits, unit),
  }));
  const kcal = of.energy_kcal;
  const kj = kcal === null ? null : kcal * KJ_PER_KCAL;
  return [
    { title: "能量", portion: value(kj, weightG / 100, 0, "千焦"), hundred: value(kj, 1, 0, "千焦") },
    { title: "", portion: value(kcal, weightG / 100, 0, "千卡"), hundred: value(kcal, 1, 0, "千卡") },
    ...rows,
  ];
}

function value(per: number | null, times: number, digits: number, unit: string): string {
  return per === null ? "—" : `${(per * times).toFixed(digits)} ${unit}`;
}
