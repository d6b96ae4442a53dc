import { computed, reactive, ref, watch } from "vue";

import { api } from "@/api";
import { useAction } from "@/composables/useAction";
import { useLoad } from "@/composables/useLoad";
import { toast } from "@/dialogs";
import { back, open, replace } from "@/navigation";
import { cart, cartKey, restoreCarts, setCart } from "@/ordering/carts";
import { type Line, fitting, leftIn, priced, totalOf, withQuantity, without } from "@/ordering/lines";
import type { PortionName } from "@/ordering/titles";
import type { Account, Canteen, Menu, Order, Remaining, Takeaway } from "@/ordering/types";
import { ApiError } from "@/request/errors";
import { ensureUser } from "@/session";
import { askForSubscriptions, prepareSubscriptions } from "@/subscriptions";

import { type Dining, type ShownLine, isOverdrawn, packagingFor, windowsFor } from "./placing";
import { type Way, waysOut } from "./refusals";

interface Loaded {
  canteen: string;
  menu: Menu;
  remaining: Remaining;
  takeaway: Takeaway | null;
  /** Null for a colleague's: whose money it is does not show it. */
  account: Account | null;
  /** The order that is changed, if it is not a new one. */
  order: Order | null;
}

/**
 * The order that is about to be placed, and how it is sent. The page's query names `canteen_id`, `date` and
 * `period`; `order` changes this order of one's own; `for` and `name` order for a colleague.
 */
