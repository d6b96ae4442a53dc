import { describe, expect, it, vi } from "vitest";

import { Client, type Settings } from "@/request/client";
import { ApiError } from "@/request/errors";
import { HostFailure } from "@/request/platform";

import { FakeHost, ok, refused } from "./host";

const UNAUTHENTICATED = refused(401, "app.unauthenticated", "请先登录");

function offline(): never {
  throw new HostFailure("request:fail");
}

function clientOf(host: FakeHost, settings: Partial<Settings> = {}): Client {
  const client = new Client(host, { base: "http://server", sleep: async () => undefined, ...settings });
  client.token = "old";
  return client;
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ApiError);
  return thrown as ApiError;
}

describe("the envelope", () => {
  it("is opened", async () => {
    const host = new FakeHost(() => ok({ id: 7 }));
    expect(await clientOf(host).get("/orders/7", { day: "2026-11-23", none: undefined })).toEqual({ id: 7 });
    const { url, method, headers } = host.calls[0];
    expect([method, url]).toEqual(["GET", "http://server/api/v1/orders/7?day=2026-11-23"]);
    expect(headers).toEqual({ Authorization: "Bearer old" });
  });

  it("may come parsed", async () => {
    const host = new FakeHost(() => ({ status: 200, body: { code: 0, data: 1 }, headers: {} }));
    expect(await clientOf(host).get("/n")).toBe(1);
  });

  it("tells why something was refused", async () => {
    const said = { dish_id: 7, remaining: 1 };
    const host = new FakeHost(() => refused(409, "canteen.sold_out", "仅剩 1 份", said));
    const error = await failure(clientOf(host).post("/orders", {}));
    expect(error).toMatchObject({
      status: 409,
      error: "canteen.sold_out",
      msg: "仅剩 1 份",
      data: said,
      requestId: "r7",
      isNetwork: false,
    });
    expect(host.calls).toHaveLength(1);
  });

  it("names the fields that are wrong", async () => {
    const data = { fields: { name: ["必填"], lines: { 0: { count: ["至少为 1"] } } } };
    const host = new FakeHost(() => refused(422, "app.invalid", "请检查填写的内容", data));
    expect((await failure(clientOf(host).put("/x"))).fields).toEqual({ name: "必填", lines: "至少为 1" });
  });

  it.each([
    [200, "<html>请登录无线网络</html>", "client.malformed"],
    [200, "null", "client.malformed"],
    [413, "<html>nginx</html>", "client.gateway"],
  ])("is missing in what a stranger answers: %s", async (status, body, error) => {
    const host = new FakeHost(() => ({ status, body, headers: {} }));
    expect((await failure(clientOf(host).post("/x"))).error).toBe(error);
  });
});

