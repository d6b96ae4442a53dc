import { onLoad, onPullDownRefresh, onShow, onUnload } from "@dcloudio/uni-app";
import { type UnwrapNestedRefs, reactive } from "vue";

import { tell } from "@/dialogs";
import { onReconnected } from "@/network";
import { ApiError, asApiError } from "@/request/errors";

export interface Load<T> {
  data: T | null;
  /** Why there is no data. */
  error: ApiError | null;
  isLoading: boolean;
  isEmpty: boolean;
  /** Loads again; what is shown stays until the new data is there. */
  reload: () => Promise<void>;
}

export interface LoadOptions<T> {
  /** Whether there is nothing to show; of `{list: []}` it is known. */
  isEmpty?: (data: T) => boolean;
  /** Load again, silently, whenever the page is seen again. */
  onShow?: boolean;
  /** Do not begin by itself: the page calls `reload`. */
  isManual?: boolean;
}

/**
 * What a page shows, loaded by `fetch`, which gets the page's query. Begins with the page, again on pull to
 * refresh (module.json: `"refresh": true`), and by itself when the network is back after it failed.
 */
export function useLoad<T>(
  fetch: (query: Record<string, string>) => Promise<T>,
  options: LoadOptions<T> = {},
): UnwrapNestedRefs<Load<T>> {
  const isEmpty = options.isEmpty ?? isEmptyList;
  let query: Record<string, string> = {};
  let turn = 0;
  let hasShown = false;

  const load = reactive<Load<T>>({
    data: null,
    error: null,
    isLoading: !options.isManual,
    isEmpty: false,
    reload,
  });

  async function reload(): Promise<void> {
    const mine = ++turn;
    load.isLoading = true;
    try {
      const data = await fetch(query);
      if (mine !== turn) return;
      load.data = data as typeof load.data;
      load.isEmpty = isEmpty(data);
      load.error = null;
    } catch (thrown) {
      if (mine !== turn) return;
      const error = asApiError(thrown);
      // What is shown already stays, with a word about why it is not newer.
      if (load.data !== null) tell(error);
      else load.error = error;
    } finally {
      if (mine === turn) load.isLoading = false;
    }
  }

  const forget = onReconnected(() => {
    if (load.error?.isNetwork) void reload();
  });
  onUnload(forget);
  onLoad((given) => {
    query = decoded(given);
    if (!options.isManual) void reload();
  });
  onShow(() => {
    if (hasShown && options.onShow && !load.isLoading) void reload();
    hasShown = true;
  });
  onPullDownRefresh(() => {
    void reload().finally(() => uni.stopPullDownRefresh());
  });
  return load;
}

/** A page's query as it was meant: WeChat gives it as it stood in the address. */
export function decoded(query: AnyObject | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query ?? {}).map(([name, value]) => [name, decodeURIComponent(String(value))]),
  );
}

function isEmptyList(data: unknown): boolean {
  return (
    typeof data === "object" &&
    data !== null &&
    "list" in data &&
    Array.isArray(data.list) &&
    !data.list.length
  );
}
