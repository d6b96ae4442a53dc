const TABS = ["pages/tabs/home", "pages/tabs/meals", "pages/tabs/services", "pages/tabs/me"];

/** Opens a page of ours (`pages/canteen/order?id=7`), whether or not it is one of the tabs. */
export function open(page: string): void {
  const url = `/${page.replace(/^\//, "")}`;
  if (TABS.includes(url.slice(1).split("?")[0]!)) uni.switchTab({ url: url.split("?")[0]! });
  else uni.navigateTo({ url });
}

/** What the types of uni-app do not know of its browser host. */
interface Preloading {
  preloadPage(page: { url: string; fail: () => void }): void;
}

/**
 * Fetches what these pages are made of while there is a network, for people who open them where there is none.
 * WeChat has a sub-package whole, and needs nothing.
 */
export function prepare(...pages: string[]): void {
  if (!__IS_H5__) return;
  for (const page of pages)
    (uni as unknown as Preloading).preloadPage({ url: `/${page}`, fail: () => undefined });
}

/** Opens a page in the place of the present one, which is done with. */
export function replace(page: string): void {
  uni.redirectTo({ url: `/${page.replace(/^\//, "")}` });
}

/** Back to where the person came from; to the first page if there is nothing before. */
export function back(): void {
  if (getCurrentPages().length > 1) uni.navigateBack();
  else home();
}

/** To the first page, leaving all others. */
export function home(): void {
  uni.reLaunch({ url: "/pages/tabs/home" });
}

/** The path of the page that is seen, without a slash at its beginning; empty before the first. */
export function present(): string {
  const pages = getCurrentPages();
  return pages[pages.length - 1]?.route ?? "";
}
