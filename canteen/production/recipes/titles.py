"""What people read for the words of recipes."""

from typing import Final

from canteen.production.recipes.models import RecipeState, Station
from canteen.production.recipes.policies import Basis, Fact

STATION_NAMES: Final = {
    Station.HOT: "热菜",
    Station.COLD: "凉菜",
    Station.PASTRY: "面点",
    Station.STAPLE: "主食",
    Station.SOUP: "汤粥",
    Station.OTHER: "其他",
}
STATE_NAMES: Final = {
    RecipeState.DRAFT: "草稿",
    RecipeState.CURRENT: "现行",
    RecipeState.RETIRED: "已停用",
}
FACT_NAMES: Final = {
    Fact.NUTRITION: "营养成分",
    Fact.ALLERGENS: "过敏原",
    Fact.HALAL: "清真",
    Fact.COST: "成本",
}
BASIS_NAMES: Final = {
    Basis.PRICES: "现行报价",
    Basis.BATCHES: "最近批次成本",
    Basis.MIXED: "现行报价和最近批次成本",
}
