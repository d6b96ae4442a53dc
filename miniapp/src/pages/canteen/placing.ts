/** What an order that is about to be placed comes to: pure functions. */
import type { PricedLine } from "@/ordering/lines";
import type { Order, Takeaway } from "@/ordering/types";

export type Dining = Order["dining"];
export type Window = Takeaway["windows"][number];

/** A line of the order, with how many of it there are to have; null for any number. */
export interface ShownLine extends PricedLine {
  left: number | null;
}

export function isOverdrawn(line: ShownLine): boolean {
  return line.left !== null && line.left < line.quantity;
}

/** The windows to choose from. The changed order's own is among them, even if it is not offered any more. */
export function windowsFor(takeaway: Takeaway | null, order: Order | null): Window[] {
  const offered = takeaway?.windows ?? [];
  if (!order?.collect_from || !order.collect_until) return offered;
  if (offered.some((each) => each.from === order.collect_from)) return offered;
  return [{ from: order.collect_from, until: order.collect_until, free: 1 }, ...offered];
}

/** What packaging costs; a takeaway that is changed keeps the fee at which it was ordered. */
export function packagingFor(dining: Dining, takeaway: Takeaway | null, order: Order | null): number {
  if (dining !== "takeaway") return 0;
  return order?.dining === "takeaway" ? order.packaging_fen : (takeaway?.packaging_fee_fen ?? 0);
}
