import { beforeEach, expect, it, vi } from "vitest";

import { network, noteReach, onReconnected, watchNetwork } from "@/network";

let change: (state: { isConnected: boolean }) => void;

beforeEach(() => {
  vi.stubGlobal("uni", {
    getNetworkType: ({ success }: { success: (found: object) => void }) => success({ networkType: "wifi" }),
    onNetworkStatusChange: (listener: typeof change) => {
      change = listener;
    },
  });
  watchNetwork();
});

it("whoever waits is told once when the network is back", () => {
  const back = vi.fn();
  const forget = onReconnected(back);
  change({ isConnected: false });
  expect(network.isOnline).toBe(false);
  change({ isConnected: true });
  change({ isConnected: true });
  expect(network.isOnline).toBe(true);
  expect(back).toHaveBeenCalledTimes(1);
  forget();
  change({ isConnected: false });
  change({ isConnected: true });
  expect(back).toHaveBeenCalledTimes(1);
});

it("an answer proves that the network is there; a failure alone does not prove that it is gone", () => {
  noteReach(false);
  expect(network.isOnline).toBe(true);
  change({ isConnected: false });
  noteReach(true);
  expect(network.isOnline).toBe(true);
});
