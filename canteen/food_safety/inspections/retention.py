"""What is kept how long, and what may be deleted by now: minima, by rules that quote the law."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import CompoundSelect, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from backend import clock
from backend.actor import Actor, Permission
from backend.db import UTCDateTime, db
from backend.rules import queries as rule_queries
from backend.rules.registry import Rule
from canteen.food_safety import reach
from canteen.food_safety.controls.models import DailyControl, Finding, SafetyMonth, SafetyWeek
from canteen.food_safety.hygiene.models import Check, CleaningRecord
from canteen.food_safety.inspections import policies
from canteen.food_safety.inspections.errors import RetentionUnknown
from canteen.food_safety.inspections.rules import LASTING_MONTHS, RECEIPT_MONTHS
from canteen.food_safety.ledgers.models import AdditiveUse, HandOver
from canteen.food_safety.samples.models import FoodSample
from canteen.food_safety.temperatures.models import TemperatureReading
from canteen.food_safety.workers.models import MorningCheck
from canteen.purchasing.stock.models import Receipt, ReceiptLine

_LAW: Final = "《食品安全法》第五十条、第五十三条"
_OWN: Final = "《企业落实食品安全主体责任监督管理规定》及本单位规定"


@dataclass(frozen=True, slots=True)
class Kept:
    """Records of one kind: how long they are kept, how old the oldest is, and how many may go.

    `deletable_until` is the last day whose records may go; `is_deletable_here` whether this is done here.
    """

    key: str
    title: str
    months: int
    rule: str
    basis: str
    kept: int
    oldest_on: date | None
    deletable: int
    deletable_until: date
    is_deletable_here: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    key: str
    title: str
    basis: str
    model: Any
    canteen: InstrumentedAttribute[int]
    day: InstrumentedAttribute[Any]
    is_deletable_here: bool = False


_KINDS: Final = (
    _Kind("samples", "食品留样记录", _OWN, FoodSample, FoodSample.canteen_id, FoodSample.served_on),
    _Kind("morning_checks", "晨检结果", _OWN, MorningCheck, MorningCheck.canteen_id, MorningCheck.checked_on),
    _Kind(
        "temperatures",
        "冷藏冷冻温度",
        _OWN,
        TemperatureReading,
        TemperatureReading.canteen_id,
        TemperatureReading.measured_at,
    ),
    _Kind(
        "cleaning",
        "清洁消毒记录",
        _OWN,
        CleaningRecord,
        CleaningRecord.canteen_id,
        CleaningRecord.done_on,
        is_deletable_here=True,
    ),
    _Kind(
        "checklists",
        "每日检查（六常六天）",
        _OWN,
        Check,
        Check.canteen_id,
        Check.checked_on,
        is_deletable_here=True,
    ),
    _Kind("controls", "日管控记录", _OWN, DailyControl, DailyControl.canteen_id, DailyControl.on_date),
    _Kind("findings", "问题整改台账", _OWN, Finding, Finding.canteen_id, Finding.found_on),
    _Kind("weeks", "周排查报告", _OWN, SafetyWeek, SafetyWeek.canteen_id, SafetyWeek.monday),
    _Kind("months", "月调度纪要", _OWN, SafetyMonth, SafetyMonth.canteen_id, SafetyMonth.month),
    _Kind("additives", "食品添加剂使用", _LAW, AdditiveUse, AdditiveUse.canteen_id, AdditiveUse.used_on),
    _Kind("hand_overs", "废弃物收运台账", _OWN, HandOver, HandOver.canteen_id, HandOver.handed_on),
)


def list_kept(actor: Actor, *, canteen_id: int) -> list[Kept]:
    """What a canteen keeps and for how long, in three statements. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_READ)
    months = rule_queries.value(LASTING_MONTHS)
    until = policies.deletable_until(clock.today(), months)
    # Days and instants do not go into one column.
    tallies = {
        key: (count, oldest, old)
        for is_instant in (False, True)
        for key, count, oldest, old in db.session.execute(_tally(is_instant, canteen_id, until))
    }
    return [
        _receipts(canteen_id, months, until),
        *(_kept(kind, months, until, *tallies[kind.key]) for kind in _KINDS),
    ]


def _tally(is_instant: bool, canteen_id: int, until: date) -> CompoundSelect[Any]:
    """For each kind that is dated so: (key, how many, the oldest, how many are old enough to go)."""
    limit: Any = _end_of(until) if is_instant else until
    return union_all(
        *(
            select(
                literal(kind.key),
                func.count(),
                func.min(kind.day),
                func.count().filter(kind.day < limit if is_instant else kind.day <= limit),
            )
            .select_from(kind.model)
            .where(kind.canteen == canteen_id)
            for kind in _KINDS
            if isinstance(kind.day.type, UTCDateTime) is is_instant
        )
    )


def _kept(kind: _Kind, months: int, until: date, count: int, oldest: date | None, old: int) -> Kept:
    return Kept(
        key=kind.key,
        title=kind.title,
        months=months,
        rule=f"保存不少于 {months} 个月",
        basis=kind.basis,
        kept=count,
        oldest_on=clock.local(oldest).date() if isinstance(oldest, datetime) else oldest,
        deletable=old,
        deletable_until=until,
        is_deletable_here=kind.is_deletable_here,
    )


def _receipts(canteen_id: int, months: int, until: date) -> Kept:
    """Receipts go by the shelf life of what came, and where nobody knows it by the day on which it came."""
    after = rule_queries.value(RECEIPT_MONTHS)
    expired = policies.deletable_until(clock.today(), after)
    is_old = or_(
        ReceiptLine.expires_on <= expired,
        and_(ReceiptLine.expires_on.is_(None), Receipt.received_at < _end_of(until)),
    )
    count, oldest, old = db.session.execute(
        select(func.count(), func.min(Receipt.received_at), func.count().filter(is_old))
        .select_from(ReceiptLine)
        .join(Receipt, Receipt.id == ReceiptLine.receipt_id)
        .where(Receipt.canteen_id == canteen_id)
    ).one()
    return Kept(
        key="receipts",
        title="进货查验记录",
        months=after,
        rule=f"保质期满后不少于 {after} 个月；没有明确保质期的不少于 {months} 个月",
        basis=_LAW,
        kept=count,
        oldest_on=clock.local(oldest).date() if oldest is not None else None,
        deletable=old,
        deletable_until=expired,
        is_deletable_here=False,
    )


def _end_of(day: date) -> datetime:
    return clock.at_local(day + timedelta(days=1), time.min)


def months_of(key: str) -> int:
    """How long records that are deleted here are kept at least. Raises RetentionUnknown for others."""
    if not any(kind.key == key and kind.is_deletable_here for kind in _KINDS):
        raise RetentionUnknown
    rule: Rule[int] = LASTING_MONTHS
    return rule_queries.value(rule)


def aged(key: str, canteen_id: int, until_on: date) -> Sequence[int]:
    """The records of a kind of a canteen up to a day, by rising id; voided ones are among them."""
    kind = next(each for each in _KINDS if each.key == key)
    return db.session.scalars(
        select(kind.model.id).where(kind.canteen == canteen_id, kind.day <= until_on).order_by(kind.model.id)
    ).all()
