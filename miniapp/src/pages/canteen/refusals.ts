/** What can be done about an order that was refused: the server's sentence, and the ways out of it. */
import { yuan } from "@/formats";
import type { Left, PricedLine } from "@/ordering/lines";
import type { ApiError } from "@/request/errors";

export interface Way {
  name: "fit" | "drop" | "back" | "order" | "account" | "missed";
  title: string;
  isMain?: boolean;
  run: () => unknown;
}

export interface Steps {
  drop: (dishId: number) => void;
  fit: () => unknown;
  back: () => void;
  showOrder: (orderId: number) => void;
  openAccount: () => void;
  openMissed: () => void;
}

export interface Refusal {
  text: string;
  ways: Way[];
  /** What the page shows is out of date: load it again. */
  isStale: boolean;
}

/** The refusal as the page of an order shows it. */
export function waysOut(error: ApiError, lines: readonly PricedLine[], left: Left, steps: Steps): Refusal {
  const back: Way = { name: "back", title: "返回选菜", run: steps.back };
  switch (error.error) {
    case "canteen.sold_out":
      return { text: error.msg, ways: soldOut(error, lines, left, steps), isStale: true };
    case "canteen.dish_withdrawn":
    case "canteen.dish_not_offered":
    case "canteen.portion_not_offered":
      return { text: error.msg, ways: [...dropping(error, lines, steps), back], isStale: true };
    case "canteen.balance_short":
      return { text: balanceShort(error), ways: shortWays(back, steps), isStale: false };
    case "canteen.already_ordered":
      return { text: error.msg, ways: [orderedWay(error, steps) ?? back], isStale: false };
    case "canteen.orders_paused":
      return {
        text: error.msg,
        ways: [{ name: "missed", title: "未取餐记录", isMain: true, run: steps.openMissed }],
        isStale: false,
      };
    case "canteen.window_full":
    case "canteen.window_not_offered":
    case "canteen.takeaway_not_offered":
      return { text: error.msg, ways: [], isStale: true };
    case "client.network":
    case "client.timeout":
      return { text: `${error.msg}。再次提交不会重复下单。`, ways: [], isStale: false };
    default:
      return { text: firstSentence(error), ways: [back], isStale: false };
  }
}

/** To the order that exists; of a colleague's the refusal does not name it. */
function orderedWay(error: ApiError, steps: Steps): Way | null {
  const orderId = Number(error.data.order_id ?? 0);
  if (!orderId) return null;
  return { name: "order", title: "查看已订订单", isMain: true, run: () => steps.showOrder(orderId) };
}

function soldOut(error: ApiError, lines: readonly PricedLine[], left: Left, steps: Steps): Way[] {
  const remaining = Number(error.data.remaining ?? 0);
  const line = lines.find((each) => each.dish_id === error.data.dish_id);
  // A half portion may be left where no whole one is.
  const isSomeLeft = remaining > 0 || (line && (left(line.dish_id, line.portion) ?? 0) > 0);
  const fit: Way = { name: "fit", title: "按余量调整", isMain: true, run: steps.fit };
  return [...(isSomeLeft ? [fit] : []), ...dropping(error, lines, steps)];
}

/** 「移除红烧肉」, if the refusal names a dish of the order. */
function dropping(error: ApiError, lines: readonly PricedLine[], steps: Steps): Way[] {
  const dishId = Number(error.data.dish_id ?? 0);
  const named = lines.find((each) => each.dish_id === dishId || each.name === error.data.dish);
  if (!named) return [];
  return [{ name: "drop", title: `移除${named.name}`, run: () => steps.drop(named.dish_id) }];
}

function balanceShort(error: ApiError): string {
  const missing = Number(error.data.needed_fen ?? NaN) - Number(error.data.available_fen ?? NaN);
  return Number.isNaN(missing) ? error.msg : `${error.msg}（还差 ${yuan(missing)}）`;
}

function shortWays(back: Way, steps: Steps): Way[] {
  return [
    { ...back, title: "返回减少菜品", isMain: true },
    { name: "account", title: "查看餐费账户", run: steps.openAccount },
  ];
}

/** What is wrong with a field, where the form has no place of its own for it. */
function firstSentence(error: ApiError): string {
  return Object.values(error.fields)[0] ?? error.msg;
}
