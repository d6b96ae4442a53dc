"""Data: what the kitchens buy, and from whom.

The nutrition values are ordinary kitchen estimates of the edible part, made for this demo; they come from no
published table. Prices are of a kilogram as bought.
"""

from decimal import Decimal
from typing import Final, NamedTuple


class Food(NamedTuple):
    """An ingredient. Nutrition is per 100 g of the edible part; `pack_g` is how it is bought.

    `fresh_days` is how long it keeps, `storage` how. `source` is the place of its supplier in SUPPLIERS.
    """

    name: str
    category: str
    source: int
    pack_g: int
    price_fen: int
    storage: str
    fresh_days: int
    edible_percent: int
    energy_kcal: Decimal
    protein_g: Decimal
    fat_g: Decimal
    carbohydrate_g: Decimal
    sodium_mg: Decimal
    allergens: tuple[str, ...]
    is_halal: bool | None


class Firm(NamedTuple):
    """A supplier; `is_assistance` says that it sells for an assisted region (消费扶贫)."""

    name: str
    credit_code: str
    contact: str
    phone: str
    address: str
    region: str
    is_assistance: bool


# The columns are those of Firm. The codes are made up: their last sign is no check sign of a real firm.
_FIRMS: Final = """
城西鲜肉配送有限公司     91110000DEMO00001X 郑国强   13900000201 城西农产品批发市场A区12号 本市       no
绿源蔬菜专业合作社       91110000DEMO00002X 孙玉兰   13900000202 北郊镇绿源路6号          本市       no
东海水产商行             91110000DEMO00003X 林海生   13900000203 水产市场2号楼            本市       no
益民粮油贸易有限公司     91110000DEMO00004X 何志明   13900000204 开发区仓储路88号         本市       no
牧野清真肉业有限公司     91110000DEMO00005X 马德福   13900000205 清真食品产业园3号        邻省       no
高原田野农业发展有限公司 91110000DEMO00006X 扎西顿珠 13900000206 高原县产业帮扶园         对口帮扶县 yes
"""