describe("a 401", () => {
  /** Answers only to the token `new`. */
  function guarded(): FakeHost {
    return new FakeHost((call) =>
      call.headers.Authorization === "Bearer new" ? ok(call.url) : UNAUTHENTICATED,
    );
  }

  it("of ten calls at once renews the login once", async () => {
    const host = guarded();
    const renew = vi.fn(async () => {
      await new Promise((done) => setTimeout(done, 5));
      client.token = "new";
    });
    const client = clientOf(host, { renew });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, number) => client.get(`/${number}`)));
    expect(answers).toHaveLength(10);
    expect(new Set(answers).size).toBe(10);
    expect(renew).toHaveBeenCalledTimes(1);
    expect(host.calls).toHaveLength(20);
  });

  it("that comes after somebody else has renewed only sends the call again", async () => {
    const host = guarded();
    let isHeld = true;
    const answer = host.answer;
    host.answer = async (call, number) => {
      if (call.url.endsWith("/slow") && isHeld) {
        isHeld = false;
        await new Promise((done) => setTimeout(done, 20));
        return UNAUTHENTICATED;
      }
      return answer(call, number);
    };
    const renew = vi.fn(async () => {
      client.token = "new";
    });
    const client = clientOf(host, { renew });
    await Promise.all([client.get("/slow"), client.get("/fast")]);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it("keeps the key of the call that has to wait", async () => {
    const host = guarded();
    const client = clientOf(host, {
      renew: async () => {
        client.token = "new";
      },
    });
    await client.post("/orders", { dish: 1 });
    expect(host.keys[0]).toBe(host.keys[1]);
  });

  it("fails all who wait if there is no new login, and the next call asks again", async () => {
    const host = guarded();
    const renew = vi.fn(() => Promise.reject(new ApiError(401, "client.login_abandoned", "请先登录")));
    const client = clientOf(host, { renew });
    const failures = await Promise.all([1, 2, 3].map((number) => failure(client.get(`/${number}`))));
    expect(failures.map((each) => each.error)).toEqual(Array(3).fill("client.login_abandoned"));
    expect(renew).toHaveBeenCalledTimes(1);
    await failure(client.get("/again"));
    expect(renew).toHaveBeenCalledTimes(2);
  });

  it("after a new login is the answer", async () => {
    const host = new FakeHost(() => UNAUTHENTICATED);
    const client = clientOf(host, {
      renew: async () => {
        client.token = "newer";
      },
    });
    expect((await failure(client.get("/x"))).error).toBe("app.unauthenticated");
    expect(host.calls).toHaveLength(2);
  });

  it("is not waited for: without a token the login comes first", async () => {
    const host = guarded();
    const client = clientOf(host, {
      renew: async () => {
        client.token = "new";
      },
    });
    client.token = "";
    await client.get("/x");
    expect(host.calls).toHaveLength(1);
  });

  it("of the login itself says that the password is wrong", async () => {
    const host = new FakeHost(() => refused(401, "identity.bad_credentials", "工号或密码不正确"));
    const renew = vi.fn();
    const login = clientOf(host, { renew }).post("/auth/login", {}, { authorized: false, key: false });
    expect((await failure(login)).error).toBe("identity.bad_credentials");
    expect(renew).not.toHaveBeenCalled();
    expect(host.calls[0].headers.Authorization).toBeUndefined();
  });
});

describe("when the network fails", () => {
  it("a GET is tried three times more", async () => {
    const host = new FakeHost(offline);
    expect((await failure(clientOf(host).get("/x"))).error).toBe("client.network");
    expect(host.calls).toHaveLength(4);
  });

  it("a retry of a POST bears the same key and body", async () => {
    const host = new FakeHost((_call, number) => (number < 3 ? offline() : ok("placed")));
    expect(await clientOf(host).post("/orders", { dish: 1 })).toBe("placed");
    expect(host.keys).toHaveLength(3);
    expect(new Set(host.keys).size).toBe(1);
    expect(host.keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(host.calls.map((call) => call.body)).size).toBe(1);
  });

  it("a POST without a key is not sent again", async () => {
    const host = new FakeHost(offline);
    expect((await failure(clientOf(host).post("/x", {}, { key: false }))).isNetwork).toBe(true);
    expect(host.keys).toEqual([undefined]);
  });

  it.each(["put", "delete"] as const)("a %s is not sent again", async (method) => {
    const host = new FakeHost(offline);
    await failure(clientOf(host)[method]("/x"));
    expect(host.calls).toHaveLength(1);
  });

  it("the same tap again bears the same key until it is answered", async () => {
    const host = new FakeHost(offline);
    const client = clientOf(host);
    await failure(client.post("/orders", { dish: 1 }));
    host.answer = () => ok("placed");
    await client.post("/orders", { dish: 1 });
    expect(new Set(host.keys).size).toBe(1);
    await client.post("/orders", { dish: 1 });
    expect(host.keys[host.keys.length - 1]).not.toBe(host.keys[0]);
  });

  it("another body is another request", async () => {
    const host = new FakeHost(offline);
    const client = clientOf(host);
    await failure(client.post("/orders", { dish: 1 }));
    await failure(client.post("/orders", { dish: 2 }));
    expect(new Set(host.keys).size).toBe(2);
  });

  it("a time limit says so", async () => {
    const host = new FakeHost(() => {
      throw new HostFailure("request:fail timeout", true);
    });
    const error = await failure(clientOf(host).put("/x"));
    expect([error.error, error.isNetwork]).toEqual(["client.timeout", true]);
    expect(host.calls[0].timeoutMs).toBe(15_000);
  });

  it("whoever shows the banner is told, and told again when it is back", async () => {
    const reached: boolean[] = [];
    const host = new FakeHost((_call, number) => (number === 1 ? offline() : ok(1)));
    await clientOf(host, { onReach: (isReached) => reached.push(isReached) }).get("/x");
    expect(reached).toEqual([false, true]);
  });
});

