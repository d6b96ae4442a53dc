import { reactive } from "vue";

const ME_TAB = 3;

/** How many messages of one's own are unread, as far as this phone was told. */
export const unread = reactive({ count: 0 });

/** Takes the number over, and shows it on the tab 我的. */
export function noteUnread(count: number): void {
  unread.count = count;
  showUnread();
}

/** Shows the mark again: only a tab page can. */
export function showUnread(): void {
  // From a page that is no tab it fails; the next tab page shows it.
  const fail = () => undefined;
  if (unread.count)
    uni.setTabBarBadge({ index: ME_TAB, text: unread.count > 99 ? "99+" : String(unread.count), fail });
  else uni.removeTabBarBadge({ index: ME_TAB, fail });
}
