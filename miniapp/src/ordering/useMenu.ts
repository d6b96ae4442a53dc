import { computed, reactive, watch } from "vue";

import { api } from "@/api";
import { today } from "@/clock";
import { useLoad } from "@/composables/useLoad";
import { usePolling } from "@/composables/usePolling";
import { addDays } from "@/formats";
import { cart, cartKey, restoreCarts, setCart } from "@/ordering/carts";
import {
  type Left,
  type PricedLine,
  countOf,
  leftIn,
  linesOf,
  priced,
  quantityOf,
  totalOf,
  withQuantity,
} from "@/ordering/lines";
import type { PortionName } from "@/ordering/titles";
import type { Canteen, Meal, Menu, Order, Remaining, WeekDay, WeekMeal } from "@/ordering/types";
import { firstDay, firstPeriod } from "@/ordering/weeks";
import { type ApiError, asApiError } from "@/request/errors";
import { ensureUser } from "@/session";

const LAST_CANTEEN = "houqin.canteen";
const REMAINING_EVERY_MS = 30_000;

/** Dishes whose half portion is offered first, and a line to show; nothing where the canteen suggests nothing. */
export interface Advice {
  half_first: number[];
  line: string | null;
}

const NO_ADVICE: Advice = { half_first: [], line: null };

/** A colleague who is ordered for: at their cost. */
export interface Diner {
  staff_no: string;
  name: string;
}

/** The menu as it is chosen from: canteen, day, period, what is left, and the cart. */
export interface MenuChoice {
  canteens: Canteen[];
  canteen: Canteen | null;
  days: WeekDay[];
  date: string;
  period: string;
  day: WeekDay | undefined;
  /** The chosen period in the week: whether it is open, until when, and one's own order for it. */
  meal: WeekMeal | undefined;
  /** The chosen period on the menu; null as long as it is not published. */
  offered: Meal | null;
  isLoadingDay: boolean;
  dayError: ApiError | null;
  /** What the canteen suggests against waste for the chosen meal; advice, never a condition. */
  advice: Advice;
  /** The order that is changed, if it is not a new one. */
  order: Order | null;
  diner: Diner | null;
  key: string;
  lines: readonly PricedLine[];
  count: number;
  totalFen: number;
  /** Whether dishes can be put into the cart. */
  canOrder: boolean;
  left: Left;
  quantity: (dishId: number, portion: PortionName) => number;
  put: (dishId: number, portion: PortionName, quantity: number) => void;
  clear: () => void;
  chooseCanteen: (id: number) => Promise<void>;
  chooseDay: (date: string) => Promise<void>;
  choosePeriod: (period: string) => void;
  reloadDay: () => Promise<void>;
  reload: () => Promise<void>;
}

/**
 * What the page of a menu shows, and what is done there. The page's query may name `canteen_id`, `date` and
 * `period`; `order` changes this order of one's own; `for` and `name` order for a colleague.
 */
