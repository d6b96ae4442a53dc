import { api } from "@/api";
import { ApiError } from "@/request/errors";
import { ensureUser } from "@/session";

/**
 * What `fetch` answers; while cut off, what it answered last, for people who work where there is no network.
 * `key` names it among the things of this person on this phone.
 */
export async function remembered<T>(key: string, fetch: () => Promise<T>): Promise<T> {
  const place = `houqin.remembered.${(await ensureUser()).id}.${key}`;
  try {
    const found = await fetch();
    api.platform.storage.set(place, JSON.stringify(found));
    return found;
  } catch (thrown) {
    const kept = api.platform.storage.get(place);
    if (kept && thrown instanceof ApiError && thrown.isNetwork) return JSON.parse(kept) as T;
    throw thrown;
  }
}
