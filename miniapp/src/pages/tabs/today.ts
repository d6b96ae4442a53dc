/** What `GET /home` answers, and what the first page makes of it. */
import type { Entry, Module } from "@/modules";

export interface HomeOrder {
  id: number;
  number: string;
  date: string;
  period: string;
  period_name: string;
  canteen_id: number;
  canteen_name: string;
  state: string;
  state_name: string;
  dining: string;
  origin: string;
  total_fen: number;
  dishes: string[];
  pickup_no: number | null;
  serves_from: string | null;
  serves_until: string | null;
  collect_from: string | null;
  collect_until: string | null;
  can_show_code: boolean;
}

export interface OpenMeal {
  canteen_id: number;
  canteen_name: string;
  date: string;
  period: string;
  period_name: string;
  order_closes_at: string;
}

export interface Home {
  date: string;
  now: string;
  orders: HomeOrder[];
  next_meal: OpenMeal | null;
  messages: {
    unread: number;
    latest: {
      id: number;
      title: string;
      text: string;
      is_urgent: boolean;
      created_at: string;
      read_at: string | null;
    }[];
  };
  meetings: {
    booking_id: number;
    occurrence_id: number;
    subject: string;
    room: string;
    start: string;
    end: string;
  }[];
  notices: { id: number; kind_name: string; title: string; published_at: string; is_unread: boolean }[];
  waiting: { kind: string; title: string; text: string; count: number; page: string }[];
  account: { balance_fen: number; buckets: { bucket: string; bucket_name: string; balance_fen: number }[] };
  privacy: { version: string; is_agreed: boolean | null };
}

// What people do at their work stands before what they do for themselves.
const WORK = ["staff", "leader"];

/** The order that the first page puts forward: the next to be collected, else what was collected today. */
export function mainOrder(orders: readonly HomeOrder[], today: string): HomeOrder | null {
  return orders.find((order) => order.can_show_code) ?? orders.find((order) => order.date === today) ?? null;
}

/** At most so many entries that the person may use; those of their work first, the tabs' own left out. */
export function shortcuts(
  modules: readonly Module[],
  can: (permission: string) => boolean,
  most: number,
): Entry[] {
  const place = (name: string) => (WORK.includes(name) ? WORK.indexOf(name) : WORK.length);
  return [...modules]
    .sort((one, other) => place(one.name) - place(other.name))
    .flatMap((module) => module.entries)
    .filter((entry) => can(entry.permission) && !entry.page.startsWith("pages/tabs/"))
    .slice(0, most);
}

/** 「早上好」 at that hour in Beijing. */
export function greeting(hour: number): string {
  if (hour < 5) return "夜深了";
  if (hour < 11) return "早上好";
  if (hour < 13) return "中午好";
  if (hour < 18) return "下午好";
  return "晚上好";
}

/** The menu's page, opened at a meal. */
export function menuPage(meal: { canteen_id: number; date: string; period: string }): string {
  return `pages/canteen/menu?canteen_id=${meal.canteen_id}&date=${meal.date}&period=${meal.period}`;
}
