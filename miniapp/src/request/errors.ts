/** A call that came to nothing: refused by the server, or never answered. */
export class ApiError extends Error {
  /** HTTP status; 0 if there was no answer that can be read. */
  readonly status: number;
  /** The stable dotted name, e.g. `canteen.sold_out`; `client.…` is made up here. */
  readonly error: string;
  /** A Chinese sentence for people. */
  readonly msg: string;
  readonly data: Record<string, unknown>;
  readonly requestId: string;

  constructor(status: number, error: string, msg: string, data?: unknown, requestId = "") {
    super(`${error}: ${msg}`);
    this.name = "ApiError";
    this.status = status;
    this.error = error;
    this.msg = msg;
    this.data = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
    this.requestId = requestId;
  }

  /** Nobody knows whether the server did it: the connection failed, or the answer did not come in time. */
  get isNetwork(): boolean {
    return this.error === "client.network" || this.error === "client.timeout";
  }

  /** What is wrong with each field of the body (`app.invalid`): the first sentence for each. */
  get fields(): Record<string, string> {
    const given = this.data.fields;
    if (typeof given !== "object" || given === null) return {};
    return Object.fromEntries(Object.entries(given).map(([name, said]) => [name, firstSentence(said)]));
  }
}

function firstSentence(said: unknown): string {
  if (typeof said === "string") return said;
  if (typeof said !== "object" || said === null) return "";
  const first: unknown = Object.values(said)[0];
  return firstSentence(first);
}

/** Whatever was thrown, as an ApiError. A fault of our own code is told to the console, where it is mended. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  // eslint-disable-next-line no-console -- Nothing else keeps the place where it happened.
  console.error(thrown);
  return new ApiError(0, "client.fault", "页面出现错误，请稍后重试", { cause: String(thrown) });
}
