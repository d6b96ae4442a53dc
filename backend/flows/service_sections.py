"""What canteen, property and meetings say of a month of their services, and what people said of all of them.

Reads only; the whole compound, unscoped. Ratios are kept as the sums that they are made of; nobody is named.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.db import db
from backend.flows.satisfaction_providers import SERVICES, SOURCES
from backend.ratings import queries as ratings
from backend.ratings.policies import FEWEST, Tally, all_services
from canteen.menu.models import Canteen
from canteen.ordering import daily
from canteen.pickups.no_shows import figures as no_shows
from canteen.pickups.ratings import MEAL
from canteen.waste.statistics import queries as waste
from canteen.waste.statistics.policies import Figure as WasteFigure
from canteen.waste.statistics.policies import Span
from canteen.waste.statistics.policies import Unit as WasteUnit
from feedback.reports.ratings import HANDLING
from feedback.reviews.figures import Cell, Column, Figure, Kind, Section, Table
from feedback.reviews.gathering import MOST_CASES, Month
from meeting.hospitality.checks import queries as hospitality
from meeting.statistics import queries as meeting_statistics
from meeting.statistics.policies import Rate
from meeting.statistics.queries import Row
from property.assessments.bulletins import figures as assessments
from property.assessments.models import BulletinKind
from property.categories import queries as categories
from property.contractors import queries as contractors
from property.inspections.rounds import figures as inspection_figures
from property.statistics import queries as statistics
from property.statistics.queries import Noteworthy
from property.work_orders import rollups
from property.work_orders.ratings import REPAIR
from property.work_orders.rollups import Sums

_MOST_CATEGORIES: Final = 8
_MOST_ROOMS: Final = 8


def canteen(month: Month) -> Section:
    """Meals, those missed, and what was thrown away."""
    names = _canteens()
    served = _meals_served(month)
    booked = no_shows.by_canteen(names, from_on=month.first_day, until_on=month.last_day).values()
    wasted = waste.summary_of(list(names), Span(month.first_day, month.last_day))
    return Section(
        "canteen",
        "餐饮服务",
        figures=[
            Figure("served", "供餐", Kind.COUNT, served, unit="份"),
            Figure("booked", "预订", Kind.COUNT, sum(each.booked for each in booked), unit="份"),
            Figure(
                "missed_rate",
                "未取餐率",
                Kind.SHARE,
                sum(each.missed for each in booked),
                sum(each.booked for each in booked),
            ),
            _weighed("plate", "人均餐盘剩余", wasted.plate),
            _weighed("clean_plate", "光盘率", wasted.clean_plate),
        ],
        told=("served", "missed_rate", "plate"),
        notes=(
            "按用餐日统计；未取餐率的分母为已结束餐次的预订；餐盘剩余为克/人·餐，仅含已称重餐次，称重不足的不公布。",
        ),
    )


def repairs(month: Month) -> Section:
    """Repairs: what was reported, done, done in time, done again; by category and contractor."""
    sums = rollups.sums(month.first_day, month.last_day)
    return Section(
        "repairs",
        "维修服务",
        figures=[
            Figure("submitted", "受理报修", Kind.COUNT, sums.submitted, unit="件"),
            Figure("completed", "完成维修", Kind.COUNT, sums.completed, unit="件"),
            _in_time("response_rate", "响应及时率", sums.response_met, sums.response_missed),
            _in_time("in_time_rate", "按时完成率", sums.resolution_met, sums.resolution_missed),
            Figure("reopened_rate", "重开率", Kind.SHARE, sums.reopened, sums.completed),
            Figure(
                "overdue",
                "现有逾期未完成",
                Kind.COUNT,
                statistics.count_overdue(),
                unit="件",
                is_present=True,
            ),
            Figure("cost", "维修费用", Kind.MONEY, sums.cost_fen, unit="元"),
        ],
        told=("submitted", "completed", "in_time_rate"),
        tables=[partial(each, month) for each in (_by_category, _by_contractor, _cases)],
        notes=("报修按提交日、其余按完成日统计；及时率只计有结论的计时，已扣除挂起和等待验收的时间。",),
    )


def inspections(month: Month) -> Section:
    """Rounds done in time, points visited, items that passed."""
    sums = inspection_figures.sums(month.first_day, month.last_day)
    return Section(
        "inspections",
        "巡检保养",
        figures=[
            Figure("in_time_rate", "按时完成率", Kind.SHARE, sums.in_time, sums.rounds),
            Figure("visit_rate", "到位率", Kind.SHARE, sums.visited, sums.points),
            Figure("pass_rate", "合格率", Kind.SHARE, sums.passed, sums.passed + sums.failed),
        ],
        told=("visit_rate", "pass_rate"),
        notes=("按应巡日统计，不含复查。",),
    )


def meetings(month: Month) -> Section | None:
    """What the meeting rooms were booked and used for, and how they were served; None without any room."""
    rooms = meeting_statistics.by_room(month.first_day, month.last_day)
    if not rooms:
        return None
    found = meeting_statistics.total(month.first_day, month.last_day)
    served = hospitality.figures(SYSTEM, from_on=month.first_day, until_on=month.last_day)
    return Section(
        "meetings",
        "会议服务",
        figures=[
            Figure("booked", "预订会议", Kind.COUNT, found.sums.booked, unit="场"),
            Figure("held", "召开会议", Kind.COUNT, found.sums.held, unit="场"),
            Figure("heads", "参会人次", Kind.COUNT, found.sums.heads, unit="人次"),
            _rate("occupancy_booked", "会议室预订使用率", found.occupancy_booked),
            _rate("occupancy_used", "会议室实际使用率", found.occupancy_used),
            _rate("no_show_rate", "未到率", found.no_show),
            _rate("cancelled_rate", "取消率", found.cancellation),
            _rate("seats", "上座率", found.seats),
            Figure("served", "会务保障", Kind.COUNT, found.sums.served, unit="场"),
            Figure(
                "faultless_rate",
                "会务零差错率",
                Kind.SHARE,
                served.faultless,
                served.checked,
                coverage=(served.checked, found.sums.served) if found.sums.served else None,
            ),
        ],
        told=("held", "occupancy_used", "no_show_rate", "faultless_rate"),
        tables=[partial(_by_meeting_room, rooms)],
        notes=(
            "会议按开始日统计；使用率为工作日分钟数与可预订分钟数之比，可拆分的大厅按拆分后的各间计；"
            "未到率只计须签到的会议；上座率只计填写了人数的会议；零差错率为已检查且无差错的会议占已检查会议的比例。",
        ),
    )


def contractors_assessed(month: Month) -> Section | None:
    """The scores of the month that are locked; None without any."""
    rows = assessments.take(BulletinKind.MONTHLY, month.first_day)["contracts"]
    scored = [row["total"] for row in rows if row["total"] is not None]
    if not rows:
        return None
    table = Table(
        "contractors",
        "服务商考核",
        [Column("服务商"), Column("合同"), Column("得分", Cell.POINTS), Column("付款比例（%）", Cell.POINTS)],
        [(row["contractor"], row["contract"], row["total"], row["share"]) for row in rows],
        shown=6,
    )
    return Section(
        "contractors",
        "服务商考核",
        figures=[
            Figure("assessed", "考核合同", Kind.COUNT, len(rows), unit="份"),
            Figure("mean", "平均得分", Kind.MEAN, sum(scored), 10 * len(scored), unit="分"),
        ],
        told=("assessed", "mean"),
        tables=[lambda: table],
        notes=("为当月已锁定的考核得分，未锁定的不列。",),
    )


def satisfaction(month: Month) -> Section:
    """满意率 by service: grades of 4 and 5 of the ratings; with it how many of those asked have rated."""
    said = _said(month)
    asked = _asked(month, said)
    return Section(
        "satisfaction",
        "满意度",
        figures=[
            _satisfied(service.key, f"{service.title}满意率", tally, asked.get(service.key))
            for service in all_services()
            if (tally := said.get(service.key, Tally())).count or asked.get(service.key)
        ],
        told=(MEAL.key, REPAIR.key, HANDLING.key),
        notes=("评 4、5 分为满意；参评为评价数与应参评数，未参评单列，不计为满意。",),
    )


def satisfied(months: Sequence[Month]) -> list[Figure]:
    """满意率 over all services of each month, for the trend; one statement."""
    said = ratings.totals_by_day(months[0].first_day, months[-1].last_day)
    return [
        _satisfied(
            "satisfied",
            "服务满意率",
            sum((said[key] for key in said if key[0] in month and key[1] in SERVICES), Tally()),
            None,
        )
        for month in months
    ]


def completed_in_time(months: Sequence[Month]) -> list[Figure]:
    """按时完成率 of the repairs of each month, for the trend; one statement."""
    days = rollups.by("on_date", months[0].first_day, months[-1].last_day)
    return [
        _in_time(
            "in_time_rate",
            "按时完成率",
            sum(days[day].resolution_met for day in days if day in month),
            sum(days[day].resolution_missed for day in days if day in month),
        )
        for month in months
    ]


def _said(month: Month) -> dict[str, Tally]:
    """The grades of each service that satisfaction knows; a dish's are part of a meal's."""
    said = ratings.totals(month.first_day, month.last_day)
    return {service: tally for service, tally in said.items() if service in SERVICES}


def _asked(month: Month, said: dict[str, Tally]) -> dict[str, int]:
    """How many services of each kind could have been rated, as satisfaction counts them."""
    found: dict[str, int] = {}
    for source in SOURCES:
        for ((service, _, _), _), count in source.served([(month.first_day, month.last_day)]).items():
            found[service] = found.get(service, 0) + count
    return {service: max(count, said.get(service, Tally()).count) for service, count in found.items()}


def _satisfied(key: str, name: str, tally: Tally, asked: int | None) -> Figure:
    return Figure(
        key,
        name,
        Kind.SHARE,
        tally.satisfied,
        tally.count,
        least=FEWEST,
        coverage=(tally.count, asked) if asked else None,
    )


def _weighed(key: str, name: str, figure: WasteFigure) -> Figure:
    is_share = figure.unit is WasteUnit.SHARE
    return Figure(
        key,
        name,
        Kind.SHARE if is_share else Kind.MEAN,
        figure.numerator,
        figure.denominator,
        unit="" if is_share else "克",
        is_enough=figure.is_enough,
        coverage=(figure.measured, figure.opened),
    )


def _rate(key: str, name: str, rate: Rate | None) -> Figure:
    if rate is None:
        return Figure(key, name, Kind.SHARE, 0, 0)
    coverage = (rate.covered or 0, rate.whole) if rate.whole else None
    return Figure(key, name, Kind.SHARE, rate.part, rate.denominator, coverage=coverage)


def _by_meeting_room(rooms: Sequence[Row]) -> Table:
    """The most used first."""
    return Table(
        "meeting_rooms",
        "各会议室使用情况",
        [
            *(Column("会议室"), Column("预订", Cell.INT), Column("召开", Cell.INT)),
            *(Column("预订使用率", Cell.SHARE), Column("实际使用率", Cell.SHARE), Column("未到", Cell.INT)),
        ],
        [
            (
                row.name,
                sums.booked,
                sums.held,
                _share(row.figures.occupancy_booked),
                _share(row.figures.occupancy_used),
                sums.no_shows,
            )
            for row in rooms
            for sums in [row.figures.sums]
        ],
        shown=_MOST_ROOMS,
    )


def _share(rate: Rate | None) -> tuple[int, int]:
    return (rate.part, rate.denominator) if rate is not None else (0, 0)


def _in_time(key: str, name: str, met: int, missed: int) -> Figure:
    return Figure(key, name, Kind.SHARE, met, met + missed)


def _meals_served(month: Month) -> int:
    counts = daily.counts_between(list(_canteens()), month.first_day, month.last_day)
    return sum(each.picked_up for each in counts)


def _canteens() -> dict[int, str]:
    rows = db.session.execute(select(Canteen.id, Canteen.name).order_by(Canteen.id))
    return {row.id: row.name for row in rows}


_COLUMNS: Final = (
    *(Column("受理", Cell.INT), Column("完成", Cell.INT)),
    *(Column("响应及时率", Cell.SHARE), Column("按时完成率", Cell.SHARE), Column("重开", Cell.INT)),
)


def _by_category(month: Month) -> Table:
    """By the topmost categories, what was reported most first."""
    tree = categories.tree()
    found: dict[int, Sums] = {}
    for category_id, sums in rollups.by("category_id", month.first_day, month.last_day).items():
        top = tree.lineage(category_id)[-1]
        found[top] = _added(found.get(top, Sums()), sums)
    names = {each.id: each.name for each in tree.walk()}
    return _table("repair_categories", "报修类别", "类别", {names[key]: sums for key, sums in found.items()})


def _by_contractor(month: Month) -> Table:
    called = {0: "本单位自修", **contractors.names()}
    found = rollups.by("contractor_id", month.first_day, month.last_day)
    return _table(
        "repair_contractors",
        "各服务商维修情况",
        "服务商",
        {called.get(key, "—"): sums for key, sums in found.items()},
    )


def _table(key: str, title: str, first: str, found: dict[str, Sums]) -> Table:
    ordered = sorted(found.items(), key=lambda each: (-each[1].submitted, each[0]))
    return Table(
        key, title, [Column(first), *_COLUMNS], [_row(*each) for each in ordered], shown=_MOST_CATEGORIES
    )


def _row(name: str, sums: Sums) -> tuple[object, ...]:
    response, resolution = (
        (sums.response_met, sums.response_met + sums.response_missed),
        (sums.resolution_met, sums.resolution_met + sums.resolution_missed),
    )
    return (name, sums.submitted, sums.completed, response, resolution, sums.reopened)


def _added(one: Sums, other: Sums) -> Sums:
    return Sums(**{name: getattr(one, name) + getattr(other, name) for name in rollups.SUMS})


def _cases(month: Month) -> Table:
    """What is overdue now, and what was reported in the month and reopened since."""
    now = clock.now()
    again = statistics.reopened(month.first_day, month.last_day, MOST_CASES)
    return Table(
        "overdue_orders",
        "逾期、重开的报修",
        [Column("工单"), Column("类别"), Column("服务商"), Column("情形")],
        [
            *(
                _case(each, f"逾期 {(now - each.due_at).days} 天")
                for each in statistics.overdue(MOST_CASES)
                if each.due_at
            ),
            *(_case(each, f"重开 {each.reopenings} 次") for each in again),
        ],
        shown=6,
    )


def _case(each: Noteworthy, how: str) -> tuple[str, str, str, str]:
    return (each.number, each.category_name, each.contractor_name or "本单位", how)
