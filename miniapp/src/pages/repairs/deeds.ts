import { type Done } from "@/request/queue";
import { api } from "@/api";
import { perform } from "@/queue";

import type { Order } from "./types";

/** What a worker does with an order, in words. */
export const VERBS: Record<string, string> = {
  grab: "抢单",
  accept: "接单",
  return: "退单",
  arrive: "到达现场",
  hold: "申请挂起",
  resume: "恢复处理",
  finish: "完成维修",
  transfer: "转单",
};

/** What may be done after each, as far as the phone can tell without the server. */
const AFTER: Record<string, string[]> = {
  accept: ["arrive", "hold", "finish", "transfer"],
  arrive: ["hold", "finish", "transfer"],
  resume: ["hold", "finish", "transfer"],
  hold: [],
  finish: [],
  return: [],
  transfer: [],
};

/** Whose order's deeds are one after another. */
export function subjectOf(orderId: number): string {
  return `order-${orderId}`;
}

/** What may still be done once the server has learned of these verbs, in their order. */
export function canAfter(can: string[], verbs: string[]): string[] {
  return verbs.reduce((left, verb) => AFTER[verb] ?? left.filter((each) => each !== verb), can);
}

/** The verb of a deed's address. */
export function verbOf(path: string): string {
  return path.split("/").pop()!;
}

async function grab(orderId: number): Promise<Done<Order>> {
  return { isKept: false, answer: await api.post<Order>(`/property/work-orders/${orderId}/grab`) };
}

/** Does it now, or keeps it until there is a network. */
export function act(
  orderId: number,
  verb: string,
  body: Record<string, unknown> = {},
  files: { field: string; path: string }[] = [],
): Promise<Done<Order>> {
  // What is free is whose who asks first: nobody can take it without asking.
  if (verb === "grab") return grab(orderId);
  return perform(subjectOf(orderId), VERBS[verb]!, `/property/work-orders/${orderId}/${verb}`, body, files);
}
