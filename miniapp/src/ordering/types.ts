/** What the API answers about menus and orders. Amounts are fen, weights grams, nutrition per 100 g. */
import type { PortionName } from "@/ordering/titles";

export interface Canteen {
  id: number;
  name: string;
  campus: string;
  periods: { period: string; name: string; window_from: string; window_until: string }[];
}

export interface WeekMeal {
  period: string;
  name: string;
  state: "open" | "closed" | "unpublished";
  order_closes_at: string | null;
  cancel_closes_at: string | null;
  serves_from: string | null;
  serves_until: string | null;
  order: { id: number; canteen_id: number; state: string } | null;
}

export interface WeekDay {
  date: string;
  is_open: boolean;
  note: string;
  periods: WeekMeal[];
}

export interface Portion {
  portion: PortionName;
  price_fen: number;
  weight_g: number;
}

export interface Nutrition {
  energy_kcal: number | null;
  protein_g: number | null;
  fat_g: number | null;
  carbohydrate_g: number | null;
  sodium_mg: number | null;
}

export interface Dish {
  dish_id: number;
  name: string;
  category: string;
  description: string;
  portions: Portion[];
  allergens: string[] | null;
  tags: string[];
  nutrition: Nutrition;
  photo: { full: string; medium: string; thumb: string } | null;
}

export interface Meal {
  period: string;
  name: string;
  state: "open" | "closed";
  order_closes_at: string;
  cancel_closes_at: string;
  serves_from: string;
  serves_until: string;
  dishes: Dish[];
}

export interface Menu {
  date: string;
  canteen_id: number;
  is_open: boolean;
  day_name: string;
  periods: Meal[];
}

export interface Remaining {
  periods: {
    period: string;
    state: string;
    dishes: {
      dish_id: number;
      remaining: number | null;
      portions: { portion: PortionName; remaining: number | null }[];
    }[];
  }[];
}

export interface OrderLine {
  dish_id: number;
  name: string;
  portion: PortionName;
  quantity: number;
  price_fen: number;
  amount_fen: number;
  weight_g: number;
  /** Of what was taken by weight. */
  price_fen_per_kg: number | null;
}

export interface Order {
  id: number;
  number: string;
  state: "booked" | "cancelled" | "picked_up" | "no_show";
  canteen_id: number;
  date: string;
  period: string;
  dining: "dine_in" | "takeaway";
  note: string;
  origin: "self" | "colleague" | "standing" | "walk_in" | "by_weight";
  collect_from: string | null;
  collect_until: string | null;
  total_fen: number;
  packaging_fen: number;
  revision: number;
  placed_at: string;
  cancelled_at: string | null;
  pickup_no: number | null;
  picked_up_at: string | null;
  items: OrderLine[];
}

/** What holds for an order now: `GET /canteen/orders/{id}/meal`. */
export interface OrderMeal {
  canteen_name: string;
  period_name: string;
  state_name: string;
  pickup_from: string | null;
  serves_from: string | null;
  serves_until: string | null;
  can_show_code: boolean;
  can_change: boolean;
  changes_until: string | null;
  can_cancel: boolean;
  cancels_until: string | null;
  paid: Bucket[];
}

export interface Bucket {
  bucket: string;
  bucket_name: string;
  amount_fen: number;
}

export interface Account {
  buckets: { bucket: string; bucket_name: string; balance_fen: number }[];
  balance_fen: number;
}

export interface Takeaway {
  is_offered: boolean;
  is_window_required: boolean;
  packaging_fee_fen: number;
  windows: { from: string; until: string; free: number | null }[];
}
