import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { useAction } from "@/composables/useAction";
import { useLoad } from "@/composables/useLoad";
import { ApiError } from "@/request/errors";

/** What uni-app would call when the page is opened. */
const opened = vi.hoisted(() => [] as ((query: object) => void)[]);

vi.mock("@dcloudio/uni-app", () => ({
  onLoad: (hook: (query: object) => void) => opened.push(hook),
  onPullDownRefresh: () => undefined,
  onShow: () => undefined,
  onUnload: () => undefined,
}));

const said: string[] = [];
const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);

beforeEach(() => {
  said.length = 0;
  vi.stubGlobal("uni", { showToast: ({ title }: { title: string }) => said.push(title) });
});

afterEach(() => logged.mockClear());

const REFUSAL = new ApiError(409, "canteen.sold_out", "已售罄");
const FAULT = new TypeError("undefined is not a function");

async function acted(thrown: Error): Promise<ApiError | null> {
  const action = useAction(() => Promise.reject(thrown));
  await action.run();
  return action.error;
}

async function loaded(thrown: Error): Promise<ApiError | null> {
  const load = useLoad(() => Promise.reject(thrown));
  opened.pop()!({});
  await vi.waitFor(() => expect(load.isLoading).toBe(false));
  return load.error;
}

it.each([acted, loaded])(
  "a refusal (%o) is shown in its words, and is no fault to be logged",
  async (run) => {
    expect((await run(REFUSAL))?.msg).toBe("已售罄");
    expect(logged).not.toHaveBeenCalled();
  },
);

it.each([acted, loaded])(
  "a fault of our own (%o) is shown, and logged once as it was thrown",
  async (run) => {
    expect((await run(FAULT))?.error).toBe("client.fault");
    expect(logged.mock.calls).toEqual([[FAULT]]);
  },
);

it("what a tap came to is told", async () => {
  await acted(REFUSAL);
  await acted(FAULT);
  expect(said).toEqual(["已售罄", "页面出现错误，请稍后重试"]);
});
