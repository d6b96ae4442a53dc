import { ApiError, asApiError } from "./errors";
import type { Storage } from "./platform";

const MOST = 200;

/** Something that was done on this phone and that the server has to learn of: one POST. */
export interface Deed {
  /** Its Idempotency-Key: however often it is sent, it counts once. */
  key: string;
  path: string;
  body: Record<string, unknown>;
  /**
   * Files of this phone; each is uploaded, and its id joins the list that the body has at `field`, a path
   * such as `photo_ids` or `answers.0.photo_ids`.
   */
  files: { field: string; path: string }[];
  /** What it is about. Deeds of one subject go one after another; a refused one holds back those after it. */
  subject: string;
  /** In words, for the person: 完成维修. */
  title: string;
  /** When it was done, as ISO 8601 with offset. */
  at: string;
  /** Why the server refused it; it waits for the person to drop it. */
  refusal: string;
}

export interface Sender {
  post(path: string, body: unknown, key: string): Promise<unknown>;
  /** Uploads a file under a key; answers its id. */
  upload(path: string, key: string): Promise<number>;
}

/** What became of a deed: the server's answer, or kept until there is a network. */
export type Done<T> = { isKept: false; answer: T } | { isKept: true };

/**
 * What was done while cut off. It is kept on the phone, survives a restart, and is sent in order as soon as
 * there is a network: each deed once, because its key goes with it. What the server refuses is explained and
 * stays until the person has seen it.
 */
export class Queue {
  private sending: Promise<void> | null = null;

  constructor(
    private readonly storage: Storage,
    private readonly place: string,
    private readonly sender: Sender,
    private readonly onChange: (deeds: Deed[]) => void = () => undefined,
  ) {}

  /** Everything that waits, in the order in which it was done. */
  all(): Deed[] {
    const kept = this.storage.get(this.place);
    return kept ? (JSON.parse(kept) as Deed[]) : [];
  }

  /** Does it now, or keeps it if nobody answers. Throws ApiError if the server refuses. */
  async perform<T>(deed: Deed, isOnline: boolean): Promise<Done<T>> {
    const isFirst = !this.all().some((each) => each.subject === deed.subject);
    if (isOnline && isFirst) {
      try {
        return { isKept: false, answer: (await this.send(deed)) as T };
      } catch (thrown) {
        const error = asApiError(thrown);
        if (!isUnanswered(error)) throw error;
      }
    }
    this.keep(deed);
    return { isKept: true };
  }

  /** Sends what waits, as far as the network carries; two calls at once are one. */
  flush(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  /** Forgets a deed that was refused. */
  drop(key: string): void {
    this.write(this.all().filter((each) => each.key !== key));
  }

  private async sendAll(): Promise<void> {
    const tried = new Set<string>();
    for (;;) {
      const next = this.next(tried);
      if (!next) return;
      tried.add(next.key);
      try {
        await this.send(next);
      } catch (thrown) {
        const error = asApiError(thrown);
        if (isUnanswered(error)) return;
        this.refuse(next.key, error.msg);
        continue;
      }
      this.drop(next.key);
    }
  }

  /** The first that nobody refused, that was not tried yet and that no refused one of its subject precedes. */
  private next(tried: Set<string>): Deed | undefined {
    const held = new Set<string>();
    for (const each of this.all()) {
      if (each.refusal || tried.has(each.key)) held.add(each.subject);
      else if (!held.has(each.subject)) return each;
    }
    return undefined;
  }

  private async send(deed: Deed): Promise<unknown> {
    const body = JSON.parse(JSON.stringify(deed.body)) as Record<string, unknown>;
    for (const [number, file] of deed.files.entries()) {
      // The same key for the same file, so that an upload whose answer was lost is not a second photo.
      join(body, file.field, await this.sender.upload(file.path, fileKey(deed.key, number)));
    }
    return this.sender.post(deed.path, body, deed.key);
  }

  private keep(deed: Deed): void {
    const deeds = this.all();
    if (deeds.length >= MOST)
      throw new ApiError(0, "client.queue_full", "待上传的操作太多，请先到有网络的地方上传");
    this.write([...deeds, deed]);
  }

  private refuse(key: string, refusal: string): void {
    this.write(this.all().map((each) => (each.key === key ? { ...each, refusal } : each)));
  }

  private write(deeds: Deed[]): void {
    if (deeds.length) this.storage.set(this.place, JSON.stringify(deeds));
    else this.storage.remove(this.place);
    this.onChange(deeds);
  }
}

/** Nobody knows whether it was done, or nobody could do it now: it is sent again later. */
function isUnanswered(error: ApiError): boolean {
  return error.isNetwork || error.status >= 500 || error.status === 401 || error.status === 429;
}

/** Adds an id to the list at a path of the body. */
function join(body: Record<string, unknown>, field: string, id: number): void {
  const steps = field.split(".");
  const last = steps.pop()!;
  let at = body;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  at[last] = [...((at[last] as number[] | undefined) ?? []), id];
}

/** 32 hexadecimal digits that follow from the deed's key and the file's number. */
function fileKey(key: string, number: number): string {
  return key.slice(0, -2) + number.toString(16).padStart(2, "0");
}