describe("a busy server", () => {
  it.each([502, 503, 504])("that says %s is asked again", async (status) => {
    const busy = { status, body: "<html>", headers: {} };
    const host = new FakeHost((_call, number) => (number === 1 ? busy : ok(1)));
    expect(await clientOf(host).post("/x")).toBe(1);
    expect(new Set(host.keys).size).toBe(1);
  });

  it("is asked after longer and longer pauses", async () => {
    const pauses: number[] = [];
    const host = new FakeHost(offline);
    const sleep = async (pause: number) => void pauses.push(pause);
    await failure(clientOf(host, { sleep }).get("/x"));
    expect(pauses).toHaveLength(3);
    [500, 1000, 2000].forEach((middle, turn) => {
      expect(pauses[turn]).toBeGreaterThanOrEqual(middle * 0.75);
      expect(pauses[turn]).toBeLessThanOrEqual(middle * 1.25);
    });
  });
});

describe("a key", () => {
  it("is the same for two taps at once", async () => {
    const host = new FakeHost(() => ok("placed"));
    const client = clientOf(host);
    await Promise.all([client.post("/orders", { dish: 1 }), client.post("/orders", { dish: 1 })]);
    expect(new Set(host.keys).size).toBe(1);
  });

  it("is spent by a refusal", async () => {
    const host = new FakeHost(() => refused(409, "canteen.sold_out", "已售罄"));
    const client = clientOf(host);
    await failure(client.post("/orders", {}));
    await failure(client.post("/orders", {}));
    expect(new Set(host.keys).size).toBe(2);
  });

  it("may be the caller's own", async () => {
    const host = new FakeHost(() => ok(1));
    await clientOf(host).post("/orders", {}, { key: "mine" });
    expect(host.keys).toEqual(["mine"]);
  });

  it("is not sent with what changes nothing twice", async () => {
    const host = new FakeHost(() => ok(1));
    const client = clientOf(host);
    await client.get("/x");
    await client.put("/x");
    expect(host.keys).toEqual([undefined, undefined]);
  });
});

describe("files", () => {
  it("are sent once, however often they are tried", async () => {
    const host = new FakeHost((_call, number) => (number === 1 ? offline() : ok({ id: 5 })));
    expect(await clientOf(host).upload("/media/photos", "tmp/photo.jpg")).toEqual({ id: 5 });
    const keys = host.uploads.map((each) => each.headers["Idempotency-Key"]);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(host.uploads[0]).toMatchObject({
      url: "http://server/api/v1/media/photos",
      path: "tmp/photo.jpg",
    });
  });

  it("are fetched, or it is said why not", async () => {
    const host = new FakeHost(() => ok(null));
    const client = clientOf(host);
    expect(await client.download("/statement.pdf", { month: "2026-11" })).toBe("file");
    expect(host.calls[0].url).toBe("http://server/api/v1/statement.pdf?month=2026-11");
    host.file = { status: 404, path: "", body: String(refused(404, "app.not_found", "没有找到").body) };
    expect((await failure(client.download("/statement.pdf"))).msg).toBe("没有找到");
  });
});
