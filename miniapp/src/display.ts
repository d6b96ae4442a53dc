import { reactive } from "vue";

const LARGE = "houqin.large";

/** How the pages look: the large-font mode (适老化) scales every text by 1.3. */
export const display = reactive({ isLarge: false });

/** Reads the person's choice; once, when the app starts. */
export function restoreDisplay(): void {
  show(uni.getStorageSync(LARGE) === "1");
}

/** Switches the large-font mode and remembers the choice on this phone. */
export function setLarge(isLarge: boolean): void {
  uni.setStorageSync(LARGE, isLarge ? "1" : "");
  show(isLarge);
}

function show(isLarge: boolean): void {
  display.isLarge = isLarge;
  // In the browser the bars and dialogs stand outside of the page.
  if (typeof document !== "undefined") document.documentElement.classList.toggle("is-large", isLarge);
}