export function useMenu() {
  const kept = reactive({
    canteens: [] as Canteen[],
    canteenId: 0,
    days: [] as WeekDay[],
    date: "",
    period: "",
    menu: null as Menu | null,
    remaining: null as Remaining | null,
    isLoadingDay: false,
    dayError: null as ApiError | null,
    advice: NO_ADVICE,
    order: null as Order | null,
    diner: null as Diner | null,
  });
  let turn = 0;

  const day = computed(() => kept.days.find((each) => each.date === kept.date));
  const meal = computed(() => day.value?.periods.find((each) => each.period === kept.period));
  const offered = computed(
    () =>
      (kept.menu?.date === kept.date && kept.menu.periods.find((each) => each.period === kept.period)) ||
      null,
  );
  const key = computed(() =>
    cartKey(
      kept.canteenId,
      kept.date,
      kept.period,
      kept.order ? `order-${kept.order.id}` : kept.diner ? `for-${kept.diner.staff_no}` : "",
    ),
  );
  const lines = computed(() => cart(key.value));
  const pricedLines = computed(() => priced(lines.value, offered.value, kept.order?.items));
  const isOrderedAlready = computed(() => !kept.order && !kept.diner && Boolean(meal.value?.order));

  const menu: MenuChoice = reactive({
    canteens: computed(() => kept.canteens),
    canteen: computed(() => kept.canteens.find((each) => each.id === kept.canteenId) ?? null),
    days: computed(() => kept.days),
    date: computed(() => kept.date),
    period: computed(() => kept.period),
    day,
    meal,
    offered,
    isLoadingDay: computed(() => kept.isLoadingDay),
    dayError: computed(() => kept.dayError),
    advice: computed(() => kept.advice),
    order: computed(() => kept.order),
    diner: computed(() => kept.diner),
    key,
    lines: pricedLines,
    count: computed(() => countOf(pricedLines.value)),
    totalFen: computed(() => totalOf(pricedLines.value)),
    canOrder: computed(() => meal.value?.state === "open" && !isOrderedAlready.value),
    left,
    quantity: (dishId: number, portion: PortionName) => quantityOf(lines.value, dishId, portion),
    put: (dishId: number, portion: PortionName, quantity: number) =>
      setCart(key.value, withQuantity(lines.value, dishId, portion, quantity)),
    clear: () => setCart(key.value, []),
    chooseCanteen,
    chooseDay,
    choosePeriod: (period: string) => (kept.period = period),
    reloadDay,
    reload,
  }) as unknown as MenuChoice;

  const load = useLoad(
    async (query) => {
      await ensureUser();
      restoreCarts();
      if (!kept.canteens.length) await begin(query);
      await loadWeek();
      if (!day.value) kept.date = firstDay(kept.days)?.date ?? "";
      if (!meal.value) kept.period = firstPeriod(day.value, query.period, !kept.diner);
      await reloadDay();
      return true;
    },
    { onShow: true },
  );
  usePolling(loadRemaining, REMAINING_EVERY_MS);
  watch([() => offered.value?.period, () => kept.date, () => kept.canteenId], () => void loadAdvice());

  /** The canteens, and what the page was opened for. */
  async function begin(query: Record<string, string>): Promise<void> {
    const { list: canteens } = await api.get<{ list: Canteen[] }>("/canteens");
    if (query.order) {
      const order = await api.get<Order>(`/canteen/orders/${query.order}`);
      [kept.order, kept.canteenId, kept.date, kept.period] = [
        order,
        order.canteen_id,
        order.date,
        order.period,
      ];
      setCart(key.value, linesOf(order.items));
    } else if (query.date) kept.date = query.date;
    if (query.for) kept.diner = { staff_no: query.for, name: query.name ?? "" };
    const wanted = [kept.canteenId, Number(query.canteen_id), Number(uni.getStorageSync(LAST_CANTEEN))];
    const found = wanted.find((id) => canteens.some((each) => each.id === id));
    kept.canteenId = found ?? canteens[0]?.id ?? 0;
    kept.canteens = canteens;
  }

  async function loadWeek(): Promise<void> {
    // A link may name a day that lies further ahead than two weeks.
    const ends = addDays(today(), 13);
    const first = kept.order || kept.date > ends ? kept.date : today();
    const weeks = kept.order ? [first] : [first, addDays(first, 7)];
    const canteenId = kept.canteenId;
    const found = await Promise.all(
      weeks.map((from) => api.get<{ days: WeekDay[] }>("/canteen/week", { canteen_id: canteenId, from })),
    );
    if (canteenId !== kept.canteenId) return;
    kept.days = found.flatMap((week) => week.days);
  }

  async function reloadDay(): Promise<void> {
    if (!kept.date) return;
    const mine = ++turn;
    const query = { canteen_id: kept.canteenId, date: kept.date };
    kept.isLoadingDay = true;
    kept.dayError = null;
    try {
      const [found, remaining] = await Promise.all([
        api.get<Menu>("/canteen/menus", query),
        api.get<Remaining>("/canteen/menus/remaining", query),
      ]);
      if (mine !== turn) return;
      [kept.menu, kept.remaining] = [found, remaining];
    } catch (thrown) {
      if (mine === turn) kept.dayError = asApiError(thrown);
    } finally {
      if (mine === turn) kept.isLoadingDay = false;
    }
  }

  async function loadAdvice(): Promise<void> {
    kept.advice = NO_ADVICE;
    if (!offered.value || meal.value?.state !== "open") return;
    const of = key.value;
    const query = { date: kept.date, period: kept.period };
    // Nobody waits for advice, and nobody misses it.
    const found = await api
      .get<Advice>(`/canteen/canteens/${kept.canteenId}/advice`, query)
      .catch(() => NO_ADVICE);
    if (of === key.value) kept.advice = found;
  }

  async function loadRemaining(): Promise<void> {
    if (!offered.value || meal.value?.state !== "open") return;
    const [date, canteenId] = [kept.date, kept.canteenId];
    const found = await api.get<Remaining>("/canteen/menus/remaining", { canteen_id: canteenId, date });
    if (date === kept.date && canteenId === kept.canteenId) kept.remaining = found;
  }

  function left(dishId: number, portion: PortionName): number | null {
    return leftIn(kept.remaining, kept.period, kept.order?.items ?? [], dishId, portion);
  }

  async function chooseCanteen(id: number): Promise<void> {
    if (id === kept.canteenId) return;
    kept.canteenId = id;
    [kept.menu, kept.remaining] = [null, null];
    uni.setStorageSync(LAST_CANTEEN, String(id));
    await load.reload();
  }

  async function chooseDay(date: string): Promise<void> {
    if (date === kept.date) return;
    kept.date = date;
    kept.period = firstPeriod(day.value, kept.period, !kept.diner);
    [kept.menu, kept.remaining] = [null, null];
    await reloadDay();
  }

  function reload(): Promise<void> {
    return load.reload();
  }

  return { load, menu };
}
