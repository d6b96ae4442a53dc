"""Data: recipes of the demo's dishes, as raw grams for one standard portion."""

from typing import Final, NamedTuple

from backend.flows.demo.larder import FOOD_IDS


class Formula(NamedTuple):
    """A recipe for one standard portion: (ingredient, raw grams as bought), the station, and its steps."""

    dish: str
    station: str
    lines: tuple[tuple[str, int], ...]
    steps: tuple[str, ...]


_MEAT = ("切配，焯水沥干", "下锅煸炒上色，加调料", "加水烧至酥软，收汁出锅，中心温度不低于70℃")
_FRY = ("洗净切配", "热锅下料，大火翻炒", "调味出锅，中心温度不低于70℃")
_STEAM = ("洗净处理", "上锅蒸透", "出锅装盆，加盖保温")
_BOIL = ("备料", "煮沸后转小火", "调味，保温供应")
_COLD = ("专间内加工，刀板消毒", "拌匀调味", "冷藏待供，两小时内用完")
_DOUGH = ("和面醒发", "成形", "蒸制或煎烤至熟")
_READY = ("查验包装和保质期", "按人数领取发放")
_STEPS: Final = {
    "meat": _MEAT,
    "fry": _FRY,
    "steam": _STEAM,
    "boil": _BOIL,
    "cold": _COLD,
    "dough": _DOUGH,
    "ready": _READY,
}

