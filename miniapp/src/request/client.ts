import { ApiError } from "./errors";
import { Keys } from "./keys";
import { type HostAnswer, HostFailure, type Platform } from "./platform";

export const TIMEOUT_MS = 15_000;
const UPLOAD_TIMEOUT_MS = 60_000;
const RETRIES = 3;
const FIRST_PAUSE_MS = 500;
const API = "/api/v1";
const TOKEN = "houqin.token";

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface Options {
  query?: Query;
  /**
   * Of a POST: the Idempotency-Key. Left out, the client gives one, and the same one again while nobody has
   * answered; `false` sends none, and then nothing is tried again.
   */
  key?: string | false;
  /** Whether a login is needed (the default). */
  authorized?: boolean;
  timeoutMs?: number;
  /** What stands before the path instead of `/api/v1`. */
  prefix?: string;
}

interface Call {
  options: Options;
  /** Whether doing it twice is the same as doing it once. */
  isRepeatable: boolean;
  send(headers: Record<string, string>): Promise<HostAnswer>;
}

export interface Settings {
  /** The server's address without a slash at its end; empty for the one that the page came from. */
  base: string;
  /** Gets a token (`client.token = …`) or rejects. Called by one at a time; all who need it wait. */
  renew?: () => Promise<void>;
  sleep?: (milliseconds: number) => Promise<void>;
  /** Told of the server's `Date` with each answer, with the milliseconds that the answer took. */
  onDate?: (date: string, tookMs: number) => void;
  /** Told whether the network works, as far as calls show. */
  onReach?: (isReached: boolean) => void;
}

/**
 * The one way to the server. Answers the envelope's `data`; throws ApiError.
 *
 * A GET, and a POST under its key, is tried again (three times at most) when the network fails or the server
 * says 502, 503 or 504. A 401 renews the login once for all calls that wait for it; then they go on.
 */
export class Client {
  private renewal: Promise<void> | null = null;
  private readonly keys = new Keys();
  private readonly sleep: (milliseconds: number) => Promise<void>;

  constructor(
    readonly platform: Platform,
    readonly settings: Settings,
  ) {
    this.sleep = settings.sleep ?? ((pause) => new Promise((done) => setTimeout(done, pause)));
  }

  get token(): string {
    return this.platform.storage.get(TOKEN);
  }

  set token(text: string) {
    if (text) this.platform.storage.set(TOKEN, text);
    else this.platform.storage.remove(TOKEN);
  }

  get<T>(path: string, query?: Query, options: Options = {}): Promise<T> {
    return this.json("GET", path, undefined, { ...options, query });
  }

  post<T>(path: string, body: unknown = {}, options: Options = {}): Promise<T> {
    return this.json("POST", path, body, options);
  }

  put<T>(path: string, body: unknown = {}, options: Options = {}): Promise<T> {
    return this.json("PUT", path, body, options);
  }

  delete<T>(path: string, options: Options = {}): Promise<T> {
    return this.json("DELETE", path, undefined, options);
  }

  /** Sends the file at `file` (a path of the host) to an endpoint that takes one. */
  upload<T>(path: string, file: string, options: Options = {}): Promise<T> {
    const url = this.url(path, options);
    return this.keyed(`${path} ${file}`, options, (headers) =>
      this.platform.upload({ url, path: file, headers, timeoutMs: options.timeoutMs ?? UPLOAD_TIMEOUT_MS }),
    );
  }

  /** Fetches a file; answers where the host has put it. */
  async download(path: string, query?: Query, options: Options = {}): Promise<string> {
    const url = this.url(path, { ...options, query });
    let kept = "";
    await this.run({
      options,
      isRepeatable: true,
      send: async (headers) => {
        const timeoutMs = options.timeoutMs ?? UPLOAD_TIMEOUT_MS;
        const file = await this.platform.download({ url, headers, timeoutMs });
        kept = file.path;
        return { status: file.status, body: file.status < 400 ? '{"code":0}' : file.body, headers: {} };
      },
    });
    return kept;
  }

  /** Where a path of the server lies, e.g. that of a picture. */
  address(path: string): string {
    return `${this.settings.base}${path}`;
  }

  private json<T>(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body: unknown,
    options: Options,
  ): Promise<T> {
    const url = this.url(path, options);
    const text = method === "POST" || method === "PUT" ? JSON.stringify(body) : undefined;
    const send = (headers: Record<string, string>) =>
      this.platform.request({
        method,
        url,
        headers: text === undefined ? headers : { ...headers, "Content-Type": "application/json" },
        body: text,
        timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      });
    if (method === "POST") return this.keyed(`${url} ${text}`, options, send);
    return this.run({ options, isRepeatable: method === "GET", send }) as Promise<T>;
  }

