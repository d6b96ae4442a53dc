import { reactive } from "vue";

/** Whether the phone is connected. Pages whose loading failed listen for its return. */
export const network = reactive({ isOnline: true });

const listeners = new Set<() => void>();

/** Calls `listener` whenever the connection comes back; answers how to stop that. */
export function onReconnected(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What a call has shown. A call that fails proves nothing: the phone itself says whether it is connected. */
export function noteReach(isReached: boolean): void {
  if (isReached) setOnline(true);
}

/** Listens to the phone; once, when the app starts. */
export function watchNetwork(): void {
  if (__IS_H5__) {
    // uni-app asks the kind of connection, which says nothing of a cable that was pulled.
    setOnline(navigator.onLine);
    window.addEventListener("online", () => setOnline(true));
    window.addEventListener("offline", () => setOnline(false));
    return;
  }
  uni.getNetworkType({ success: (found) => setOnline(found.networkType !== "none") });
  uni.onNetworkStatusChange((change) => setOnline(change.isConnected));
}

function setOnline(isOnline: boolean): void {
  const isBack = isOnline && !network.isOnline;
  network.isOnline = isOnline;
  if (isBack) for (const listener of [...listeners]) listener();
}
