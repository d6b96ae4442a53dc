/** What the words of the canteen are called on the phone: the one place for it. */
import type { IconName } from "@/modules";

/** `weight`: what was taken by weight, of an order that is over. */
export type PortionName = "standard" | "half" | "small" | "weight";
export type Tone = "plain" | "primary" | "good" | "warn" | "bad";

export const PERIODS: Record<string, string> = {
  breakfast: "早餐",
  lunch: "午餐",
  dinner: "晚餐",
  overtime: "加班餐",
};

export const PORTIONS: Record<PortionName, string> = {
  standard: "标准份",
  half: "半份",
  small: "小份",
  weight: "称重",
};

export const DINING: Record<string, string> = { dine_in: "堂食", takeaway: "外带" };

export const ORIGINS: Record<string, string> = {
  colleague: "同事代订",
  standing: "固定订餐",
  walk_in: "现场用餐",
  by_weight: "称重用餐",
};

/** In the order in which a menu shows them, with the drawing and colours of a dish without a photo. */
export const CATEGORIES: Record<string, { title: string; icon: IconName; ink: string; paper: string }> = {
  meat: { title: "荤菜", icon: "meat", ink: "#a8502f", paper: "#fbeae2" },
  mixed: { title: "半荤", icon: "bowl-chopsticks", ink: "#96620d", paper: "#fbf1de" },
  vegetable: { title: "素菜", icon: "leaf", ink: "#2f7a45", paper: "#e6f3e9" },
  staple: { title: "主食", icon: "bowl", ink: "#80652f", paper: "#f5efe1" },
  soup: { title: "汤", icon: "soup", ink: "#3b6f93", paper: "#e5eff6" },
  cold: { title: "凉菜", icon: "snowflake", ink: "#2d7380", paper: "#e3f2f4" },
  pastry: { title: "点心", icon: "cookie", ink: "#96551f", paper: "#faede0" },
  drink: { title: "饮品", icon: "cup", ink: "#5a5fa8", paper: "#ebecf8" },
  fruit: { title: "水果", icon: "apple", ink: "#b03a4a", paper: "#fbe7ea" },
};

export const TAGS: Record<string, { title: string; tone: Tone }> = {
  halal: { title: "清真", tone: "primary" },
  vegetarian: { title: "素食", tone: "good" },
  spicy: { title: "辣", tone: "bad" },
};

/** As they stand after 「含」. */
export const ALLERGENS: Record<string, string> = {
  gluten: "麸质的谷物",
  crustacean: "甲壳纲类动物",
  fish: "鱼类",
  egg: "蛋类",
  peanut: "花生",
  soybean: "大豆",
  milk: "乳",
  nut: "坚果",
  other: "其他",
};

export const ORDER_STATES: Record<string, { title: string; tone: Tone }> = {
  booked: { title: "待取餐", tone: "primary" },
  picked_up: { title: "已取餐", tone: "good" },
  no_show: { title: "未取餐", tone: "warn" },
  cancelled: { title: "已取消", tone: "plain" },
};

/** 「含大豆、花生」; what nobody has declared is said as well. */
export function allergensText(allergens: string[] | null): string {
  if (allergens === null) return "过敏原未登记，如有过敏请先咨询食堂";
  if (!allergens.length) return "不含已列的八大类过敏原";
  return `含${allergens.map((each) => ALLERGENS[each] ?? "其他").join("、")}`;
}
