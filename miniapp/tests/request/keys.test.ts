import { expect, it } from "vitest";

import { Keys, newKey } from "@/request/keys";

it("keys are unlike one another", () => {
  expect(new Set(Array.from({ length: 1000 }, newKey)).size).toBe(1000);
});

it("an unanswered request is forgotten after ten minutes", () => {
  let now = 0;
  const keys = new Keys(() => now);
  const first = keys.of("order");
  now = 10 * 60_000 - 1;
  expect(keys.of("order")).toBe(first);
  now += 1;
  expect(keys.of("order")).not.toBe(first);
});
