"""What is refused as alcohol, tobacco or luxury, and what only looks like it."""

import pytest

from canteen.ordering.receptions.wording import (
    ALCOHOL,
    LUXURY,
    TOBACCO,
    forbidden_in_dish,
    forbidden_in_text,
)

LUXURIES = ("鱼翅", "燕窝", "鲍鱼", "野味")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        *((name, ALCOHOL) for name in (
            "红酒", "白酒2瓶", "飞天茅台", "53度飞天茅台500ml", "茅台（飞天）", "青岛啤酒（罐）",
            "五粮液 一瓶", "米酒",
            "绍兴花雕", "张裕干红750ml", "白 酒", "鸡尾酒", "酒水套餐", "啤酒畅饮", "葡萄酒/支",
            "二锅头（小瓶装）", "烟酒",
        )),
        *((name, TOBACCO) for name in ("香烟", "软中华", "云烟", "利群烟2包", "雪茄（支）")),
        *((name, LUXURY) for name in ("红烧鱼翅", "冰糖燕窝", "清蒸鲍鱼", "野味拼盘")),
    ],
)  # fmt: skip
def test_a_dish_that_is_alcohol_tobacco_or_luxury_is_told(name, what):
    assert forbidden_in_dish(name, LUXURIES, is_drink=False) == what


@pytest.mark.parametrize(
    "name",
    [
        "酒酿圆子", "冰糖酒酿", "啤酒鸭", "红酒炖牛肉", "黄酒焖肉", "花雕鸡", "女儿红醉虾", "醉蟹",
        "酒糟鱼", "酒鬼花生",
        "香槟葡萄", "无醇啤酒", "0度啤酒（罐）", "烟熏三文鱼", "烟笋炒腊肉", "宣威火腿", "杏鲍菇炒肉",
        "鲍鱼菇汤", "素鱼翅羹",
        "鲍鱼汁捞饭", "XO酱炒饭", "青菜（清炒）",
    ],
)  # fmt: skip
def test_a_dish_that_is_only_cooked_or_named_with_it_is_not(name):
    assert forbidden_in_dish(name, LUXURIES, is_drink=False) is None


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("热红酒姜茶", ALCOHOL),
        ("茅台冰咖啡", ALCOHOL),
        ("桂花酒酿饮", None),
        ("无酒精啤酒", None),
        ("酸梅汤", None),
    ],
)
def test_of_a_drink_any_word_of_alcohol_will_do(name, what):
    assert forbidden_in_dish(name, LUXURIES, is_drink=True) == what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        *((text, ALCOHOL) for text in (
            "请备白酒两瓶", "上点茅台", "准备酒水", "喝点红酒", "客人喜欢 白 酒", "少量酒", "晚上小酌",
            "无酒不成席，请安排",
            "不要太辣并备白酒两瓶", "不能没有酒", "住金海酒店，用餐请上五粮液", "啤酒鸭一份，啤酒两箱",
            "酒席一桌", "来几瓶国窖1573",
            "不吃辣。备红酒一支", "请安排含酒精饮料",
        )),
        *((text, TOBACCO) for text in (
            "备香烟两条", "准备烟酒", "每桌放烟", "来两条中华", "烟2包", "发包软中华",
        )),
        *((text, LUXURY) for text in ("希望有燕窝", "最好上鱼翅")),
    ],
)  # fmt: skip
def test_a_text_that_asks_for_it_is_told(text, what):
    found = forbidden_in_text(text, LUXURIES)
    assert found is not None, text
    assert found[1] == what


@pytest.mark.parametrize(
    "text",
    [
        "", "考察调研", "不上酒", "不饮酒，不吸烟", "无需准备酒水", "严禁饮酒",
        "不提供高档菜肴、香烟和酒水", "一律不上烟酒",
        "接待酒泉市政府一行", "入住金海酒店", "考察白酒产业发展", "调研茅台集团", "参观啤酒厂",
        "葡萄酒产区调研", "酒类流通管理座谈",
        "酒驾整治经验交流", "料酒少放", "加一份酒酿圆子", "啤酒鸭不要辣", "一人酒精过敏", "烟台市来访",
        "烟草专卖局来函",
        "控烟工作检查", "学习禁烟条例", "烟花爆竹安全检查", "油烟净化设备考察", "不上鱼翅、燕窝等高档菜肴",
        "两位清真",
        "烟叶种植调研", "杏鲍菇过敏", "条件允许时安排靠窗位置",
    ],
)  # fmt: skip
def test_a_text_that_only_mentions_it_is_not(text):
    assert forbidden_in_text(text, LUXURIES) is None, forbidden_in_text(text, LUXURIES)
