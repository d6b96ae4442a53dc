/** Codes on labels: a QR code is an address that names it, a scanner or a person gives it bare. */

/** The code in `…?code=ABC`, or the text itself. */
export function scanned(text: string): string {
  const found = /[?&]code=([^&#]+)/.exec(text);
  return (found ? decodeURIComponent(found[1]!) : text).trim();
}
