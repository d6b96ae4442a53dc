"""What is decided about assessments: the window for appeals, and what of the fee a score is paid."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from backend.actor import Permission
from backend.rules.errors import RuleValueInvalid
from backend.rules.kinds import Count, Flag, Json, Kind
from backend.rules.registry import Rule
from backend.scoresheets.policies import spoken
from property.contractors.errors import BandsInvalid
from property.contractors.policies import DEFAULT_BANDS, Band, bands_of, dump_bands, ensure_bands

GROUP: Final = "物业"
_NUMBER: Final = r"([0-9]{1,3}(?:\.[0-9])?)"
_BAND: Final = re.compile(rf"{_NUMBER}\s*分?\s*[=＝:：]\s*(得分\s*[+＋]|[+＋])?\s*{_NUMBER}\s*%?")


@dataclass(frozen=True)
class BandTable(Kind[tuple[Band, ...]]):
    """A payment table: from so many points on a share of the fee, or the score and so many per cent."""

    control: ClassVar[str] = "words"

    def load(self, data: Json) -> tuple[Band, ...]:
        """What `dump` has made, or a text as `text` writes it."""
        if isinstance(data, str):
            data = self.read(data)
        try:
            return tuple(bands_of(data))
        except (TypeError, ValueError) as wrong:
            raise RuleValueInvalid(reason="应为付款比例表") from wrong

    def dump(self, value: tuple[Band, ...]) -> Json:
        """A list of bands in tenths."""
        return dump_bands(value)

    def text(self, value: tuple[Band, ...]) -> str:
        """`85分=100%、0分=得分+15%`."""
        return "、".join(band_text(band) for band in value)

    def check(self, value: tuple[Band, ...], variant: str) -> None:
        """Bands that leave no score without a share."""
        try:
            ensure_bands(value)
        except BandsInvalid as wrong:
            raise RuleValueInvalid(reason=str(wrong.data["problem"])) from wrong

    def read(self, text: str) -> Json:
        """Bands with 、 or ; between them."""
        bands = []
        for part in (each.strip() for each in re.split(r"[、；;\n]+", text)):
            if not part:
                continue
            match = _BAND.fullmatch(part)
            if match is None:
                raise RuleValueInvalid(reason="应写作 85分=100%、0分=得分+15%")
            name = "plus_tenths" if match[2] else "percent_tenths"
            bands.append({"from_tenths": _tenths(match[1]), name: _tenths(match[3])})
        return bands


def band_text(band: Band) -> str:
    """`85分=100%`, `0分=得分+15%`."""
    if band.percent_tenths is not None:
        return f"{spoken(band.from_tenths)}分={spoken(band.percent_tenths)}%"
    return f"{spoken(band.from_tenths)}分=得分+{spoken(band.plus_tenths or 0)}%"


def _tenths(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 10 + int(rest or 0)


BANDS: Final = Rule(
    "property.payment_bands",
    title="服务费付款比例",
    kind=BandTable(),
    default=DEFAULT_BANDS,
    group=GROUP,
    description=(
        "月度考核得分对应支付的服务费比例，合同另有约定的以合同为准。"
        "例：85分=100%、0分=得分+15%；或 95分=100%、85分=98%、75分=95%、65分=90%、60分=80%、0分=70%。"
    ),
    changes=Permission.CONTRACTORS_MANAGE,
    reads=Permission.CONTRACTORS_MANAGE,
)
APPEAL_WORKDAYS: Final = Rule(
    "property.appeal_workdays",
    title="服务商申诉期限",
    kind=Count(1, 60, "个工作日"),
    default=5,
    group=GROUP,
    description="服务商收到扣分后多少个工作日内可以申诉，当天不计，至最后一个工作日下班时止。",
    changes=Permission.CONTRACTORS_MANAGE,
    reads=Permission.CONTRACTORS_MANAGE,
)
DRAFTER_MAY_PUBLISH: Final = Rule(
    "property.bulletin_drafter_may_publish",
    title="拟稿人可以审签本人经办的服务商通报",
    kind=Flag(),
    default=False,
    group=GROUP,
    description="默认关闭：拟稿、送审与审签应由不同的人办理。",
    changes=Permission.CONTRACTORS_REVIEW,
    reads=Permission.CONTRACTORS_REVIEW,
)
RULES: Final[tuple[Rule[Any], ...]] = (BANDS, APPEAL_WORKDAYS, DRAFTER_MAY_PUBLISH)