  /** A request that is done once, however often it is sent. */
  private async keyed<T>(request: string, options: Options, send: Call["send"]): Promise<T> {
    if (options.key === false) return this.run({ options, isRepeatable: false, send }) as Promise<T>;
    const key = options.key ?? this.keys.of(request);
    try {
      const data = await this.run({
        options,
        isRepeatable: true,
        send: (headers) => send({ ...headers, "Idempotency-Key": key }),
      });
      this.keys.spend(request);
      return data as T;
    } catch (error) {
      if (!(error instanceof ApiError && (error.isNetwork || error.status >= 500))) this.keys.spend(request);
      throw error;
    }
  }

  private async run(call: Call): Promise<unknown> {
    const isAuthorized = call.options.authorized ?? true;
    let hasRenewed = false;
    for (let retries = 0; ;) {
      if (isAuthorized && !this.token) await this.renewOnce("");
      const token = this.token;
      const failure = await this.attempt(call, isAuthorized ? { Authorization: `Bearer ${token}` } : {});
      if (!(failure instanceof ApiError)) return failure.data;
      if (failure.status === 401 && isAuthorized && !hasRenewed) {
        hasRenewed = true;
        await this.renewOnce(token);
      } else if (call.isRepeatable && retries < RETRIES && isPassing(failure)) {
        // Spread out, so that all the phones of a canteen do not come back at the same instant.
        await this.sleep(FIRST_PAUSE_MS * 2 ** retries * (0.75 + Math.random() / 2));
        retries += 1;
      } else {
        throw failure;
      }
    }
  }

  private async attempt(call: Call, headers: Record<string, string>): Promise<{ data: unknown } | ApiError> {
    const began = Date.now();
    let answer: HostAnswer;
    try {
      answer = await call.send(headers);
    } catch (thrown) {
      if (!(thrown instanceof HostFailure)) throw thrown;
      this.settings.onReach?.(false);
      return thrown.isTimeout
        ? new ApiError(0, "client.timeout", "服务器没有及时答复，请稍后重试")
        : new ApiError(0, "client.network", "网络不通，请检查网络后重试");
    }
    this.settings.onReach?.(true);
    if (answer.headers.date) this.settings.onDate?.(answer.headers.date, Date.now() - began);
    return opened(answer);
  }

  /** A new login in place of the token that was refused, unless somebody else has got one meanwhile. */
  private async renewOnce(refused: string): Promise<void> {
    if (this.token !== refused && this.token) return;
    if (!this.renewal) {
      this.token = "";
      const renew = this.settings.renew;
      const begun = renew ? renew() : Promise.reject(new ApiError(401, "app.unauthenticated", "请先登录"));
      this.renewal = begun.finally(() => {
        this.renewal = null;
      });
    }
    await this.renewal;
  }

  private url(path: string, options: Options): string {
    const parts = Object.entries(options.query ?? {})
      .filter(([, value]) => value !== undefined && value !== null && value !== "")
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
    const query = parts.length ? `?${parts.join("&")}` : "";
    return `${this.settings.base}${options.prefix ?? API}${path}${query}`;
  }
}

/** A failure that may be over in a moment. */
function isPassing(failure: ApiError): boolean {
  return (
    failure.isNetwork || [502, 503, 504].includes(failure.status) || failure.error === "app.idempotency_twin"
  );
}

/** What is in the envelope. */
function opened(answer: HostAnswer): { data: unknown } | ApiError {
  const envelope = parsed(answer.body);
  if (envelope && envelope.code === 0 && answer.status < 400) return { data: envelope.data };
  if (envelope && typeof envelope.msg === "string" && envelope.code !== 0) {
    const error = typeof envelope.error === "string" ? envelope.error : "app.error";
    return new ApiError(answer.status, error, envelope.msg, envelope.data, String(envelope.request_id ?? ""));
  }
  // Not from our application: a proxy before it, or a stranger's network that wants a login of its own.
  if (answer.status >= 400)
    return new ApiError(answer.status, "client.gateway", "服务暂时不可用，请稍后重试");
  return new ApiError(0, "client.malformed", "服务器的答复无法读懂，请检查网络");
}

function parsed(body: unknown): Record<string, unknown> | null {
  let value = body;
  if (typeof body === "string") {
    try {
      value = JSON.parse(body);
    } catch {
      return null;
    }
  }
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}
