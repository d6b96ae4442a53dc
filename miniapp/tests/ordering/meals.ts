import type { Dish, Meal } from "@/ordering/types";

/** A dish sold whole for 10 yuan and by halves for 5. */
export function dish(id: number, name: string, category = "meat"): Dish {
  return {
    dish_id: id,
    name,
    category,
    description: "",
    portions: [
      { portion: "standard", price_fen: 1000, weight_g: 200 },
      { portion: "half", price_fen: 500, weight_g: 100 },
    ],
    allergens: [],
    tags: [],
    nutrition: { energy_kcal: 158, protein_g: 12.8, fat_g: 10.6, carbohydrate_g: null, sodium_mg: 640 },
    photo: null,
  };
}

export function meal(...dishes: Dish[]): Meal {
  return {
    period: "lunch",
    name: "午餐",
    state: "open",
    order_closes_at: "2026-11-23T10:00:00+08:00",
    cancel_closes_at: "2026-11-23T10:00:00+08:00",
    serves_from: "2026-11-23T11:30:00+08:00",
    serves_until: "2026-11-23T12:30:00+08:00",
    dishes,
  };
}
