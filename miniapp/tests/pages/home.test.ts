import { describe, expect, it } from "vitest";

import type { Module } from "@/modules";
import { type HomeOrder, greeting, mainOrder, shortcuts } from "@/pages/tabs/today";

function order(id: number, date: string, canShowCode: boolean): HomeOrder {
  return { id, date, can_show_code: canShowCode } as HomeOrder;
}

function module(name: string, ...pages: string[]): Module {
  const entries = pages.map((page) => ({ title: page, icon: "star" as const, page, permission: name }));
  return { name, title: name, entries };
}

describe("the order that is put forward", () => {
  it("is the next one to collect, even if today's was collected", () => {
    const orders = [
      order(1, "2026-11-23", false),
      order(2, "2026-11-23", true),
      order(3, "2026-11-24", true),
    ];
    expect(mainOrder(orders, "2026-11-23")?.id).toBe(2);
  });

  it("is today's when nothing is left to collect", () => {
    expect(mainOrder([order(1, "2026-11-23", false)], "2026-11-23")?.id).toBe(1);
    expect(mainOrder([], "2026-11-23")).toBeNull();
  });
});

describe("the shortcuts", () => {
  const modules = [
    module("canteen", "pages/tabs/meals", "a", "b"),
    module("staff", "c"),
    module("leader", "d"),
  ];

  it("begin with one's work, leave out the tabs and what one may not", () => {
    expect(shortcuts(modules, () => true, 9).map((each) => each.page)).toEqual(["c", "d", "a", "b"]);
    expect(shortcuts(modules, (permission) => permission === "canteen", 9)).toHaveLength(2);
    expect(shortcuts(modules, () => true, 2)).toHaveLength(2);
  });
});

it("greets by the hour", () => {
  expect([2, 8, 12, 15, 20].map(greeting)).toEqual(["夜深了", "早上好", "中午好", "下午好", "晚上好"]);
});
