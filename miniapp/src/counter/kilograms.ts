/** Weights as they are typed: kilograms, with at most three decimals. */

const KILOGRAMS = /^(?:0|[1-9]\d{0,3})(?:\.\d{1,3})?$/;

/** Grams of kilograms as they are typed (`12.35`); null of what is no weight. */
export function gramsOf(typed: string): number | null {
  const text = typed.trim();
  return KILOGRAMS.test(text) ? Math.round(Number(text) * 1000) : null;
}

/** Kilograms as one would type them, of grams that are known; empty of none. */
export function typedOf(grams: number | null): string {
  return grams === null ? "" : String(grams / 1000);
}
