/** What was scanned or typed at a counter. */

export type Scanned = "pickup" | "diner" | "other";

/** Of which of our kinds a code is, by its first letters; whether it holds only the server knows. */
export function kindOf(code: string): Scanned {
  if (code.startsWith("HQ2.")) return "pickup";
  if (code.startsWith("HQD")) return "diner";
  return "other";
}

/** How the API is told who somebody is: by what was scanned, or by the number of a card. */
export function proofOf(code: string): Record<string, string> {
  const names = { pickup: "pickup_token", diner: "diner_token", other: "card_no" };
  return { [names[kindOf(code)]]: code };
}
