import { onHide, onShow, onUnload } from "@dcloudio/uni-app";
import { type Ref, ref } from "vue";

import { now } from "@/clock";

/** The server's time in milliseconds, renewed each second (or `everyMs`) while the page is seen. */
export function useNow(everyMs = 1000): Ref<number> {
  const shown = ref(now());
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => clearInterval(timer);
  onShow(() => {
    stop();
    shown.value = now();
    timer = setInterval(() => (shown.value = now()), everyMs);
  });
  onHide(stop);
  onUnload(stop);
  return shown;
}
