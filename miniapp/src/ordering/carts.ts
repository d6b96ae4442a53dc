/** The carts of whoever is logged in, one for each meal, kept on this phone until they are ordered. */
import { reactive } from "vue";

import { today } from "@/clock";
import type { Line } from "@/ordering/lines";
import { session } from "@/session";

const KEPT = "houqin.carts";

const carts = reactive<Record<string, Line[]>>({});
let owner = 0;

/** Which meal a cart is for; `of` sets the cart of a change (`order-7`) or for a colleague apart. */
export function cartKey(canteenId: number, date: string, period: string, of = ""): string {
  return [date, canteenId, period, of].join("|");
}

export function cart(key: string): readonly Line[] {
  return carts[key] ?? [];
}

export function setCart(key: string, lines: readonly Line[]): void {
  if (lines.length) carts[key] = [...lines];
  else delete carts[key];
  uni.setStorageSync(KEPT, JSON.stringify({ owner, carts }));
}

/** Reads what this person has kept, once; meals that are over are forgotten. Call it once the person is known. */
export function restoreCarts(): void {
  const id = session.user?.id ?? 0;
  if (id === owner) return;
  owner = id;
  for (const key of Object.keys(carts)) delete carts[key];
  const kept = parsed(uni.getStorageSync(KEPT));
  if (kept?.owner !== id) return;
  for (const [key, lines] of Object.entries(kept.carts)) if (key.slice(0, 10) >= today()) carts[key] = lines;
}

function parsed(text: unknown): { owner: number; carts: Record<string, Line[]> } | null {
  try {
    return JSON.parse(String(text || "null"));
  } catch {
    return null;
  }
}