# The columns are those of Food; "-" is none, "?" unknown.
_TABLE = """
猪五花肉   meat       0 10000 2800 chilled   3 100 395 13.2 37.0  2.4   60 -               no
猪里脊     meat       0 10000 3000 chilled   3 100 155 20.2  7.9  0.7   43 -               no
猪排骨     meat       0 10000 3600 chilled   3  72 264 18.3 20.4  1.7   44 -               no
猪肉馅     meat       0  5000 2600 chilled   2 100 331 15.4 30.1  0.9   58 -               no
牛腩       meat       4 10000 5600 chilled   3 100 190 18.1 12.6  0.5   62 -               yes
牛腱       meat       4 10000 6200 chilled   3 100 122 22.0  3.6  0.1   68 -               yes
羊腿肉     meat       4 10000 6800 chilled   3  95 198 19.0 13.3  0.3   76 -               yes
三黄鸡     poultry    4 10000 2000 chilled   3  66 170 19.1 10.0  0.4   65 -               yes
鸡胸肉     poultry    4 10000 1900 chilled   3 100 120 22.8  2.6  0.6   52 -               yes
鸡翅中     poultry    4 10000 3200 frozen  180  72 205 17.9 13.6  1.8   58 -               yes
鸭腿       poultry    4 10000 1800 frozen  180  70 235 16.2 18.4  0.3   72 -               yes
鲈鱼       aquatic    2  5000 4200 chilled   2  58 105 18.6  3.4  0.0  146 fish            yes
带鱼       aquatic    2 10000 2600 frozen  180  76 127 17.7  4.9  3.1  150 fish            yes
鲜虾       aquatic    2  5000 5800 chilled   2  61  93 18.6  0.8  2.8  165 crustacean      yes
虾皮       aquatic    2  1000 6000 dry      90 100 153 30.7  2.2  2.5 5050 crustacean      yes
鸡蛋       egg        5  8000 1100 ambient  30  88 143 12.8  9.6  1.6  132 egg             yes
皮蛋       egg        3  4000 2200 ambient 120  90 171 14.2 10.7  4.5  540 egg             yes
纯牛奶     dairy      3  9000  900 chilled  14 100  65  3.2  3.7  4.9   58 milk            yes
酸奶       dairy      3  8000 1300 chilled  18 100  76  3.0  3.1  9.2   52 milk            yes
豆腐       soy        1  5000  500 chilled   3 100  84  8.1  4.8  2.6    6 soybean         yes
香干       soy        1  2500 1200 chilled   5 100 152 15.8  7.8  4.5  420 soybean         yes
黄豆       soy        5 25000  800 ambient 365 100 390 35.0 16.0 34.2    2 soybean         yes
绿豆       dry        5 25000 1100 ambient 365 100 329 21.6  0.8 62.0    3 -               yes
粉丝       dry        3  5000 1200 ambient 540 100 338  0.8  0.2 83.7    9 -               yes
土豆       vegetable  1 20000  320 ambient  20  94  81  2.6  0.2 17.8    6 -               yes
西兰花     vegetable  1 10000  900 chilled   4  83  27  3.5  0.6  3.7   46 -               yes
卷心菜     vegetable  1 20000  240 chilled   7  86  24  1.5  0.2  4.6   27 -               yes
大白菜     vegetable  1 20000  180 ambient   7  87  20  1.6  0.2  3.4   48 -               yes
四季豆     vegetable  1 10000  800 chilled   4  96  31  2.0  0.4  5.7    9 -               yes
茄子       vegetable  1 10000  520 chilled   5  93  23  1.1  0.2  4.9    5 -               yes
青椒       vegetable  1 10000  560 chilled   6  82  22  1.0  0.2  5.4    3 -               yes
番茄       vegetable  1 10000  560 chilled   6  97  15  0.9  0.2  3.3   10 -               yes
黄瓜       vegetable  1 10000  480 chilled   5  92  16  0.8  0.2  2.9    5 -               yes
冬瓜       vegetable  1 20000  220 ambient  15  80  10  0.3  0.2  2.4    3 -               yes
芹菜       vegetable  1 10000  420 chilled   5  67  13  0.6  0.1  4.8   74 -               yes
油菜       vegetable  1 10000  400 chilled   3  96  14  1.3  0.5  2.0   74 -               yes
油麦菜     vegetable  1 10000  480 chilled   3  81  12  1.1  0.4  2.1   32 -               yes
豆芽       vegetable  1  5000  300 chilled   2 100  16  1.7  0.1  2.6   19 -               yes
蒜薹       vegetable  1 10000  980 chilled   6  82  66  2.0  0.1 15.4    4 -               yes
山药       vegetable  5 10000  900 ambient  30  83  57  1.9  0.2 12.4   19 -               yes
红薯       vegetable  5 20000  360 ambient  30  90  61  0.7  0.2 15.3   28 -               yes
胡萝卜     vegetable  1 20000  300 ambient  15  96  32  1.0  0.2  8.1  120 -               yes
洋葱       vegetable  1 20000  280 ambient  30  90  40  1.1  0.2  9.0    4 -               yes
大葱       vegetable  1 10000  480 chilled  10  82  28  1.6  0.3  5.8    5 -               yes
生姜       vegetable  1  5000 1200 ambient  20  95  46  1.3  0.6 10.3   15 -               yes
大蒜       vegetable  1  5000 1000 ambient  60  85 128  4.5  0.2 27.6   19 -               yes
梅干菜     vegetable  3  2500 2200 ambient 365 100 140  9.4  1.1 28.0 4200 -               yes
紫菜       dry        3  1000 9000 ambient 365 100 250 26.7  1.1 44.1  710 -               yes
木耳       fungus     5  1000 8000 ambient 365 100 265 12.1  1.5 65.6   48 -               yes
香菇       fungus     5  1000 9000 ambient 365  95 274 20.0  1.2 61.7   11 -               yes
花生米     dry        5  5000 1300 ambient 180 100 574 24.8 44.3 21.7    4 peanut          yes
大米       grain      5 25000  560 ambient 180 100 346  7.9  0.9 77.2    2 -               yes
小米       grain      5 10000  900 ambient 180 100 361  9.0  3.1 75.1    4 -               yes
杂粮米     grain      5 10000  880 ambient 180 100 350  9.6  2.2 73.0    4 -               yes
面粉       grain      3 25000  460 ambient 180 100 362 12.4  1.7 74.1    3 gluten          yes
挂面       grain      3 10000  700 ambient 270 100 353 11.4  0.9 75.1  180 gluten          yes
苹果       fruit      5 10000  880 chilled  30  85  53  0.4  0.2 13.7    1 -               yes
柑橘       fruit      1 10000  680 ambient  15  77  51  0.8  0.2 11.9    1 -               yes
大豆油     oil        3 20000 1000 ambient 365 100 899  0.0 99.9  0.1    0 -               yes
酱油       seasoning  3 10000  700 ambient 365 100  63  5.6  0.1 10.1 5757 soybean          yes
食盐       seasoning  3 10000  300 ambient 720 100   0  0.0  0.0  0.0 39311 -              yes
白糖       seasoning  3 20000  800 ambient 720 100 400  0.0  0.0 99.9    0 -               yes
香醋       seasoning  3 10000  600 ambient 365 100  31  2.1  0.3  4.9  260 -               yes
豆瓣酱     seasoning  3  5000 1200 ambient 365 100 181 10.7  6.8 17.1 6012 soybean          yes
干辣椒     seasoning  3  2500 4000 ambient 365 100 298 15.0  9.5 57.0   20 -               yes
泡打粉     additive   3  1000 2400 ambient 365 100 150  0.0  0.0 37.0 9000 -               yes
酵母       additive   3   500 5000 ambient 365 100 325 40.0  7.6 41.0   51 -               yes
"""


