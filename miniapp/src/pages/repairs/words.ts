import { countdown, duration, moment, parseInstant } from "@/formats";

import type { Category, Order, OrderClock, OrderRow, Proof, Urgency } from "./types";

export const URGENCIES: { key: Urgency; title: string }[] = [
  { key: "ordinary", title: "一般" },
  { key: "urgent", title: "紧急" },
  { key: "critical", title: "特急" },
];

/** When one should choose which. */
export const URGENCY_HINTS: Record<Urgency, string> = {
  ordinary: "不影响办公，按正常时限处理",
  urgent: "影响办公，需要尽快处理，如停水、断电",
  critical: "危及人身或财产安全，如漏电、大量跑水、电梯困人；请同时拨打值班电话",
};

/** Nothing more happens to it. */
const ENDED = ["closed", "declined", "cancelled", "duplicate"];

export type Tone = "plain" | "primary" | "good" | "warn" | "bad";

/** The colour of an order's state. */
export function toneOf(order: Pick<OrderRow, "state" | "is_overdue">): Tone {
  if (["closed", "completed", "to_rate"].includes(order.state)) return "good";
  if (ENDED.includes(order.state)) return "plain";
  if (order.is_overdue) return "bad";
  return order.state === "held" || order.state === "finished" ? "warn" : "primary";
}

/** How long there is, or how late it is: `还剩 2 小时`, `已超时 20 分钟`; empty if no clock runs. */
export function timeLeft(order: OrderRow, now: number): string {
  if (!order.due_at || ENDED.includes(order.state)) return "";
  if (order.is_paused) return "计时已暂停";
  const left = parseInstant(order.due_at) - now;
  return left >= 0 ? countdown(order.due_at, now) : `已超时 ${duration(-left)}`;
}

const CLOCKS = { response: "响应", resolution: "完成" } as const;

/** A clock in words: `完成时限 今天 17:30`, `响应 按时`. */
export function clockWords(clock: OrderClock, today: string): string {
  const name = CLOCKS[clock.kind];
  if (clock.verdict === "met") return `${name}按时（${moment(clock.ended_at!, today)}）`;
  if (clock.verdict === "missed") return `${name}超时（${moment(clock.ended_at!, today)}）`;
  const due = `${name}时限 ${moment(clock.due_at, today)}`;
  const notes = [
    ...(clock.verdict === "paused" ? ["计时暂停"] : []),
    ...(clock.is_provisional ? ["节假日安排未公布，暂定"] : []),
  ];
  return notes.length ? `${due}（${notes.join("，")}）` : due;
}

/** The clocks that say something of the present run. */
export function presentClocks(order: Order): OrderClock[] {
  return order.clocks.filter((each) => each.cycle === order.cycle && each.verdict !== "void");
}

/** The leaf with this code and the names that lead to it; nothing if there is none. */
export function findCategory(tree: Category[], code: string): { leaf: Category; path: string } | null {
  for (const each of tree) {
    if (each.code === code && !each.children.length) return { leaf: each, path: each.name };
    const below = findCategory(each.children, code);
    if (below) return { leaf: below.leaf, path: `${each.name} / ${below.path}` };
  }
  return null;
}

/** What a proof asks for, in words; empty for none. */
export const PROOFS: Record<Proof, string> = {
  none: "",
  photo: "需要照片",
  signature: "需要签字",
  either: "需要照片或签字",
  both: "需要照片和签字",
};

/** What the proof still lacks, in words; empty if nothing. */
export function lackOf(proof: Proof, photos: number, isSigned: boolean): string {
  if ((proof === "photo" || proof === "both") && !photos) return "请拍照";
  if ((proof === "signature" || proof === "both") && !isSigned) return "请签字";
  return proof === "either" && !photos && !isSigned ? "请拍照或签字" : "";
}
