"""What people read for the categories and the storage of ingredients."""

from collections.abc import Mapping
from typing import Final

from canteen.purchasing.ingredients.models import IngredientCategory, Storage

CATEGORY_NAMES: Final[Mapping[IngredientCategory, str]] = {
    IngredientCategory.MEAT: "畜肉",
    IngredientCategory.POULTRY: "禽肉",
    IngredientCategory.AQUATIC: "水产",
    IngredientCategory.EGG: "蛋类",
    IngredientCategory.DAIRY: "乳品",
    IngredientCategory.SOY: "豆制品",
    IngredientCategory.VEGETABLE: "蔬菜",
    IngredientCategory.FUNGUS: "菌藻",
    IngredientCategory.FRUIT: "水果",
    IngredientCategory.GRAIN: "粮食",
    IngredientCategory.OIL: "油脂",
    IngredientCategory.SEASONING: "调味品",
    IngredientCategory.ADDITIVE: "食品添加剂",
    IngredientCategory.DRY: "干货",
    IngredientCategory.OTHER: "其他",
}
STORAGE_NAMES: Final[Mapping[Storage, str]] = {
    Storage.AMBIENT: "常温",
    Storage.CHILLED: "冷藏",
    Storage.FROZEN: "冷冻",
}
