"""What every module says of those who serve, for satisfaction: providers, and how often each has served.

Served is what could have been rated: meals that were handed out; repairs and reports whose reporters had been
asked and have answered, or not until it was too late; meetings that were held with services.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, func, select, union_all

from backend.actor import Actor, Permission
from backend.db import db
from backend.jobs import Job
from canteen.menu.models import Canteen
from canteen.menu.models import Dish as MenuDish
from canteen.ordering.models import Order, OrderState
from canteen.pickups.ratings import CANTEEN, MEAL
from feedback.offices.models import Office
from feedback.reports.models import ReportDay
from feedback.reports.ratings import HANDLING, OFFICE
from feedback.satisfaction.policies import Days, Dish, Key, Provider, Source
from feedback.satisfaction.rectifications import services as rectifications
from meeting.hospitality.ratings import CAMPUS, HOSPITALITY
from meeting.rooms import queries as meeting_rooms
from meeting.rooms.models import MeetingRoom
from meeting.statistics.models import MeetingDay
from property.contractors.models import Contractor
from property.work_orders.models import OrderDay
from property.work_orders.ratings import CONTRACTOR, GROUP, REPAIR
from property.workforce.models import Group

DESK: Final = "诉求专席"


def dishes_in_reach(actor: Actor, canteen_id: int | None = None) -> list[Dish]:
    """The dishes of the canteens that the actor reads feedback of, on the menu or not; one statement."""
    reach = actor.reach(Permission.FEEDBACK_READ)
    statement = select(MenuDish.id, MenuDish.name, Canteen.id, Canteen.name).join(
        Canteen, Canteen.id == MenuDish.canteen_id
    )
    if not reach.everywhere:
        statement = statement.where(Canteen.campus_id.in_(reach.campus_ids))
    if canteen_id is not None:
        statement = statement.where(Canteen.id == canteen_id)
    return [Dish(*row) for row in db.session.execute(statement.order_by(MenuDish.id))]


def _canteens() -> list[Provider]:
    rows = db.session.execute(select(Canteen.id, Canteen.name, Canteen.campus_id).order_by(Canteen.id))
    return [Provider(MEAL.key, CANTEEN, canteen_id, name, campus_id) for canteen_id, name, campus_id in rows]


def _meals(spans: Sequence[Days]) -> dict[tuple[Key, date], int]:
    month = _month(Order.served_on)
    # By canteen, as the index has them: it alone is read.
    handed_out = (
        select(Order.canteen_id, month, func.count())
        .where(
            Order.canteen_id.in_(select(Canteen.id)),
            Order.state == OrderState.PICKED_UP.value,
        )
        .group_by(Order.canteen_id, month)
    )
    return _served(MEAL.key, CANTEEN, _within(handed_out, Order.served_on, spans))


def _repairers() -> list[Provider]:
    names = _contractor_names()
    groups = db.session.execute(
        select(Group.id, Group.name).where(Group.contractor_id.is_(None)).order_by(Group.id)
    )
    return [
        *(Provider(REPAIR.key, CONTRACTOR, each, name, None, each, name) for each, name in names.items()),
        *(Provider(REPAIR.key, GROUP, group_id, name) for group_id, name in groups),
    ]


def _repairs(spans: Sequence[Days]) -> dict[tuple[Key, date], int]:
    month = _month(OrderDay.on_date)
    asked = select(
        OrderDay.contractor_id, OrderDay.group_id, month, func.sum(OrderDay.rated + OrderDay.lapsed)
    ).group_by(OrderDay.contractor_id, OrderDay.group_id, month)
    found: dict[tuple[Key, date], int] = {}
    # Spans may overlap: what stands twice counts once.
    for contractor_id, group_id, of_month, count in set(_within(asked, OrderDay.on_date, spans)):
        # As with a rating: the contractor is judged, or else the house's own group.
        kind, provider_id = (CONTRACTOR, contractor_id) if contractor_id else (GROUP, group_id)
        key = ((REPAIR.key, kind, provider_id), _first(of_month))
        found[key] = found.get(key, 0) + int(count)
    return found


def _offices() -> list[Provider]:
    names = _contractor_names()
    rows = db.session.execute(
        select(Office.id, Office.name, Office.campus_id, Office.contractor_id).order_by(Office.id)
    )
    return [
        Provider(HANDLING.key, OFFICE, 0, DESK),
        *(
            Provider(HANDLING.key, OFFICE, *row[:3], row.contractor_id, names.get(row.contractor_id or 0, ""))
            for row in rows
        ),
    ]


def _reports(spans: Sequence[Days]) -> dict[tuple[Key, date], int]:
    month = _month(ReportDay.on_date)
    asked = select(ReportDay.office_id, month, func.sum(ReportDay.rated + ReportDay.lapsed)).group_by(
        ReportDay.office_id, month
    )
    return _served(HANDLING.key, OFFICE, _within(asked, ReportDay.on_date, spans))


def _hospitalities() -> list[Provider]:
    # From the copy of the rooms that each process keeps: no statement.
    campuses = {room.campus_id: room.campus for room in meeting_rooms.all_rooms().values()}
    return [
        Provider(HOSPITALITY.key, CAMPUS, campus_id, f"{name}会务", campus_id)
        for campus_id, name in sorted(campuses.items())
    ]


def _meetings(spans: Sequence[Days]) -> dict[tuple[Key, date], int]:
    month = _month(MeetingDay.on_date)
    held = (
        select(MeetingRoom.campus_id, month, func.sum(MeetingDay.served))
        .join(MeetingRoom, MeetingRoom.id == MeetingDay.room_id)
        .group_by(MeetingRoom.campus_id, month)
    )
    return _served(HOSPITALITY.key, CAMPUS, _within(held, MeetingDay.on_date, spans))


SOURCES: Final[Sequence[Source]] = (
    Source(_canteens, _meals),
    Source(_repairers, _repairs),
    Source(_offices, _reports),
    Source(_hospitalities, _meetings),
)
# What the sources tell of.
SERVICES: Final = frozenset({MEAL.key, REPAIR.key, HANDLING.key, HOSPITALITY.key})
JOBS: Final = (
    Job(
        "feedback.open_rectifications",
        "按月下达满意度整改",
        cron="20 6 5 * *",
        run=partial(rectifications.open_low, SOURCES),
    ),
    Job(
        "feedback.remind_of_rectifications",
        "提醒满意度整改期限",
        cron="40 8 * * *",
        run=rectifications.remind,
    ),
)


def _within(sums: Any, day: Any, spans: Sequence[Days]) -> list[tuple[Any, ...]]:
    """The sums by month of each of these spans; one statement."""
    parts = [sums.where(day.between(first, last)) for first, last in spans]
    return [tuple(row) for row in db.session.execute(union_all(*parts))]


def _served(service: str, kind: str, rows: Any) -> dict[tuple[Key, date], int]:
    return {((service, kind, each), _first(month)): int(count) for each, month, count in rows}


def _month(day: Any) -> ColumnElement[str]:
    return func.substr(cast(day, String), 1, 7)


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _contractor_names() -> Mapping[int, str]:
    rows: Any = db.session.execute(select(Contractor.id, Contractor.short_name).order_by(Contractor.id))
    return dict(rows.all())
