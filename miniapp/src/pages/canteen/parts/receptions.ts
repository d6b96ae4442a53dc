/** What an official reception may cost, and who may dine with the guests: counted before the server does. */
import type { ReceptionLimits } from "./types";

/** How many may dine with so many guests (浙江省: up to ten guests three, more than ten a third of them). */
export function companionsFor(limits: ReceptionLimits, guests: number): number {
  if (guests <= limits.small_party) return limits.small_companions;
  return Math.floor(guests / limits.guests_per_companion);
}

/** The rule in words: 「来宾 4 人，陪餐最多 3 人」 */
export function companionsText(limits: ReceptionLimits, guests: number): string {
  if (!guests) {
    const { small_party: small, small_companions: most, guests_per_companion: per } = limits;
    return `来宾不超过 ${small} 人时陪餐最多 ${most} 人，超过时不超过来宾的 1/${per}`;
  }
  return `来宾 ${guests} 人，陪餐最多 ${companionsFor(limits, guests)} 人`;
}

export interface Budget {
  heads: number;
  total_fen: number;
  /** What the dishes may cost together. */
  limit_fen: number;
  per_head_fen: number;
  /** How much they cost too much; 0 if they do not. */
  over_fen: number;
}

/** The dishes against the standard. The mean per head is rounded half up, as the server does. */
export function budget(
  dishes: readonly { price_fen: number | null; quantity: number }[],
  heads: number,
  standardFen: number,
): Budget {
  const total = dishes.reduce((sum, { price_fen, quantity }) => sum + (price_fen ?? 0) * quantity, 0);
  const limit = heads * standardFen;
  return {
    heads,
    total_fen: total,
    limit_fen: limit,
    per_head_fen: heads ? Math.floor((2 * total + heads) / (2 * heads)) : 0,
    over_fen: Math.max(0, total - limit),
  };
}

/** Fen of an amount as people type it (「50」, 「38.5」); null of what is no amount. */
export function fenOf(text: string): number | null {
  const found = /^(\d{1,4})(?:\.(\d{1,2}))?$/.exec(text.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

/** 「提前 4 小时」 of minutes. */
export function leadText(minutes: number): string {
  if (minutes % 1440 === 0 && minutes) return `${minutes / 1440} 天`;
  return minutes % 60 === 0 ? `${minutes / 60} 小时` : `${minutes} 分钟`;
}
