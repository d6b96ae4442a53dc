import type { Canteen } from "@/ordering/types";

/** The position of the canteen that was ordered at last; otherwise the first. */
export function lastCanteen(canteens: readonly Canteen[]): number {
  const id = Number(uni.getStorageSync("houqin.canteen"));
  return Math.max(
    0,
    canteens.findIndex((each) => each.id === id),
  );
}
