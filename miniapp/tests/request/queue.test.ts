import { beforeEach, describe, expect, it } from "vitest";

import { ApiError } from "@/request/errors";
import { type Deed, Queue, type Sender } from "@/request/queue";

const kept = new Map<string, string>();
const storage = {
  get: (key: string) => kept.get(key) ?? "",
  set: (key: string, text: string) => void kept.set(key, text),
  remove: (key: string) => void kept.delete(key),
};
const CUT_OFF = new ApiError(0, "client.network", "网络不通");
const CONFLICT = new ApiError(409, "property.order_state", "该工单当前为「待派单」，不能进行此操作");

let sent: { path: string; body: unknown; key: string }[];
let uploaded: string[];
let answers: Record<string, ApiError>;

const sender: Sender = {
  async post(path, body, key) {
    if (answers[path]) throw answers[path];
    sent.push({ path, body, key });
    return { path };
  },
  async upload(path, key) {
    if (answers[path]) throw answers[path];
    uploaded.push(`${path} ${key}`);
    return uploaded.length;
  },
};

function queue() {
  return new Queue(storage, "houqin.queue.7", sender);
}

function deed(path: string, subject = "1", more: Partial<Deed> = {}): Deed {
  const key = `${path}-${subject}`.padEnd(32, "0");
  const at = "2026-11-23T09:00:00+08:00";
  return { key, path, body: {}, files: [], subject, title: path, at, refusal: "", ...more };
}

beforeEach(() => {
  kept.clear();
  [sent, uploaded, answers] = [[], [], {}];
});

describe("what is done with a network", () => {
  it("is answered at once and not kept", async () => {
    const done = await queue().perform(deed("arrive"), true);
    expect(done).toEqual({ isKept: false, answer: { path: "arrive" } });
    expect(queue().all()).toEqual([]);
  });

  it("is refused to its face", async () => {
    answers = { arrive: CONFLICT };
    await expect(queue().perform(deed("arrive"), true)).rejects.toThrow("待派单");
    expect(queue().all()).toEqual([]);
  });

  it("is kept if nobody answers, under the key it was sent with", async () => {
    answers = { arrive: CUT_OFF };
    expect(await queue().perform(deed("arrive"), true)).toEqual({ isKept: true });
    answers = {};
    await queue().flush();
    expect(sent).toEqual([{ path: "arrive", body: {}, key: deed("arrive").key }]);
  });

  it("waits behind what is kept of the same subject", async () => {
    await queue().perform(deed("arrive"), false);
    expect(await queue().perform(deed("finish"), true)).toEqual({ isKept: true });
    expect((await queue().perform(deed("finish", "2"), true)).isKept).toBe(false);
  });
});

describe("what was kept", () => {
  it("survives a restart and is sent in order, each once", async () => {
    for (const path of ["arrive", "hold", "resume", "finish"]) await queue().perform(deed(path), false);
    const restarted = queue();
    await Promise.all([restarted.flush(), restarted.flush()]);
    expect(sent.map((each) => each.path)).toEqual(["arrive", "hold", "resume", "finish"]);
    await restarted.flush();
    expect(sent).toHaveLength(4);
    expect(kept.size).toBe(0);
  });

  it("stays, with all that follows, while the network is away", async () => {
    for (const path of ["arrive", "finish"]) await queue().perform(deed(path), false);
    answers = { arrive: CUT_OFF };
    await queue().flush();
    expect(sent).toEqual([]);
    expect(queue().all()).toHaveLength(2);
  });

  it("is explained where the server refuses, and holds back what follows of the same order only", async () => {
    for (const one of [deed("arrive"), deed("finish"), deed("arrive", "2")])
      await queue().perform(one, false);
    answers = { arrive: CONFLICT };
    const both = queue();
    const original = sender.post;
    sender.post = async (path, body, key) =>
      key.includes("-2") ? sent.push({ path, body, key }) : original(path, body, key);
    await both.flush();
    sender.post = original;
    expect(sent.map((each) => each.key)).toEqual([deed("arrive", "2").key]);
    expect(both.all().map((each) => each.refusal)).toEqual([CONFLICT.msg, ""]);
    both.drop(deed("arrive").key);
    answers = {};
    await both.flush();
    expect(sent.map((each) => each.path)).toEqual(["arrive", "finish"]);
  });

  it("takes its photos with it, each uploaded under a key of its own", async () => {
    const files = [
      { field: "photo_ids", path: "a.jpg" },
      { field: "photo_ids", path: "b.jpg" },
      { field: "signature_ids", path: "c.png" },
    ];
    await queue().perform(deed("finish", "1", { body: { result: "修好了" }, files }), false);
    answers = { "b.jpg": CUT_OFF };
    await queue().flush();
    answers = {};
    await queue().flush();
    expect(sent[0]?.body).toEqual({ result: "修好了", photo_ids: [2, 3], signature_ids: [4] });
    expect(uploaded[0]).toBe(uploaded[1]);
    expect(new Set(uploaded).size).toBe(3);
  });

  it("puts a photo where the body wants it", async () => {
    const body = { answers: [{ item_id: 1 }, { item_id: 2 }] };
    const files = [{ field: "answers.1.photo_ids", path: "a.jpg" }];
    await queue().perform(deed("answers", "1", { body, files }), true);
    expect(sent[0]?.body).toEqual({ answers: [{ item_id: 1 }, { item_id: 2, photo_ids: [1] }] });
    expect(body.answers[1]).toEqual({ item_id: 2 });
  });

  it("is bounded", async () => {
    for (let number = 0; number < 200; number += 1)
      await queue().perform(deed("note", String(number)), false);
    await expect(queue().perform(deed("note", "last"), false)).rejects.toThrow("太多");
  });
});