def _food(line: str) -> Food:
    name, category, source, pack, price, storage, days, edible, *nutrition, allergens, halal = line.split()
    energy, protein, fat, carbohydrate, sodium = map(Decimal, nutrition)
    return Food(
        name,
        category,
        int(source),
        int(pack),
        int(price),
        "ambient" if storage == "dry" else storage,
        int(days),
        int(edible),
        energy,
        protein,
        fat,
        carbohydrate,
        sodium,
        () if allergens == "-" else tuple(allergens.split(",")),
        {"yes": True, "no": False, "?": None}[halal],
    )


def _firm(line: str) -> Firm:
    name, code, contact, phone, address, region, is_assistance = line.split()
    return Firm(name, code, contact, phone, address, region, is_assistance == "yes")


SUPPLIERS: Final = tuple(map(_firm, _FIRMS.strip().splitlines()))
FOODS: Final[tuple[Food, ...]] = tuple(map(_food, _TABLE.strip().splitlines()))
FOOD_IDS: Final = {food.name: number for number, food in enumerate(FOODS, start=1)}
# What is in season in which months; everything else all the year round.
IN_SEASON: Final = {
    "大白菜": [10, 11, 12, 1, 2],
    "冬瓜": [5, 6, 7, 8, 9],
    "四季豆": [5, 6, 7, 8, 9, 10],
    "茄子": [5, 6, 7, 8, 9, 10],
    "黄瓜": [4, 5, 6, 7, 8, 9],
    "番茄": [5, 6, 7, 8, 9],
    "西兰花": [10, 11, 12, 1, 2, 3],
    "油菜": [10, 11, 12, 1, 2, 3, 4],
    "芹菜": [10, 11, 12, 1, 2, 3],
    "蒜薹": [4, 5, 6],
    "山药": [9, 10, 11, 12, 1],
    "红薯": [9, 10, 11, 12, 1, 2],
    "柑橘": [10, 11, 12, 1],
    "苹果": [9, 10, 11, 12],
}
