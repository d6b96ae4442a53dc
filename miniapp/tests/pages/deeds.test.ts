import { describe, expect, it, vi } from "vitest";

vi.mock("@/queue", () => ({ perform: vi.fn() }));

const { canAfter, verbOf } = await import("@/pages/repairs/deeds");

describe("what a worker may do after what the server does not know yet", () => {
  it.each([
    [["accept", "return"], ["accept"], ["arrive", "hold", "finish", "transfer"]],
    [["arrive", "hold", "finish", "transfer"], ["arrive"], ["hold", "finish", "transfer"]],
    [["arrive", "hold", "finish", "transfer"], ["arrive", "finish"], []],
    [["resume"], ["resume"], ["hold", "finish", "transfer"]],
    [["accept"], [], ["accept"]],
  ])("%j after %j is %j", (can, verbs, left) => expect(canAfter(can, verbs)).toEqual(left));

  it("is known from the address", () => {
    expect(verbOf("/property/work-orders/7/finish")).toBe("finish");
  });
});
