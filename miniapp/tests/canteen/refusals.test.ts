import { describe, expect, it, vi } from "vitest";

import type { PricedLine } from "@/ordering/lines";
import { waysOut } from "@/pages/canteen/refusals";
import { ApiError } from "@/request/errors";

const LINES: PricedLine[] = [
  { dish_id: 1, portion: "half", quantity: 2, name: "红烧肉", price_fen: 500, amount_fen: 1000 },
];

function steps() {
  return {
    drop: vi.fn(),
    fit: vi.fn(),
    back: vi.fn(),
    showOrder: vi.fn(),
    openAccount: vi.fn(),
    openMissed: vi.fn(),
  };
}

function ways(error: string, data: Record<string, unknown> = {}, left: number | null = null) {
  const given = steps();
  const found = waysOut(new ApiError(409, error, "服务器的话", data), LINES, () => left, given);
  return { ...found, given, titles: found.ways.map((way) => way.title) };
}

describe("what is sold out", () => {
  it("is taken as far as it goes, or left out", () => {
    const { titles, given, ways: found, isStale } = ways("canteen.sold_out", { dish_id: 1, remaining: 1 }, 1);
    expect(titles).toEqual(["按余量调整", "移除红烧肉"]);
    expect(isStale).toBe(true);
    found[1]!.run();
    expect(given.drop).toHaveBeenCalledWith(1);
  });

  it("can be left out only, if nothing is left", () => {
    expect(ways("canteen.sold_out", { dish_id: 1, remaining: 0 }, 0).titles).toEqual(["移除红烧肉"]);
  });

  it("is offered by halves where no whole one is left", () => {
    expect(ways("canteen.sold_out", { dish_id: 1, remaining: 0 }, 1).titles[0]).toBe("按余量调整");
  });
});

it("a short balance says how much is missing", () => {
  const { text, titles } = ways("canteen.balance_short", { needed_fen: 2300, available_fen: 2000 });
  expect(text).toBe("服务器的话（还差 3.00 元）");
  expect(titles).toEqual(["返回减少菜品", "查看餐费账户"]);
});

it("who has ordered already is led to that order", () => {
  const { titles, given, ways: found } = ways("canteen.already_ordered", { order_id: 7 });
  expect(titles).toEqual(["查看已订订单"]);
  found[0]!.run();
  expect(given.showOrder).toHaveBeenCalledWith(7);
});

it.each([
  // A colleague's order is not named.
  ["canteen.already_ordered", ["返回选菜"]],
  ["canteen.orders_paused", ["未取餐记录"]],
  ["canteen.window_full", []],
  ["canteen.order_closed", ["返回选菜"]],
  ["canteen.dish_withdrawn", ["返回选菜"]],
])("%s: %j", (error, titles) => {
  const found = ways(error);
  expect(found.text).toBe("服务器的话");
  expect(found.titles).toEqual(titles);
});

it("a network that failed says that trying again is safe", () => {
  expect(ways("client.network").text).toContain("不会重复下单");
});

it("what is wrong with a field is said in its words", () => {
  expect(ways("app.invalid", { fields: { note: ["最多 200 个字"] } }).text).toBe("最多 200 个字");
});
