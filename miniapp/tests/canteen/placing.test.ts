import { beforeEach, describe, expect, it, vi } from "vitest";

import { restoreCarts, setCart } from "@/ordering/carts";
import type { Order, Takeaway } from "@/ordering/types";
import { packagingFor, windowsFor } from "@/pages/canteen/placing";
import { usePlacing } from "@/pages/canteen/usePlacing";
import { session } from "@/session";

const MEAL = "canteen_id=1&date=2999-11-23&period=lunch";
const RICE = { dish_id: 3, portion: "standard", quantity: 1 } as const;
const TAKEAWAY: Takeaway = {
  is_offered: true,
  is_window_required: false,
  packaging_fee_fen: 100,
  windows: [{ from: "12:00", until: "12:15", free: 3 }],
};
const ORDER = {
  id: 7,
  dining: "takeaway",
  collect_from: "11:45",
  collect_until: "12:00",
  packaging_fen: 50,
  total_fen: 150,
  note: "",
  items: [{ ...RICE, name: "米饭", price_fen: 100, amount_fen: 100, weight_g: 200 }],
} as unknown as Order;

const opened = vi.hoisted(() => [] as ((query: object) => void)[]);

vi.mock("@dcloudio/uni-app", () => ({
  onLoad: (hook: (query: object) => void) => opened.push(hook),
  onPullDownRefresh: () => undefined,
  onShow: () => undefined,
  onUnload: () => undefined,
}));

/** What the host was asked, in order: WeChat's question, and what was sent. */
const asked: string[] = [];
let refusals = 0;

function answerTo(method: string, path: string): unknown {
  if (path.endsWith("/canteens")) return { list: [{ id: 1, name: "机关食堂", campus: "", periods: [] }] };
  if (path.endsWith("/canteen/menus"))
    return {
      periods: [
        {
          period: "lunch",
          dishes: [{ dish_id: 3, name: "米饭", portions: [{ portion: "standard", price_fen: 100 }] }],
        },
      ],
    };
  if (path.endsWith("/remaining")) return { periods: [] };
  if (path.endsWith("/takeaway-windows")) return TAKEAWAY;
  if (path.endsWith("/account")) return { buckets: [], balance_fen: 0 };
  if (path.endsWith("/subscriptions")) return { list: [{ template_id: "T1", titles: [], remaining: 0 }] };
  return ORDER;
}

interface Call {
  method: string;
  url: string;
  success: (answer: object) => void;
}

function request({ method, url, success }: Call) {
  const path = url.split("?")[0]!;
  if (method !== "GET") asked.push(`${method} ${path.split("/api/v1").pop()}`);
  const isRefused = path.endsWith("/canteen/orders") && refusals-- > 0;
  const body = isRefused
    ? { code: 409, error: "canteen.order_closed", msg: "已截止", data: null }
    : { code: 0, msg: "ok", data: answerTo(method, path) };
  queueMicrotask(() =>
    success({ statusCode: isRefused ? 409 : 200, data: JSON.stringify(body), header: {} }),
  );
}

beforeEach(() => {
  asked.length = 0;
  refusals = 0;
  const kept = new Map<string, string>([["houqin.token", "token"]]);
  vi.stubGlobal("uni", {
    request,
    requestSubscribeMessage: ({ success }: { success: (answer: object) => void }) => {
      asked.push("question");
      success({ T1: "reject" });
    },
    getStorageSync: (key: string) => kept.get(key) ?? "",
    setStorageSync: (key: string, text: string) => kept.set(key, text),
    removeStorageSync: (key: string) => kept.delete(key),
    showToast: () => undefined,
    redirectTo: () => undefined,
  });
  vi.stubGlobal("getCurrentPages", () => []);
  session.user = { id: 1, permissions: [] } as unknown as typeof session.user;
  restoreCarts();
});

async function openedWith(more: Record<string, string> = {}, of = "") {
  setCart(`2999-11-23|1|lunch|${of}`, [RICE]);
  const placed = usePlacing();
  opened.pop()!({ ...Object.fromEntries(new URLSearchParams(MEAL)), ...more });
  await vi.waitFor(() => expect(placed.load.data).not.toBeNull());
  await vi.waitFor(() => expect(placed.lines.value).toHaveLength(1));
  return placed;
}

describe("the question whether to be reminded", () => {
  it("is put right in the tap that places an order of one's own, and once on a page", async () => {
    refusals = 1;
    const { placing, refusal } = await openedWith();
    const tap = placing.run();
    expect(asked).toEqual(["question"]);
    await tap;
    expect(refusal.value?.text).toBe("已截止");
    await placing.run();
    expect(asked).toEqual([
      "question",
      "POST /subscriptions",
      "POST /canteen/orders",
      "POST /canteen/orders",
    ]);
  });

  it.each([
    [{ order: "7" }, "order-7", "PUT /canteen/orders/7"],
    [{ for: "1002", name: "刘芳" }, "for-1002", "POST /canteen/colleague-orders"],
  ])("is not put with %j", async (query, of, sent) => {
    const { placing } = await openedWith(query, of);
    await placing.run();
    expect(asked).toEqual([sent]);
  });
});

it("a change begins with what was ordered", async () => {
  const { form, totalFen, windows } = await openedWith({ order: "7" }, "order-7");
  expect(form).toEqual({ dining: "takeaway", collectFrom: "11:45", note: "" });
  expect(windows.value.map((each) => each.from)).toEqual(["11:45", "12:00"]);
  expect(totalFen.value).toBe(150);
});

it("an order keeps the window and the fee at which it was ordered", () => {
  expect(windowsFor(TAKEAWAY, null)).toBe(TAKEAWAY.windows);
  expect(windowsFor(null, ORDER)).toEqual([{ from: "11:45", until: "12:00", free: 1 }]);
  expect(windowsFor(TAKEAWAY, { ...ORDER, collect_from: "12:00" })).toBe(TAKEAWAY.windows);
  expect(packagingFor("takeaway", TAKEAWAY, null)).toBe(100);
  expect(packagingFor("takeaway", TAKEAWAY, ORDER)).toBe(50);
  expect(packagingFor("takeaway", TAKEAWAY, { ...ORDER, dining: "dine_in" })).toBe(100);
  expect(packagingFor("dine_in", TAKEAWAY, ORDER)).toBe(0);
});
