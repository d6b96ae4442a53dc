"""Reads of the checklist, scoped by the actor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from canteen.food_safety import reach
from canteen.food_safety.hygiene import queries as kitchen
from canteen.food_safety.hygiene.checks import policies
from canteen.food_safety.hygiene.cleaning import queries as cleaning
from canteen.food_safety.hygiene.cleaning.queries import DueTask
from canteen.food_safety.hygiene.models import Check, ChecklistAnswer, ChecklistItem, Station
from canteen.food_safety.hygiene.queries import StationView
from canteen.menu.models import Canteen


@dataclass(frozen=True, slots=True)
class Template:
    """The items of a canteen: its own, or the house's."""

    is_own: bool
    items: Sequence[ChecklistItem]


@dataclass(frozen=True, slots=True)
class Line:
    """An item with what was found of it, if anybody looked."""

    item_id: int
    scheme: str
    heading: str
    text: str
    answer: ChecklistAnswer | None
    photos: Sequence[PhotoLinks] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The checklist of a station on a day, with what is to be cleaned there."""

    station: StationView
    canteen: str
    on: date
    check: Check | None
    lines: Sequence[Line]
    tasks: Sequence[DueTask]

    @property
    def items(self) -> int:
        """How many there are to answer."""
        return len(self.lines)

    @property
    def answered(self) -> int:
        """How many are answered."""
        return sum(line.answer is not None for line in self.lines)

    @property
    def failed(self) -> int:
        """How many are not in order."""
        return sum(line.answer is not None and not line.answer.is_ok for line in self.lines)

    @property
    def is_complete(self) -> bool:
        """Whether all are answered."""
        return 0 < self.items <= self.answered


@dataclass(frozen=True, slots=True)
class StationDay:
    """How far a station got on a day."""

    station: StationView
    items: int
    answered: int
    failed: int
    last_at: datetime | None
    last_by_name: str

    @property
    def is_complete(self) -> bool:
        """Whether all are answered."""
        return 0 < self.items <= self.answered


@dataclass(frozen=True, slots=True)
class KitchenDay:
    """A day of a kitchen, station by station, with what is to be cleaned."""

    canteen_id: int
    canteen: str
    on: date
    is_open: bool
    stations: Sequence[StationDay]
    tasks: Sequence[DueTask]

    @property
    def checked(self) -> int:
        """At how many stations anything was answered."""
        return sum(each.answered > 0 for each in self.stations)

    @property
    def complete(self) -> int:
        """At how many stations everything was."""
        return sum(each.is_complete for each in self.stations)

    @property
    def failed(self) -> int:
        """How many answers are not in order."""
        return sum(each.failed for each in self.stations)


@dataclass(frozen=True, slots=True)
class DaySums:
    """A day of a kitchen in numbers. A gap: it worked, the day is over, and a station was not checked."""

    on: date
    is_open: bool
    stations: int
    checked: int
    complete: int
    failed: int
    cleanings: int
    below: int

    @property
    def is_gap(self) -> bool:
        """Whether something is missing of a day on which the kitchen worked."""
        return self.is_open and self.on < clock.today() and self.complete < self.stations


def template_of(canteen_id: int) -> Template:
    """The items that are answered in a kitchen; one statement."""
    rows = db.session.scalars(
        select(ChecklistItem)
        .where(
            ChecklistItem.is_active,
            or_(ChecklistItem.canteen_id == canteen_id, ChecklistItem.canteen_id.is_(None)),
        )
        .order_by(ChecklistItem.position, ChecklistItem.id)
    ).all()
    own = [each for each in rows if each.canteen_id is not None]
    return Template(bool(own), own or [each for each in rows if each.canteen_id is None])


def get_template(actor: Actor, *, canteen_id: int) -> Template:
    """The items of a canteen. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id)
    return template_of(canteen_id)


def get_sheet(actor: Actor, *, station_id: int, on: date | None = None) -> Sheet:
    """The checklist of a station on a day, by default today. Raises StationNotFound."""
    return sheet_of(kitchen.find_station(actor, station_id), on or clock.today())


def sheet_by_code(actor: Actor, *, code: str, on: date | None = None) -> Sheet:
    """The same by the code that hangs there. Raises StationNotFound or StationInactive."""
    return sheet_of(kitchen.find_by_code(actor, code), on or clock.today())


def sheet_of(station: StationView, on: date) -> Sheet:
    """The sheet of a station that the caller may see: the answers, and what is still without one."""
    check = find_check(station.id, on)
    answers = _answers([check.id]).get(check.id, []) if check is not None else []
    lines = [] if on < clock.today() and answers else _template_lines(station, answers)
    known = {line.item_id for line in lines}
    photos = media_queries.links_of_owners(policies.PHOTO_OWNER, [each.id for each in answers])
    gone = [
        Line(each.item_id, each.scheme, each.heading, each.text, each)
        for each in answers
        if each.item_id not in known
    ]
    shown = [
        Line(line.item_id, line.scheme, line.heading, line.text, line.answer, photos.get(line.answer.id, ()))
        if line.answer is not None
        else line
        for line in (*lines, *gone)
    ]
    canteen = db.session.get_one(Canteen, station.canteen_id)
    tasks = cleaning.due_of(station.canteen_id, on, station.id)
    return Sheet(station, canteen.name, on, check, shown, tasks)


