import { api } from "@/api";
import { network } from "@/network";
import { ApiError } from "@/request/errors";
import { ensureUser } from "@/session";

/**
 * What `fetch` answers; while cut off, what it answered last, for people who work where there is no network.
 * `key` names it among the things of this person on this phone.
 */
export async function remembered<T>(key: string, fetch: () => Promise<T>): Promise<T> {
  const place = `houqin.remembered.${(await ensureUser()).id}.${key}`;
  const earlier = network.isOnline ? "" : api.platform.storage.get(place);
  // No use in asking, and asking again, before one shows what there is.
  if (earlier) return JSON.parse(earlier) as T;
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
