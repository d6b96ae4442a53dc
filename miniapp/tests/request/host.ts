import type { HostAnswer, HostCall, HostDownload, HostFile, HostUpload, Platform } from "@/request/platform";

/** A host whose network is a function of the test; it keeps what was asked. */
export class FakeHost implements Platform {
  readonly calls: HostCall[] = [];
  readonly uploads: HostUpload[] = [];
  readonly kept = new Map<string, string>();
  file: HostFile = { status: 200, path: "file", body: "" };

  constructor(public answer: (call: HostCall, number: number) => HostAnswer | Promise<HostAnswer>) {}

  readonly storage = {
    get: (key: string) => this.kept.get(key) ?? "",
    set: (key: string, text: string) => void this.kept.set(key, text),
    remove: (key: string) => void this.kept.delete(key),
  };

  async request(call: HostCall): Promise<HostAnswer> {
    this.calls.push(call);
    return this.answer(call, this.calls.length);
  }

  async upload(call: HostUpload): Promise<HostAnswer> {
    this.uploads.push(call);
    return this.answer({ ...call, method: "POST" }, this.uploads.length);
  }

  async download(call: HostDownload): Promise<HostFile> {
    this.calls.push({ ...call, method: "GET" });
    return this.file;
  }

  login(): Promise<string> {
    return Promise.resolve("code");
  }

  /** The keys that were sent, in order. */
  get keys(): (string | undefined)[] {
    return this.calls.map((call) => call.headers["Idempotency-Key"]);
  }
}

export function ok(data: unknown, headers: Record<string, string> = {}): HostAnswer {
  return { status: 200, body: JSON.stringify({ code: 0, msg: "ok", data, request_id: "r" }), headers };
}

export function refused(status: number, error: string, msg: string, data: unknown = null): HostAnswer {
  return {
    status,
    body: JSON.stringify({ code: status, error, msg, data, request_id: "r7" }),
    headers: {},
  };
}
