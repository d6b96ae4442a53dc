"""What the records of a kitchen say about a span of days: what a day, a week or a month starts from.

Every fact is read from the slice that keeps it, through its queries; none is stored but in a report that was
signed. A fact is an alarm where something is missing, out of its limits or late. Nothing here is about
anybody's health but whether somebody was kept from work.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.dates import day_text
from backend.rules import queries as rule_queries
from canteen.food_safety.controls.findings import queries as findings
from canteen.food_safety.controls.findings.queries import FindingView
from canteen.food_safety.controls.models import FindingState
from canteen.food_safety.hygiene.checks import queries as checks
from canteen.food_safety.ledgers import queries as ledgers
from canteen.food_safety.samples import boards as sample_boards
from canteen.food_safety.samples import queries as samples
from canteen.food_safety.temperatures import queries as temperatures
from canteen.food_safety.workers import queries as workers
from canteen.food_safety.workers.models import Outcome
from canteen.menu import queries as menu_queries
from canteen.purchasing.stock import queries as stock
from canteen.purchasing.suppliers import queries as suppliers
from canteen.purchasing.suppliers.rules import LICENCE_DAYS

_NAMED = 8


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence of what the records say."""

    title: str
    text: str
    is_alarm: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one subject."""

    title: str
    lines: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the records say about a span of days, both included."""

    from_on: date
    until_on: date
    groups: Sequence[Group]

    @property
    def alarms(self) -> list[Fact]:
        """What needs a word."""
        return [fact for group in self.groups for fact in group.lines if fact.is_alarm]

    def dumped(self) -> dict[str, Any]:
        """The facts as a report keeps them."""
        return {
            "from_date": self.from_on.isoformat(),
            "to_date": self.until_on.isoformat(),
            "groups": [
                {
                    "title": group.title,
                    "lines": [
                        {"title": fact.title, "text": fact.text, "is_alarm": fact.is_alarm}
                        for fact in group.lines
                    ],
                }
                for group in self.groups
            ],
        }


def named(names: Iterable[str]) -> str:
    """The first few names, and how many there are."""
    every = list(dict.fromkeys(names))
    shown = "、".join(every[:_NAMED])
    return f"{shown}等 {len(every)} 项" if len(every) > _NAMED else shown


def listed(days: Iterable[date]) -> str:
    """`11月23日、11月25日`."""
    return "、".join(day_text(day) for day in days)


def of_span(canteen_id: int, from_on: date, until_on: date) -> list[Group]:
    """The facts of a kitchen about these days, but for the daily controls; some thirty statements."""
    return [
        _of_findings(findings.findings_between(canteen_id, from_on, until_on), from_on),
        _of_people(canteen_id, from_on, until_on),
        _of_goods(canteen_id),
        _of_samples(canteen_id, from_on, until_on),
        _of_temperatures(canteen_id, from_on, until_on),
        _of_hygiene(canteen_id, from_on, until_on),
        _of_ledgers(canteen_id, from_on, until_on),
    ]


def _of_findings(found: Sequence[FindingView], from_on: date) -> Group:
    new = [each for each in found if each.row.found_on >= from_on]
    waiting = [each for each in found if each.row.state != FindingState.CLOSED.value]
    late = [each for each in waiting if each.is_overdue]
    lines = [
        Fact("发现问题", f"{len(new)} 项" + _tail(each.row.description for each in new)),
        Fact("未销号", f"{len(waiting)} 项" + _tail(each.row.description for each in waiting), bool(waiting)),
    ]
    if late:
        lines.append(
            Fact("超期未整改", f"{len(late)} 项" + _tail(each.row.description for each in late), True)
        )
    return Group("问题整改", lines)


