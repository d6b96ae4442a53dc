import { expect, it } from "vitest";

import { nutritionRows } from "@/ordering/nutrition";
import { allergensText } from "@/ordering/titles";

import { dish } from "./meals";

it("tells the portion and 100 g, and what nobody knows", () => {
  const rows = nutritionRows(dish(1, "水煮肉片").nutrition, 220);
  expect(rows.map((row) => [row.title, row.portion, row.hundred])).toEqual([
    ["能量", "1454 千焦", "661 千焦"],
    ["", "348 千卡", "158 千卡"],
    ["蛋白质", "28.2 克", "12.8 克"],
    ["脂肪", "23.3 克", "10.6 克"],
    ["碳水化合物", "—", "—"],
    ["钠", "1408 毫克", "640 毫克"],
  ]);
});

it("has no table where nothing is known", () => {
  const unknown = { energy_kcal: null, protein_g: null, fat_g: null, carbohydrate_g: null, sodium_mg: null };
  expect(nutritionRows(unknown, 200)).toEqual([]);
});

it("tells undeclared allergens from none", () => {
  expect(allergensText(null)).toContain("未登记");
  expect(allergensText([])).toContain("不含");
  expect(allergensText(["fish", "soybean"])).toBe("含鱼类、大豆");
});
