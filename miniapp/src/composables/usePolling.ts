import { onHide, onShow, onUnload } from "@dcloudio/uni-app";

/** Calls `ask` every so many milliseconds while the page is seen; a failure waits for the next turn. */
export function usePolling(ask: () => Promise<unknown>, everyMs: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSeen = false;
  const stop = () => {
    isSeen = false;
    clearTimeout(timer);
  };
  const plan = () => {
    clearTimeout(timer);
    if (!isSeen) return;
    timer = setTimeout(() => {
      ask()
        .catch(() => undefined)
        .finally(plan);
    }, everyMs);
  };
  onShow(() => {
    isSeen = true;
    plan();
  });
  onHide(stop);
  onUnload(stop);
}
