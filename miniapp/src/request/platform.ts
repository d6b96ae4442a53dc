/** What the request layer needs of the host (WeChat, a browser, Node in a test). */
export interface Platform {
  /** Rejects with HostFailure if no answer came. */
  request(call: HostCall): Promise<HostAnswer>;
  /** Sends one file as the part `file` of a multipart body. */
  upload(call: HostUpload): Promise<HostAnswer>;
  /** Fetches a file; of a failure the body is read. */
  download(call: HostDownload): Promise<HostFile>;
  /** The host's one-use login code. */
  login(): Promise<string>;
  storage: Storage;
}

export interface HostCall {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers: Record<string, string>;
  /** JSON text. */
  body?: string;
  timeoutMs: number;
}

export interface HostUpload {
  url: string;
  path: string;
  headers: Record<string, string>;
  timeoutMs: number;
}

export interface HostDownload {
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
}

export interface HostAnswer {
  status: number;
  /** Text, or JSON that the host has parsed already. */
  body: unknown;
  headers: Record<string, string>;
}

export interface HostFile {
  status: number;
  /** Where the host has put it. */
  path: string;
  /** Of a failure only. */
  body: string;
}

export interface Storage {
  get(key: string): string;
  set(key: string, text: string): void;
  remove(key: string): void;
}

/** No answer: the network, or the time limit. */
export class HostFailure extends Error {
  readonly isTimeout: boolean;

  constructor(text: string, isTimeout = false) {
    super(text);
    this.name = "HostFailure";
    this.isTimeout = isTimeout;
  }
}