# dish, station, steps, ingredient:grams…
_TABLE = """
红烧肉       hot    meat  猪五花肉:180 酱油:8 白糖:8 生姜:3 大葱:4
糖醋排骨     hot    meat  猪排骨:230 白糖:15 香醋:12 酱油:5 大豆油:8
宫保鸡丁     hot    fry   鸡胸肉:130 花生米:15 黄瓜:30 干辣椒:2 酱油:5 大豆油:9
清蒸鲈鱼     hot    steam 鲈鱼:290 生姜:4 大葱:6 酱油:6 大豆油:3
红烧带鱼     hot    meat  带鱼:200 酱油:7 生姜:4 大豆油:9 白糖:4
土豆烧牛肉   hot    meat  牛腩:110 土豆:110 酱油:8 洋葱:15 大豆油:6
葱爆羊肉     hot    fry   羊腿肉:130 大葱:60 酱油:6 大豆油:10
可乐鸡翅     hot    meat  鸡翅中:200 白糖:10 酱油:7 生姜:3
香酥鸭腿     hot    meat  鸭腿:220 面粉:8 食盐:2 大豆油:10
水煮肉片     hot    fry   猪里脊:100 豆芽:80 豆瓣酱:9 干辣椒:3 大豆油:12
白切鸡       cold   boil  三黄鸡:240 生姜:6 大葱:6 酱油:5
梅菜扣肉     hot    meat  猪五花肉:150 梅干菜:18 酱油:6 白糖:4
盐水虾       hot    boil  鲜虾:210 食盐:2 生姜:3
新疆大盘鸡   hot    meat  三黄鸡:190 土豆:80 青椒:30 挂面:15 豆瓣酱:6 大豆油:9
清炖狮子头   hot    boil  猪肉馅:130 鸡蛋:12 油菜:25 酱油:4 生姜:3
鱼香肉丝     hot    fry   猪里脊:75 木耳:3 胡萝卜:50 青椒:30 豆瓣酱:7 大豆油:10 白糖:4
青椒肉丝     hot    fry   猪里脊:80 青椒:120 酱油:5 大豆油:9
木须肉       hot    fry   猪里脊:60 鸡蛋:45 木耳:4 黄瓜:50 酱油:4 大豆油:10
麻婆豆腐     hot    fry   豆腐:160 猪肉馅:20 豆瓣酱:9 大豆油:8
番茄炒蛋     hot    fry   番茄:140 鸡蛋:75 白糖:3 食盐:1 大豆油:8
蒜薹炒肉     hot    fry   蒜薹:130 猪里脊:65 酱油:5 大豆油:9
肉末茄子     hot    fry   茄子:180 猪肉馅:25 大蒜:4 酱油:5 大豆油:10
蚂蚁上树     hot    fry   粉丝:45 猪肉馅:25 豆瓣酱:6 大豆油:7
芹菜炒香干   hot    fry   芹菜:150 香干:50 食盐:1 大豆油:7
蒜蓉西兰花   hot    fry   西兰花:190 大蒜:6 食盐:1 大豆油:4
手撕包菜     hot    fry   卷心菜:200 干辣椒:1 酱油:4 大豆油:6
酸辣土豆丝   hot    fry   土豆:170 干辣椒:1 香醋:6 食盐:1 大豆油:6
干煸四季豆   hot    fry   四季豆:170 干辣椒:1 大蒜:3 食盐:1 大豆油:10
地三鲜       hot    fry   土豆:70 茄子:80 青椒:45 酱油:4 大豆油:12
香菇油菜     hot    fry   油菜:165 香菇:5 食盐:1 大豆油:4
山药炒木耳   hot    fry   山药:160 木耳:5 食盐:1 大豆油:5
醋熘白菜     hot    fry   大白菜:200 香醋:7 酱油:3 大豆油:4
蒜蓉油麦菜   hot    fry   油麦菜:200 大蒜:5 食盐:1 大豆油:4
红烧冬瓜     hot    fry   冬瓜:230 酱油:5 大豆油:4
清炒豆芽     hot    fry   豆芽:170 食盐:1 大豆油:5
米饭         staple steam 大米:85
杂粮饭       staple steam 大米:60 杂粮米:28
馒头         pastry dough 面粉:62 酵母:1
红烧牛肉面   staple boil  挂面:110 牛腩:70 油菜:40 酱油:10 大豆油:5
扬州炒饭     staple fry   大米:95 鸡蛋:30 鲜虾:25 胡萝卜:20 食盐:1 大豆油:12
蒸红薯       staple steam 红薯:170
小米粥       staple boil  小米:32
皮蛋瘦肉粥   staple boil  大米:35 皮蛋:18 猪里脊:18 食盐:1
番茄蛋花汤   soup   boil  番茄:55 鸡蛋:18 食盐:1 大豆油:2
紫菜虾皮汤   soup   boil  紫菜:2 虾皮:3 食盐:1 大豆油:1
冬瓜排骨汤   soup   boil  冬瓜:120 猪排骨:65 生姜:2 食盐:1
酸辣汤       soup   boil  豆腐:30 鸡蛋:10 木耳:1 香醋:6 食盐:1
绿豆汤       soup   boil  绿豆:22 白糖:8
凉拌黄瓜     cold   cold  黄瓜:130 大蒜:3 香醋:5 食盐:1 大豆油:2
皮蛋豆腐     cold   cold  豆腐:110 皮蛋:35 酱油:4 大豆油:2
酱牛肉       cold   meat  牛腱:150 酱油:10 生姜:3 大葱:3
鲜肉包子     pastry dough 面粉:55 猪肉馅:35 大葱:8 酵母:1 酱油:3
素菜包       pastry dough 面粉:58 大白菜:50 香菇:2 酵母:1 大豆油:3
油条         pastry dough 面粉:55 泡打粉:1 大豆油:14 食盐:1
茶叶蛋       pastry boil  鸡蛋:62 酱油:4
葱油饼       pastry dough 面粉:80 大葱:15 大豆油:10 食盐:1
现磨豆浆     other  boil  黄豆:30
纯牛奶       other  ready 纯牛奶:250
原味酸奶     other  ready 酸奶:200
时令水果     other  ready 苹果:120 柑橘:90
"""


def _formula(line: str) -> Formula:
    dish, station, steps, *lines = line.split()
    pairs = tuple((name, int(grams)) for name, grams in (each.split(":") for each in lines))
    assert all(name in FOOD_IDS for name, _ in pairs), line  # noqa: S101 - a slip of this table.
    return Formula(dish, station, pairs, _STEPS[steps])


FORMULAS: Final[dict[str, Formula]] = {
    formula.dish: formula for formula in map(_formula, _TABLE.strip().splitlines())
}
