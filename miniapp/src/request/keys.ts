/** Idempotency keys of what was sent and not answered yet. */

const REMEMBERED_MS = 10 * 60 * 1000;

/** 32 random hexadecimal digits. Not a secret: it must only be unlike all others of its person. */
export function newKey(): string {
  let key = "";
  while (key.length < 32)
    key += Math.floor(Math.random() * 16 ** 8)
      .toString(16)
      .padStart(8, "0");
  return key;
}

/**
 * The same request, sent again because nobody answered it, or tapped twice, bears the same key: the server
 * then does it once. With its answer the key is spent.
 */
export class Keys {
  private readonly waiting = new Map<string, { key: string; until: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The key of this request; a new one unless it still waits for an answer. */
  of(request: string): string {
    for (const [kept, { until }] of this.waiting) if (until <= this.now()) this.waiting.delete(kept);
    const known = this.waiting.get(request);
    if (known) return known.key;
    const key = newKey();
    this.waiting.set(request, { key, until: this.now() + REMEMBERED_MS });
    return key;
  }

  /** The request was answered. */
  spend(request: string): void {
    this.waiting.delete(request);
  }
}
