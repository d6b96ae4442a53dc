/** Where one serves: the canteen and the period, kept on this phone. */
import { computed, reactive } from "vue";

import { api } from "@/api";
import { now } from "@/clock";
import { clockTime } from "@/formats";
import { type Canteen, periodAt, within } from "@/counter/canteens";
import { ensureUser, reach } from "@/session";

const CANTEEN = "houqin.counter";
const VERIFY = "canteen.verify";

export interface Counter {
  canteens: Canteen[];
  /** The position of the canteen, and of its period. */
  at: number;
  periodAt: number;
  canteen: Canteen | undefined;
  period: string;
}

/** The counter of the page, once `open` has asked for the canteens where the person holds `permission`. */
export function useCounter(permission = VERIFY) {
  const kept = reactive({ canteens: [] as Canteen[], at: 0, periodAt: 0 });
  const canteen = computed(() => kept.canteens[kept.at]);
  const counter = reactive({
    canteens: computed(() => kept.canteens),
    at: computed(() => kept.at),
    periodAt: computed(() => kept.periodAt),
    canteen,
    period: computed(() => canteen.value?.periods[kept.periodAt]?.period ?? ""),
  }) as unknown as Counter;

  async function open(): Promise<Canteen[]> {
    const [{ list }] = await Promise.all([api.get<{ list: Canteen[] }>("/canteens"), ensureUser()]);
    kept.canteens = within(list, reach(permission, "canteen"), reach(permission, "campus"));
    const last = Number(uni.getStorageSync(CANTEEN));
    const found = kept.canteens.findIndex((each) => each.id === last);
    kept.at = Math.max(0, found);
    choosePeriodNow();
    return kept.canteens;
  }

  function choosePeriodNow(): void {
    kept.periodAt = canteen.value ? periodAt(canteen.value.periods, clockTime(now())) : 0;
  }

  function chooseCanteen(at: number): void {
    kept.at = at;
    if (canteen.value) uni.setStorageSync(CANTEEN, String(canteen.value.id));
    choosePeriodNow();
  }

  function choosePeriod(at: number): void {
    kept.periodAt = at;
  }

  return { counter, open, chooseCanteen, choosePeriod };
}
