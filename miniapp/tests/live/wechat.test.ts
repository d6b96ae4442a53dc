/** The way of the mini-program, from `uni.login` to a photo, over real HTTP. Started by tests/miniapp. */
import { beforeEach, expect, it, vi } from "vitest";

import type { Client } from "@/request/client";
import type { ApiError } from "@/request/errors";

import { type Host, installHost } from "./host";

const SERVER = process.env.HOUQIN_SERVER!;
const BOUND = process.env.HOUQIN_PERSON!;
const PHOTO = process.env.HOUQIN_PHOTO!;

let host: Host;
let api: Client;

/** The app as WeChat starts it on the phone of this person, who has agreed to the privacy policy before. */
async function start(person: string) {
  vi.resetModules();
  host = installHost(SERVER, person);
  api = (await import("@/api")).api;
  const session = await import("@/session");
  const info = await session.ensureInfo();
  host.storage.set("houqin.policy", `${info.privacy_version} yes`);
  return session;
}

beforeEach(async () => {
  await start(BOUND);
});

it("the first call logs in by WeChat's code, without a word", async () => {
  const me = await api.get<{ staff_no: string }>("/me");
  expect(me.staff_no).toBe(BOUND);
  expect([host.logins, host.visited]).toEqual([1, []]);
  await api.get("/me");
  expect(host.logins).toBe(1);
});

it("a session that has ended is renewed once for ten calls at once", async () => {
  await api.get("/me");
  await api.post("/auth/logout", {}, { key: false });
  const answers = await Promise.all(Array.from({ length: 10 }, () => api.get<{ staff_no: string }>("/me")));
  expect(answers.map((each) => each.staff_no)).toEqual(Array(10).fill(BOUND));
  expect(host.logins).toBe(2);
});

it("a photo is uploaded and can be looked at; what is none is refused in the server's words", async () => {
  const photo = await api.upload<{ id: number; links: { thumb: string } }>("/media/photos", PHOTO);
  const shown = await fetch(api.address(photo.links.thumb));
  expect([shown.status, shown.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  const refusal = (await api
    .upload("/media/photos", new URL(import.meta.url).pathname)
    .catch((error: unknown) => error)) as ApiError;
  expect([refusal.status, refusal.error]).toEqual([415, "media.unsupported_format"]);
  expect(refusal.msg).toMatch(/[\u4e00-\u9fa5]/);
});

it("a file that is not there is refused in the server's words, too", async () => {
  const refusal = (await api.download("/nowhere.pdf").catch((error: unknown) => error)) as ApiError;
  expect([refusal.status, refusal.error]).toEqual([404, "app.not_found"]);
});

it("a POST sent twice under one key is done once", async () => {
  const text = { kind: "suggestion", text: "希望增加杂粮", may_contact: true, photo_ids: [] };
  const first = await api.post<{ id: number }>("/suggestions", text, { key: "one-and-the-same" });
  const second = await api.post<{ id: number }>("/suggestions", text, { key: "one-and-the-same" });
  expect(second.id).toBe(first.id);
});

it("the server's clock is taken over from its answers", async () => {
  const { now } = await import("@/clock");
  await api.get("/me");
  expect(Math.abs(now() - Date.now())).toBeLessThan(5000);
});

it("whoever is bound to nobody is led to the binding", async () => {
  await start("nobody77");
  const answer = api.get("/me");
  answer.catch(() => undefined);
  await vi.waitFor(() => expect(host.visited).toEqual(["/pages/login/bind"]));
  expect(host.storage.get("houqin.ticket")).toBeTruthy();
});
