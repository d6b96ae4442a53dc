/** What a kitchen prepares and what is left, dish by dish: pure functions. */
import { PORTIONS, type PortionName } from "@/ordering/titles";
import type { PrepList } from "@/pages/staff/types";

const PORTION_NAMES = Object.keys(PORTIONS) as PortionName[];

export interface Standing {
  dish_id: number;
  name: string;
  /** 「标准份 12，半份 3」; empty if nobody has ordered it. */
  ordered: string;
  quantity: number;
  weight_g: number;
  /** In whole standard portions; null without a cap. */
  remaining: number | null;
}

interface Offered {
  dishes: { dish_id: number; name: string }[];
}

interface Left {
  dishes: { dish_id: number; remaining: number | null }[];
}

/** Each dish of the menu in its order, then what was ordered and is not on the menu any more. */
export function standings(menu: Offered | null, left: Left | null, prep: PrepList | null): Standing[] {
  const names = new Map(menu?.dishes.map((each) => [each.dish_id, each.name]));
  for (const each of prep?.dishes ?? []) if (!names.has(each.dish_id)) names.set(each.dish_id, each.name);
  return [...names].map(([dishId, name]) => {
    const lines = PORTION_NAMES.flatMap(
      (portion) => prep?.dishes.filter((each) => each.dish_id === dishId && each.portion === portion) ?? [],
    );
    return {
      dish_id: dishId,
      name,
      ordered: lines.map((each) => `${PORTIONS[each.portion]} ${each.quantity}`).join("，"),
      quantity: lines.reduce((sum, each) => sum + each.quantity, 0),
      weight_g: lines.reduce((sum, each) => sum + each.weight_g, 0),
      remaining: left?.dishes.find((each) => each.dish_id === dishId)?.remaining ?? null,
    };
  });
}
