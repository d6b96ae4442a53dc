import { onReachBottom } from "@dcloudio/uni-app";
import { reactive } from "vue";

import { type LoadOptions, useLoad } from "@/composables/useLoad";
import { tell } from "@/dialogs";

export interface Paged<T> {
  list: T[];
  total: number;
  page: number;
  page_size: number;
}

/**
 * A paged list that grows at the bottom of the page. `load` is for AppPage, `rest.isLoading` for the line
 * below the list. `fetch` gets the page's number, from 1, and the page's query.
 */
export function usePaged<T>(
  fetch: (page: number, query: Record<string, string>) => Promise<Paged<T>>,
  options: LoadOptions<Paged<T>> = {},
) {
  let query: Record<string, string> = {};
  const rest = reactive({ isLoading: false, isAll: false });
  const load = useLoad<Paged<T>>(async (given) => {
    query = given;
    const first = await fetch(1, query);
    rest.isAll = first.list.length >= first.total;
    return first;
  }, options);

  async function more(): Promise<void> {
    const shown = load.data as Paged<T> | null;
    if (!shown || rest.isLoading || rest.isAll || load.isLoading) return;
    rest.isLoading = true;
    try {
      const next = await fetch(shown.page + 1, query);
      // The first page may have been loaded again meanwhile: then these follow upon what is gone.
      if (load.data !== shown) return;
      shown.list.push(...next.list);
      shown.page = next.page;
      rest.isAll = !next.list.length || shown.list.length >= next.total;
    } catch (error) {
      tell(error);
    } finally {
      rest.isLoading = false;
    }
  }

  onReachBottom(() => void more());
  return { load, rest, more };
}
