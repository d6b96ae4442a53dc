"""Data: sixty dishes.

The nutrition values are ordinary kitchen estimates made for this demo; they come from no published table.
"""

from decimal import Decimal
from typing import NamedTuple


class PoolDish(NamedTuple):
    """A dish of the pool. Price and weight are those of the standard portion, nutrition is per 100 g.

    `meals` says where it is served: b(reakfast), m(ain: lunch and dinner), o(vertime). `appeal` is how often
    it is chosen beside others of its kind; 1 is ordinary.
    """

    name: str
    category: str
    meals: str
    price_fen: int
    weight_g: int
    appeal: float
    energy_kcal: Decimal
    protein_g: Decimal
    fat_g: Decimal
    carbohydrate_g: Decimal
    sodium_mg: Decimal
    allergens: tuple[str, ...]
    tags: tuple[str, ...]


# The columns are those of PoolDish; "-" is none.
_TABLE = """
红烧肉       meat      m   1000 160 1.8    318  12.5  28.0   4.2   520  soybean         -
糖醋排骨     meat      m   1100 170 1.7    262  14.8  17.5  11.0   410  soybean         -
宫保鸡丁     meat      m    850 180 1.5    178  15.6   9.8   7.2   560  peanut,soybean  halal,spicy
清蒸鲈鱼     meat      m   1200 180 1.3    112  18.4   3.9   0.8   340  fish,soybean    halal
红烧带鱼     meat      m    950 160 1.1    168  15.9  10.2   3.1   480  fish,soybean    halal
土豆烧牛肉   meat      m   1100 200 1.6    142  11.2   6.8   9.4   430  soybean         halal
葱爆羊肉     meat      m   1150 170 1.0    186  15.1  12.4   3.6   490  soybean         halal
可乐鸡翅     meat      m    900 160 1.4    214  16.2  13.1   7.8   450  soybean         halal
香酥鸭腿     meat      m   1000 170 1.2    256  17.0  19.6   3.4   510  gluten          halal
水煮肉片     meat      m    950 220 1.3    158  12.8  10.6   3.2   640  soybean         spicy
白切鸡       meat      m    950 160 0.9    172  18.9  10.4   0.6   360  -               halal
梅菜扣肉     meat      m   1050 170 1.1    336  10.8  30.2   6.1   680  soybean         -
盐水虾       meat      m   1300 150 1.2     96  18.6   1.4   1.2   420  crustacean      halal
新疆大盘鸡   meat      m    950 240 1.3    138  11.4   6.6   8.9   470  gluten          halal,spicy
清炖狮子头   meat      m    950 160 1.0    228  13.2  17.4   4.6   440  egg,soybean     -
鱼香肉丝     mixed     m    700 190 1.4    146   9.4   9.2   7.6   540  soybean         spicy
青椒肉丝     mixed     m    700 190 1.2    132  10.1   8.4   4.2   460  soybean         -
木须肉       mixed     m    700 190 1.1    138  10.8   8.9   3.9   430  egg,soybean     -
麻婆豆腐     mixed     m    550 200 1.3    118   8.6   7.9   3.8   520  soybean         spicy
番茄炒蛋     mixed     mo   500 200 1.7     94   6.1   6.2   4.1   310  egg             halal,vegetarian
蒜薹炒肉     mixed     m    700 180 1.0    134   9.6   8.8   5.0   450  soybean         -
肉末茄子     mixed     m    600 190 1.1    112   6.2   7.6   5.6   470  soybean         -
蚂蚁上树     mixed     m    550 180 0.8    148   5.8   6.4  17.2   500  soybean         spicy
芹菜炒香干   vegetable m    500 180 0.8     98   7.4   5.6   4.8   390  soybean         halal,vegetarian
蒜蓉西兰花   vegetable m    450 170 1.4     52   3.4   2.6   4.3   280  -               halal,vegetarian
手撕包菜     vegetable m    400 180 1.2     56   1.9   3.4   4.8   340  -               halal,vegetarian,spicy
酸辣土豆丝   vegetable m    400 180 1.3     88   2.0   3.6  12.4   360  -               halal,vegetarian,spicy
干煸四季豆   vegetable m    450 170 1.1     92   2.8   6.2   6.6   410  -               halal,vegetarian,spicy
地三鲜       vegetable m    500 190 1.2    116   1.8   7.2  11.3   430  -               halal,vegetarian
香菇油菜     vegetable m    450 170 1.0     44   2.2   2.6   3.4   300  soybean         halal,vegetarian
山药炒木耳   vegetable m    500 170 0.8     72   2.1   2.9   9.9   290  -               halal,vegetarian
醋熘白菜     vegetable mo   350 180 0.9     42   1.6   2.4   3.9   320  -               halal,vegetarian
蒜蓉油麦菜   vegetable mo   400 170 1.1     38   1.8   2.4   2.6   290  -               halal,vegetarian
红烧冬瓜     vegetable m    400 190 0.7     36   0.8   1.9   4.2   370  soybean         halal,vegetarian
清炒豆芽     vegetable m    350 170 0.8     46   3.1   2.4   3.2   280  soybean         halal,vegetarian
米饭         staple    mo   100 200 4.0    116   2.6   0.3  25.9     2  -               halal,vegetarian
杂粮饭       staple    m    150 200 1.2    124   3.4   0.9  25.6     3  -               halal,vegetarian
馒头         staple    bmo  100 100 1.0    223   7.0   1.1  47.0   165  gluten          halal,vegetarian
红烧牛肉面   staple    mo  1200 450 0.7    106   6.2   2.9  13.8   460  gluten,soybean  halal
扬州炒饭     staple    mo   800 300 0.6    168   6.0   5.8  23.1   420  egg,crustacean  -
蒸红薯       staple    bm   200 150 0.7     86   1.6   0.2  19.8    28  -               halal,vegetarian
小米粥       staple    b    150 300 1.3     46   1.4   0.7   8.6     4  -               halal,vegetarian
皮蛋瘦肉粥   staple    bo   350 320 1.1     54   3.2   1.5   7.1   240  egg             -
番茄蛋花汤   soup      mo   200 250 1.2     28   1.6   1.4   2.4   260  egg             halal,vegetarian
紫菜虾皮汤   soup      m    200 250 1.0     22   2.0   0.8   1.7   320  crustacean      halal
冬瓜排骨汤   soup      m    500 300 1.3     64   5.1   4.4   1.2   270  -               -
酸辣汤       soup      m    250 250 0.9     38   2.3   1.6   3.8   380  egg,soybean     halal,spicy
绿豆汤       soup      mo   200 250 0.8     42   1.8   0.1   8.5     3  -               halal,vegetarian
凉拌黄瓜     cold      bm   300 120 1.2     48   1.1   3.2   3.7   340  -               halal,vegetarian
皮蛋豆腐     cold      m    450 150 1.0     96   8.1   6.2   2.1   390  egg,soybean     vegetarian
酱牛肉       cold      m   1200 100 1.1    198  29.6   7.1   3.8   780  soybean         halal
鲜肉包子     pastry    b    250 110 1.6    226   8.4   8.6  28.8   360  gluten,soybean  -
素菜包       pastry    b    200 110 1.2    188   6.0   4.6  30.8   310  gluten          halal,vegetarian
油条         pastry    b    200  80 1.0    388   6.9  17.6  50.4   580  gluten          halal,vegetarian
茶叶蛋       pastry    bo   200  55 1.5    151  12.9  10.2   1.9   430  egg,soybean     halal,vegetarian
葱油饼       pastry    bo   250 120 0.9    278   6.6  10.4  40.2   450  gluten          halal,vegetarian
现磨豆浆     drink     b    150 300 1.5     31   3.0   1.6   1.2     3  soybean         halal,vegetarian
纯牛奶       drink     bo   300 250 1.1     65   3.2   3.7   4.9    58  milk            halal,vegetarian
原味酸奶     drink     bm   350 200 1.0     76   3.0   3.1   9.2    52  milk            halal,vegetarian
时令水果     fruit     mo   400 180 1.1     51   0.6   0.2  12.6     2  -               halal,vegetarian
"""


def _dish(line: str) -> PoolDish:
    name, category, meals, price, weight, appeal, *nutrition, allergens, tags = line.split()
    energy, protein, fat, carbohydrate, sodium = map(Decimal, nutrition)
    return PoolDish(
        name,
        category,
        meals,
        int(price),
        int(weight),
        float(appeal),
        energy,
        protein,
        fat,
        carbohydrate,
        sodium,
        _codes(allergens),
        _codes(tags),
    )


def _codes(text: str) -> tuple[str, ...]:
    return () if text == "-" else tuple(text.split(","))


POOL: tuple[PoolDish, ...] = tuple(map(_dish, _TABLE.strip().splitlines()))
RICE = "米饭"