def _of_people(canteen_id: int, from_on: date, until_on: date) -> Group:
    outcomes = workers.outcomes(canteen_id, from_on, until_on)
    kept_away = [each for each in outcomes if each.outcome == Outcome.BLOCKED.value]
    ending = workers.expiring_certificates(canteen_id, clock.today())
    lines = [
        Fact("晨检", f"{len(outcomes)} 人次，不得上岗 {len(kept_away)} 人次"),
        Fact("健康证明", "均在有效期内" if not ending else "到期或将到期", bool(ending)),
    ]
    if ending:
        names = (f"{each.worker_name}（{each.valid_until.isoformat()}）" for each in ending)
        lines[-1] = Fact("健康证明", f"到期或将到期：{named(names)}", True)
    if from_on == until_on:
        missing = workers.unchecked(canteen_id, from_on)
        lines.append(Fact("未晨检", named(missing) if missing else "无", bool(missing)))
    return Group("从业人员", lines)


def _of_goods(canteen_id: int) -> Group:
    soon, late = stock.expiring_names(canteen_id)
    days = rule_queries.value(LICENCE_DAYS)
    licences = suppliers.licences_ending(clock.today(), days)
    lines = [
        Fact("过期库存", named(late) if late else "无", bool(late)),
        Fact("临期库存", named(soon) if soon else "无"),
    ]
    names = (f"{supplier}（{licence.valid_until})" for supplier, licence in licences)
    lines.append(
        Fact(
            "供应商证照",
            f"到期或 {days} 天内到期：{named(names)}" if licences else "均在有效期内",
            bool(licences),
        )
    )
    return Group("采购贮存", lines)


def _of_samples(canteen_id: int, from_on: date, until_on: date) -> Group:
    lacking = sample_boards.missing_of([menu_queries.get_canteen(canteen_id)], from_on, until_on)
    overdue = samples.overdue_count(canteen_id)
    names = (f"{day_text(each.date)}{each.period_name}{each.dish_name}" for each in lacking)
    return Group(
        "食品留样",
        [
            Fact("缺留样", f"{len(lacking)} 项：{named(names)}" if lacking else "无", bool(lacking)),
            Fact("超期未处理样品", f"{overdue} 份" if overdue else "无", bool(overdue)),
        ],
    )


def _of_temperatures(canteen_id: int, from_on: date, until_on: date) -> Group:
    found = temperatures.excursions_between(canteen_id, from_on, until_on)
    silent = [each for each in found if each.needs_action]
    text = f"{len(found)} 次" + _tail(each.fridge_name for each in found)
    lines = [Fact("温度超限", text if found else "无", bool(found))]
    if silent:
        lines.append(Fact("未填写处置", named(each.fridge_name for each in silent), True))
    return Group("冷藏冷冻温度", lines)


def _of_hygiene(canteen_id: int, from_on: date, until_on: date) -> Group:
    days = checks.days_of(canteen_id, from_on, until_on)
    gaps = [each.on for each in days if each.is_gap]
    below = sum(each.below for each in days)
    failed = sum(each.failed for each in days)
    lines = [
        Fact(
            "清洁消毒",
            f"{sum(each.cleanings for each in days)} 次" + (f"，其中 {below} 次未达要求" if below else ""),
            bool(below),
        ),
        Fact("六常六天检查", f"不符合 {failed} 项" if failed else "未发现不符合", bool(failed)),
    ]
    if gaps:
        lines.append(Fact("未完成检查的日期", listed(gaps), True))
    return Group("清洁与日常检查", lines)


def _of_ledgers(canteen_id: int, from_on: date, until_on: date) -> Group:
    uses = [each for each in ledgers.uses_between(canteen_id, from_on, until_on) if not each.is_taken_back]
    over = [each for each in uses if each.row.is_over]
    loads = [each for each in ledgers.loads_between(canteen_id, from_on, until_on) if not each.is_taken_back]
    grams = sum(each.row.weight_g for each in loads)
    return Group(
        "台账",
        [
            Fact(
                "食品添加剂",
                f"使用 {len(uses)} 次" + (f"，超限量 {len(over)} 次" if over else ""),
                bool(over),
            ),
            Fact("废弃物收运", f"{len(loads)} 次，共 {grams / 1000:.1f} 千克"),
        ],
    )


def _tail(texts: Iterable[str]) -> str:
    shown = named(texts)
    return f"：{shown}" if shown else ""


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
