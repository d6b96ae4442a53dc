/** Codes that are scanned by the camera (WeChat). */

/** Opens the camera; the text of the code, or nothing if the person went back. */
export function scan(): Promise<string> {
  return new Promise((resolve) => {
    uni.scanCode({
      scanType: ["qrCode", "barCode"],
      success: (found) => resolve(String(found.result).trim()),
      fail: () => resolve(""),
    });
  });
}

/** The token in what a plate's code says, `https://…/q/{token}`, or the token itself as it was typed. */
export function tokenIn(text: string): string {
  return /\/q\/([^/?#]+)/.exec(text)?.[1] ?? text.trim();
}
