"""What the words of the menu are called: the one place for pages, documents and sentences.

Keys are members of the vocabulary; a column's plain text finds its name just as well.
"""

from collections.abc import Mapping
from typing import Final

from canteen.menu.models import Allergen, Category, MealState, Period, Portion, Tag

PERIOD_NAMES: Final[Mapping[Period, str]] = {
    Period.BREAKFAST: "早餐",
    Period.LUNCH: "午餐",
    Period.DINNER: "晚餐",
    Period.OVERTIME: "加班餐",
}
PORTION_NAMES: Final[Mapping[Portion, str]] = {
    Portion.STANDARD: "标准份",
    Portion.HALF: "半份",
    Portion.SMALL: "小份",
    Portion.WEIGHT: "称重",
}
CATEGORY_NAMES: Final[Mapping[Category, str]] = {
    Category.MEAT: "荤菜",
    Category.MIXED: "半荤",
    Category.VEGETABLE: "素菜",
    Category.STAPLE: "主食",
    Category.SOUP: "汤",
    Category.COLD: "凉菜",
    Category.PASTRY: "点心",
    Category.DRINK: "饮品",
    Category.FRUIT: "水果",
}
TAG_NAMES: Final[Mapping[Tag, str]] = {
    Tag.HALAL: "清真",
    Tag.VEGETARIAN: "素食",
    Tag.SPICY: "辣",
}
ALLERGEN_NAMES: Final[Mapping[Allergen, str]] = {
    Allergen.GLUTEN: "含麸质的谷物",
    Allergen.CRUSTACEAN: "甲壳纲类动物",
    Allergen.FISH: "鱼类",
    Allergen.EGG: "蛋类",
    Allergen.PEANUT: "花生",
    Allergen.SOYBEAN: "大豆",
    Allergen.MILK: "乳",
    Allergen.NUT: "坚果",
    Allergen.OTHER: "其他",
}
MEAL_STATE_NAMES: Final[Mapping[MealState, str]] = {
    MealState.DRAFT: "草稿",
    MealState.PUBLISHED: "已发布",
    MealState.FROZEN: "已截止",
}
NUTRIENTS: Final[Mapping[str, tuple[str, str]]] = {
    "energy_kcal": ("能量", "千卡"),
    "protein_g": ("蛋白质", "克"),
    "fat_g": ("脂肪", "克"),
    "carbohydrate_g": ("碳水化合物", "克"),
    "sodium_mg": ("钠", "毫克"),
}
