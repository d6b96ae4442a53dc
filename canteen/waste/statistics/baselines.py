"""Published figures to set one's own beside: data, each with its source and with what it is a figure of.

A figure is compared with baselines of its own basis alone; what all bins took in (350 to 500 g a day) and
what was left on plates (50 to 130 g a meal) are different things and never meet. A baseline of lunches is set
beside figures of lunches. Those that nothing here is comparable with are for reference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from canteen.menu.models import Period
from canteen.waste.statistics.errors import BasisMismatch
from canteen.waste.statistics.policies import SHARES, Basis, Figure, Unit, to_tenth


class Where(StrEnum):
    """What was looked at."""

    WORKPLACE = "机关和单位食堂"
    UNIVERSITY = "高校食堂"
    SCHOOL = "中小学食堂"
    RESTAURANT = "餐馆"
    CATERING = "餐饮业"
    REVIEW = "研究综述"
    WORLD = "全球统计"


class Method(StrEnum):
    """How it was found."""

    WEIGHED = "称重"
    QUESTIONNAIRE = "问卷"
    COMPILED = "汇总"
    STATED = "自述"


@dataclass(frozen=True, slots=True)
class Baseline:
    """One published figure. `value` is grams, or per cent where the basis is a share, as it was published."""

    key: str
    title: str
    value: Decimal
    basis: Basis
    where: Where
    method: Method
    source: str
    note: str = ""
    period: Period | None = None

    @property
    def text(self) -> str:
        """`78.8 克` or `21%`."""
        if self.basis is Basis.PER_HEAD_AND_YEAR:
            return f"{self.value} 千克"
        return f"{self.value}%" if self.basis in SHARES else f"{self.value} 克"


_BEIJING: Final = (
    "https://frontiersin.org/journals/sustainable-food-systems/articles/10.3389/fsufs.2024.1455756/abstract"
)
_SCHOOL: Final = "http://mdpi.com/2071-1050/8/12/1288"
_STUDENTS: Final = "https://bohrium.dp.tech/paper/arxiv/b9fee30a17e6ca0fd96b5e7f60ac2fbb8a382d56"
_CATERING: Final = "https://www.researching.cn/articles/OJ2140a93d7dc486e7"
_NORDIC: Final = "https://publications.slu.se/?file=publ/show&id=100702&lang=en"
_REVIEW: Final = "https://ouci.dntb.gov.ua/en/works/4aBVBdrN"
_UNEP: Final = (
    "https://sdg.iisd.org/news/one-fifth-of-all-food-wasted-while-783-million-go-hungry-unep-report"
)

BASELINES: Final[Sequence[Baseline]] = (
    Baseline(
        *("beijing_workplace_lunch", "北京机关自助食堂午餐（2021）", Decimal("78.8"), Basis.PLATE),
        *(Where.WORKPLACE, Method.WEIGHED, _BEIJING),
        note="4 个食堂、656 份称重样本；午餐约为早餐的 2.8 倍、晚餐的 1.5 倍",
        period=Period.LUNCH,
    ),
    Baseline(
        *("beijing_workplace_day", "北京机关自助食堂全天（2021）", Decimal("158.4"), Basis.PLATE_PER_DAY),
        *(Where.WORKPLACE, Method.WEIGHED, _BEIJING),
        note="每人每天；畜禽肉占质量的 29.9%",
    ),
    Baseline(
        *("beijing_universities", "北京高校食堂（2018）", Decimal("73.7"), Basis.PLATE),
        *(Where.UNIVERSITY, Method.WEIGHED, "https://peeref.com/works/19414652"),
        note="551 人称重",
    ),
    Baseline(
        *("universities", "全国高校食堂", Decimal("61.03"), Basis.PLATE),
        *(Where.UNIVERSITY, Method.QUESTIONNAIRE, _STUDENTS),
        note="9,192 人问卷",
    ),
    Baseline(
        *("universities_wasting", "全国高校食堂", Decimal(74), Basis.WASTING_DINERS),
        *(Where.UNIVERSITY, Method.QUESTIONNAIRE, _STUDENTS),
        note="9,192 人问卷",
    ),
    Baseline(
        *("beijing_school_lunch", "北京中小学午餐（2014）", Decimal(130), Basis.PLATE),
        *(Where.SCHOOL, Method.WEIGHED, _SCHOOL),
        period=Period.LUNCH,
    ),
    Baseline(
        *("beijing_school_lunch_share", "北京中小学午餐（2014）", Decimal(21), Basis.PLATE_RATE),
        *(Where.SCHOOL, Method.WEIGHED, _SCHOOL),
        note="占取餐量",
        period=Period.LUNCH,
    ),
    Baseline(
        *("restaurants_2015", "四城市餐馆（2015）", Decimal(93), Basis.PLATE),
        *(Where.RESTAURANT, Method.WEIGHED, "https://www.scribd.com/document/654400192/wang2017"),
        note="195 家、3,557 桌",
    ),
    Baseline(
        *("beijing_catering", "北京餐饮业", Decimal("75.02"), Basis.RAW_FOOD),
        *(Where.CATERING, Method.WEIGHED, _CATERING),
        note="折合原料",
    ),
    Baseline(
        *("beijing_catering_share", "北京餐饮业", Decimal("10.52"), Basis.RAW_SHARE),
        *(Where.CATERING, Method.WEIGHED, _CATERING),
        note="占原料",
    ),
    Baseline(
        *("nordic_canteens", "北欧和德国单位食堂", Decimal("50.1"), Basis.PLATE_AND_SERVING),
        *(Where.WORKPLACE, Method.WEIGHED, _NORDIC),
        note="每份，±9.4 克；1,189 个厨房、58,812 天、2,300 万份；约占取餐量的 20%",
    ),
    Baseline(
        *("nordic_restaurants", "北欧和德国餐馆", Decimal(192), Basis.PLATE_AND_SERVING),
        *(Where.RESTAURANT, Method.WEIGHED, _NORDIC),
        note="每份，±30 克",
    ),
    Baseline(
        *("review", "74 项研究综述", Decimal("167.2"), Basis.MIXED),
        *(Where.REVIEW, Method.COMPILED, _REVIEW),
        note="每餐，标准差 202 克；各项研究口径不一",
    ),
    Baseline(
        *("review_plate", "74 项研究综述（餐盘剩余）", Decimal("125.0"), Basis.PLATE),
        *(Where.REVIEW, Method.COMPILED, _REVIEW),
    ),
    Baseline(
        *("world", "全球人均食物浪费（2024 年报告）", Decimal(132), Basis.PER_HEAD_AND_YEAR),
        *(Where.WORLD, Method.COMPILED, _UNEP),
        note="其中家庭 79 千克；家庭、餐饮、零售约占 60%、28%、12%",
    ),
    Baseline(
        *("champions", "86 家团餐单位一年内供餐前浪费的降幅", Decimal(36), Basis.REDUCTION),
        *(Where.CATERING, Method.COMPILED),
        "https://champions123.org/the-business-case-for-reducing-food-loss-and-waste-caterers/",
        note="含中国；每投入 1 元节约 6 元",
    ),
    Baseline(
        *("german_canteen", "德国某企业食堂半年降幅", Decimal(46), Basis.REDUCTION),
        *(Where.WORKPLACE, Method.WEIGHED, "https://doi.org/10.3390/su16020785"),
        note="每天不超过 1,800 人，半年减少 343 千克",
    ),
    Baseline(
        *("chengdu_buffet", "成都某自助餐厅", Decimal(15), Basis.MIXED),
        *(Where.RESTAURANT, Method.STATED, "https://www.duohuanbao.com/archives/547576.html"),
        note="经营者自述浪费 15% 以上，口径不明",
    ),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure beside a baseline of its own basis."""

    figure: Figure
    baseline: Baseline

    @property
    def rate(self) -> Decimal | None:
        """(figure − baseline) ÷ baseline; None where the figure may not be shown."""
        value = self.figure.value
        if value is None or not self.figure.is_enough:
            return None
        published = self.baseline.value / 100 if self.figure.unit is Unit.SHARE else self.baseline.value
        return (value - published) / published

    @property
    def text(self) -> str:
        """`比北京高校食堂（2018）的 73.7 克低 25.9%`, or 数据不足."""
        if self.rate is None:
            return self.figure.text
        percent = to_tenth(self.rate * 100)
        against = f"{self.baseline.title}的 {self.baseline.text}"
        if not percent:
            return f"与{against}持平"
        return f"比{against}{'低' if percent < 0 else '高'} {abs(percent)}%"


def against(figure: Figure, baseline: Baseline) -> Comparison:
    """Set a figure beside a baseline. Raises BasisMismatch if they are of different things."""
    if figure.basis is not baseline.basis:
        raise BasisMismatch(now=figure.basis.value, base=baseline.basis.value)
    return Comparison(figure, baseline)


def comparable(figure: Figure, period: str | None = None) -> list[Comparison]:
    """The figure beside every baseline of its basis; those of one period only beside that period's figure."""
    return [
        against(figure, one)
        for one in BASELINES
        if one.basis is figure.basis and (one.period is None or one.period.value == period)
    ]


def reference(bases: Sequence[Basis] = (Basis.PLATE, Basis.PLATE_RATE)) -> list[Baseline]:
    """The baselines that none of these is comparable with."""
    return [one for one in BASELINES if one.basis not in bases]