export function usePlacing() {
  const page = reactive({ canteenId: 0, date: "", period: "", orderId: 0, staffNo: "", name: "" });
  const form = reactive({ dining: "dine_in" as Dining, collectFrom: "", note: "" });
  const refusal = ref<{ text: string; ways: Way[] } | null>(null);
  let isBegun = false;
  let hasAsked = false;

  const load = useLoad(async (query): Promise<Loaded> => {
    await ensureUser();
    restoreCarts();
    page.canteenId = Number(query.canteen_id);
    [page.date, page.period] = [query.date ?? "", query.period ?? ""];
    page.orderId = Number(query.order ?? 0);
    [page.staffNo, page.name] = [query.for ?? "", query.name ?? ""];
    const loaded = await fetchAll();
    if (!isBegun) begin(loaded.order);
    isBegun = true;
    return loaded;
  });

  async function fetchAll(): Promise<Loaded> {
    const day = { canteen_id: page.canteenId, date: page.date };
    const [canteens, menu, remaining, takeaway, account, order] = await Promise.all([
      api.get<{ list: Canteen[] }>("/canteens"),
      api.get<Menu>("/canteen/menus", day),
      api.get<Remaining>("/canteen/menus/remaining", day),
      api.get<Takeaway>("/canteen/takeaway-windows", { ...day, period: page.period }),
      page.staffNo ? null : api.get<Account>("/canteen/account", { canteen_id: page.canteenId }),
      page.orderId ? api.get<Order>(`/canteen/orders/${page.orderId}`) : null,
    ]);
    const canteen = canteens.list.find((each) => each.id === page.canteenId)?.name ?? "";
    return { canteen, menu, remaining, takeaway, account, order };
  }

  function begin(order: Order | null) {
    if (order)
      [form.dining, form.collectFrom, form.note] = [order.dining, order.collect_from ?? "", order.note];
    // Without them the order is placed all the same: only its reminders are not offered.
    if (isOwnNew.value) prepareSubscriptions("canteen.").catch(() => undefined);
  }

  const isOwnNew = computed(() => !page.orderId && !page.staffNo);
  const key = computed(() =>
    cartKey(
      page.canteenId,
      page.date,
      page.period,
      page.orderId ? `order-${page.orderId}` : page.staffNo ? `for-${page.staffNo}` : "",
    ),
  );
  const meal = computed(() => load.data?.menu.periods.find((each) => each.period === page.period) ?? null);
  const order = computed(() => load.data?.order ?? null);
  const takeaway = computed(() => load.data?.takeaway ?? null);
  const wanted = computed(() => cart(key.value));
  const lines = computed<ShownLine[]>(() =>
    priced(wanted.value, meal.value, order.value?.items).map((line) => ({
      ...line,
      left: left(line.dish_id, line.portion),
    })),
  );
  const goneCount = computed(() => wanted.value.length - lines.value.length);
  const overdrawn = computed(() => lines.value.some(isOverdrawn));
  const windows = computed(() => windowsFor(takeaway.value, order.value));
  const packagingFen = computed(() => packagingFor(form.dining, takeaway.value, order.value));
  const totalFen = computed(() => totalOf(lines.value) + packagingFen.value);

  watch([() => form.dining, () => form.collectFrom], () => (refusal.value = null));

  function left(dishId: number, portion: PortionName): number | null {
    return leftIn(load.data?.remaining ?? null, page.period, order.value?.items ?? [], dishId, portion);
  }

  function put(line: Line, quantity: number) {
    mend(withQuantity(wanted.value, line.dish_id, line.portion, quantity));
  }

  function mend(kept: readonly Line[]) {
    refusal.value = null;
    setCart(key.value, kept);
  }

  const placing = useAction(async () => {
    refusal.value = null;
    if (form.dining === "takeaway" && takeaway.value?.is_window_required && !form.collectFrom)
      throw new ApiError(0, "canteen.window_required", "请选择外带的取餐时段");
    await askOnce();
    const placed = await send();
    setCart(key.value, []);
    leave(placed);
  }, refused);

  /** Asks to be let remind: WeChat takes the question only right in the tap, and it is put once. */
  async function askOnce(): Promise<void> {
    if (!isOwnNew.value || hasAsked) return;
    hasAsked = true;
    await askForSubscriptions();
  }

  function send(): Promise<Order> {
    const body = {
      items: lines.value.map(({ dish_id, portion, quantity }) => ({ dish_id, portion, quantity })),
      dining: form.dining,
      note: form.note.trim(),
      collect_from: form.collectFrom || null,
    };
    if (page.orderId) return api.put<Order>(`/canteen/orders/${page.orderId}`, body);
    const whole = { canteen_id: page.canteenId, date: page.date, period: page.period, ...body };
    if (page.staffNo)
      return api.post<Order>("/canteen/colleague-orders", { staff_no: page.staffNo, ...whole });
    return api.post<Order>("/canteen/orders", whole);
  }

  /** On to the order; a changed one, and who ordered for a colleague, go back to where they came from. */
  function leave(placed: Order) {
    toast(page.orderId ? "订单已修改" : "预订成功", "success");
    if (isOwnNew.value) replace(`pages/canteen/order?id=${placed.id}&placed=1`);
    else if (getCurrentPages().length > 2) uni.navigateBack({ delta: 2 });
    else replace(page.orderId ? `pages/canteen/order?id=${placed.id}` : "pages/canteen/colleagues");
  }

  function refused(error: ApiError): boolean {
    const { text, ways, isStale } = waysOut(error, lines.value, left, {
      drop: (dishId) => mend(without(wanted.value, dishId)),
      fit: () => adjusting.run(),
      back,
      showOrder: (orderId) => replace(`pages/canteen/order?id=${orderId}`),
      openAccount: () => open("pages/canteen/account"),
      openMissed: () => open("pages/canteen/no-shows"),
    });
    refusal.value = { text, ways };
    if (isStale) void load.reload();
    return true;
  }

  /** Takes what is left of every line, by figures of this moment. */
  const adjusting = useAction(async () => {
    await load.reload();
    mend(fitting(wanted.value, left));
  });

  return {
    load,
    page,
    form,
    refusal,
    meal,
    order,
    takeaway,
    lines,
    goneCount,
    overdrawn,
    windows,
    packagingFen,
    totalFen,
    put,
    placing,
    adjusting,
  };
}
