"""What the words of the statistics are called."""

from collections.abc import Mapping
from typing import Final

from canteen.waste.models import Stage
from canteen.waste.statistics.policies import Basis, Bucket

# Also the headings of the workbook: what is a number of what, in words that leave no doubt.
BASIS_NAMES: Final[Mapping[Basis, str]] = {
    Basis.PLATE: "人均餐盘剩余",
    Basis.UNSERVED: "人均备餐剩余",
    Basis.PREPARATION: "人均加工损耗（可食部分）",
    Basis.PREPARATION_INEDIBLE: "人均加工厨余（不可食部分）",
    Basis.STORAGE: "人均储存损耗",
    Basis.WET_TOTAL: "人均厨余总量",
    Basis.WASTE_RATE: "浪费率",
    Basis.PLATE_RATE: "剩餐率",
    Basis.DISH_RATE: "单菜剩余率",
    Basis.DISH_UNSERVED_RATE: "单菜未售出率",
    Basis.CLEAN_PLATE: "光盘率",
    Basis.LEDGER: "台账完整率",
    Basis.OVER_PREPARATION: "超量备餐率",
    Basis.PLATE_PER_DAY: "人均每日餐盘剩余",
    Basis.PLATE_AND_SERVING: "每份餐盘与供餐剩余",
    Basis.RAW_FOOD: "人均浪费（折合原料）",
    Basis.RAW_SHARE: "浪费占原料的比例",
    Basis.WASTING_DINERS: "有剩余的用餐者比例",
    Basis.REDUCTION: "降幅",
    Basis.PER_HEAD_AND_YEAR: "人均每年食物浪费",
    Basis.MIXED: "口径不一",
}
STAGE_NAMES: Final[Mapping[Stage, str]] = {
    Stage.PREPARED: "备餐量",
    Stage.SERVED: "取餐量",
    Stage.STORAGE: "储存损耗",
    Stage.PREPARATION: "加工厨余",
    Stage.UNSERVED: "备餐剩余",
    Stage.PLATE: "餐盘剩余",
    Stage.REUSED: "再利用",
}
BUCKET_NAMES: Final[Mapping[Bucket, str]] = {
    Bucket.DAY: "按日",
    Bucket.WEEK: "按周",
    Bucket.MONTH: "按月",
    Bucket.PERIOD: "按餐次",
    Bucket.CANTEEN: "按食堂",
}
