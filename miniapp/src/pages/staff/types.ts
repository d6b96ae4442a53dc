/** What the API answers at a counter. Amounts are fen, weights grams. */
import type { Order } from "@/ordering/types";
import type { PortionName } from "@/ordering/titles";

export interface HandedOut extends Order {
  staff_name: string;
  canteen_name: string;
}

export interface Offer {
  canteen_id: number;
  canteen_name: string;
  date: string;
  period: string;
  meal_name: string;
  is_allowed: boolean;
  is_open: boolean;
  opens_at: string;
  closes_at: string;
  dishes: OfferedDish[];
}

export interface OfferedDish {
  dish_id: number;
  name: string;
  category: string;
  remaining: number | null;
  portions: { portion: PortionName; price_fen: number; weight_g: number; remaining: number | null }[];
}

export interface PrepList {
  is_frozen: boolean;
  frozen_at: string | null;
  orders: number;
  dishes: { dish_id: number; name: string; portion: PortionName; quantity: number; weight_g: number }[];
  receptions: {
    id: number;
    number: string;
    department: string;
    heads: number;
    note: string;
    dishes: { dish_id: number; name: string; quantity: number; weight_g: number }[];
  }[];
}