def _template_lines(station: StationView, answers: Sequence[ChecklistAnswer]) -> list[Line]:
    by_item = {each.item_id: each for each in answers}
    items = policies.of_station(template_of(station.canteen_id).items, station.id)
    return [Line(each.id, each.scheme, each.heading, each.text, by_item.get(each.id)) for each in items]


def find_check(station_id: int, on: date) -> Check | None:
    """The check of a station on a day, or None."""
    return db.session.scalars(
        select(Check).where(Check.station_id == station_id, Check.checked_on == on)
    ).one_or_none()


def _answers(check_ids: Collection[int]) -> dict[int, list[ChecklistAnswer]]:
    found: dict[int, list[ChecklistAnswer]] = {}
    if check_ids:
        rows = db.session.scalars(
            select(ChecklistAnswer)
            .where(ChecklistAnswer.check_id.in_(check_ids))
            .order_by(ChecklistAnswer.id)
        )
        for row in rows:
            found.setdefault(row.check_id, []).append(row)
    return found


def get_day(actor: Actor, *, canteen_id: int, on: date | None = None) -> KitchenDay:
    """A day of a kitchen, by default today. Raises CanteenNotFound."""
    canteen = reach.get_canteen(actor, canteen_id)
    day = on or clock.today()
    items = template_of(canteen_id).items
    checks = {each.station_id: each for each in _checks(canteen_id, day, day)}
    stations = [
        _station_day(each, len(policies.of_station(items, each.id)), checks.get(each.id))
        for each in kitchen.stations_of(canteen_id, with_inactive=True)
        if each.is_active or each.id in checks
    ]
    is_open = kitchen.open_days(canteen_id, day, day)[day]
    return KitchenDay(canteen_id, canteen.name, day, is_open, stations, cleaning.due_of(canteen_id, day))


def _station_day(station: StationView, items: int, check: Check | None) -> StationDay:
    if check is None:
        return StationDay(station, items, 0, 0, None, "")
    return StationDay(station, check.items, check.answered, check.failed, check.last_at, check.last_by_name)


def list_days(actor: Actor, *, canteen_id: int, from_on: date, until_on: date) -> list[DaySums]:
    """These days of a kitchen in numbers, the first one first. Raises CanteenNotFound or InvalidDateRange."""
    reach.get_canteen(actor, canteen_id)
    kitchen.ensure_range(from_on, until_on)
    return days_of(canteen_id, from_on, until_on)


def days_of(canteen_id: int, from_on: date, until_on: date) -> list[DaySums]:
    """The same for a caller who has made sure that they may be seen; five statements."""
    checks: dict[date, list[Check]] = {}
    for check in _checks(canteen_id, from_on, until_on):
        checks.setdefault(check.checked_on, []).append(check)
    since = _stations_since(canteen_id)
    cleanings = cleaning.counts_by_day(canteen_id, from_on, until_on)
    days = kitchen.open_days(canteen_id, from_on, until_on)
    return [
        _sums(day, is_open, since, checks.get(day, ()), cleanings.get(day, (0, 0)))
        for day, is_open in days.items()
    ]


def _sums(
    day: date,
    is_open: bool,
    since: Mapping[int, date],
    checks: Sequence[Check],
    cleanings: tuple[int, int],
) -> DaySums:
    checked = {each.station_id for each in checks}
    # A station is asked for from the day on which it was set up, and while it is in use.
    expected = {station_id for station_id, first in since.items() if first <= day} | checked
    return DaySums(
        day,
        is_open,
        len(expected),
        sum(each.answered > 0 for each in checks),
        sum(0 < each.items <= each.answered for each in checks),
        sum(each.failed for each in checks),
        *cleanings,
    )


def _stations_since(canteen_id: int) -> dict[int, date]:
    rows = db.session.execute(
        select(Station.id, Station.created_at).where(Station.canteen_id == canteen_id, Station.is_active)
    )
    return {station_id: clock.local(at).date() for station_id, at in rows}


def _checks(canteen_id: int, from_on: date, until_on: date) -> Sequence[Check]:
    return db.session.scalars(
        select(Check)
        .where(Check.canteen_id == canteen_id, Check.checked_on.between(from_on, until_on))
        .order_by(Check.checked_on, Check.id)
    ).all()


@dataclass(frozen=True, slots=True)
class CheckedStation:
    """A station's checklist of a day, for a ledger: counts, and what was not in order."""

    check: Check
    station: str
    failures: Sequence[ChecklistAnswer]


def checks_between(canteen_id: int, from_on: date, until_on: date) -> list[CheckedStation]:
    """Every checklist of these days, the first one first; three statements."""
    checks = _checks(canteen_id, from_on, until_on)
    names = {each.id: each.name for each in kitchen.stations_of(canteen_id, with_inactive=True)}
    failed = _failures([each.id for each in checks if each.failed])
    return [CheckedStation(each, names[each.station_id], failed.get(each.id, ())) for each in checks]


def _failures(check_ids: Sequence[int]) -> dict[int, list[ChecklistAnswer]]:
    return {
        check_id: [each for each in answers if not each.is_ok]
        for check_id, answers in _answers(check_ids).items()
    }
