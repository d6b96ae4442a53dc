"""Lists of reports as people see them, scoped by the actor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Department, Staff
from backend.media import queries as media
from backend.media.links import PhotoLinks
from backend.paging import Page
from backend.workdays.models import Verdict
from feedback.categories.models import Category, Kind
from feedback.categories.titles import DEADLINE_NAMES, KIND_NAMES
from feedback.deadlines import queries as clock_queries
from feedback.deadlines.models import Clock, ClockKind
from feedback.deadlines.queries import ClockView
from feedback.offices.models import Office
from feedback.reports import policies, queries, sealing
from feedback.reports.errors import ScopeForbidden
from feedback.reports.exhibits import Publication
from feedback.reports.models import OPEN_STATES, Follower, Origin, Outcome, Report, State

_SEARCHED: Final = (Report.number, Report.text, Report.place_path, Report.contact)


class Scope(StrEnum):
    """Which reports: one's own, those one follows, the wall, all within reach, or one's offices'."""

    MINE = "mine"
    FOLLOWED = "followed"
    PUBLIC = "public"
    DESK = "desk"
    OFFICE = "office"
    NEARBY = "nearby"


class Sort(StrEnum):
    """In which order: the newest first, the oldest first, or what is due first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"


class Sight(StrEnum):
    """How much somebody sees: what they sent themselves; all of it; what is fit for everybody."""

    OWN = "own"
    STAFF = "staff"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """Where a report is; the wall shows less of it."""

    kind: str | None
    id: int | None
    path: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report in a list, with what `sight` shows of it."""

    report: Report
    sight: Sight
    category: Named
    is_wall_allowed: bool
    office: Named | None
    public_text: str
    named_reporter: str
    department: str
    clocks: Sequence[ClockView]
    photos: Sequence[PhotoLinks]
    is_mine: bool
    is_followed: bool
    now: datetime

    @property
    def text(self) -> str:
        """What the reporter wrote, or what the wall says instead."""
        if self.sight is not Sight.PUBLIC:
            return self.report.text
        return self.public_text or shared_text(self.report)

    @property
    def place(self) -> PlaceRef | None:
        """Where it is; to others no finer than the building, but for what everybody meets."""
        report = self.report
        if not report.place_path:
            return None
        if self.sight is Sight.PUBLIC and report.kind not in policies.SHARED_KINDS:
            return PlaceRef(None, None, " / ".join(report.place_path.split(" / ")[:2]))
        return PlaceRef(report.place_kind, report.place_id, report.place_path)

    @property
    def location(self) -> dict[str, float] | None:
        """The position in degrees, for those who look for it on the spot."""
        report = self.report
        if self.sight is Sight.PUBLIC or report.latitude_e6 is None or report.longitude_e6 is None:
            return None
        return {"latitude": report.latitude_e6 / 1e6, "longitude": report.longitude_e6 / 1e6}

    @property
    def reporter_name(self) -> str:
        """Who reported it, for those who handle it: 匿名 where nobody is to know."""
        if self.sight is Sight.PUBLIC:
            return ""
        if self.report.is_anonymous:
            return policies.UNNAMED
        return self.named_reporter or self.report.contact

    @property
    def department_name(self) -> str:
        """The reporter's department of that day."""
        return "" if self.sight is Sight.PUBLIC or self.report.is_anonymous else self.department

    @property
    def kind_name(self) -> str:
        """随手拍 …"""
        return KIND_NAMES[Kind(self.report.kind)]

    @property
    def state_name(self) -> str:
        """待审核 …"""
        return policies.STATE_NAMES[State(self.report.state)]

    @property
    def origin_name(self) -> str:
        """手机提交 …"""
        return policies.ORIGIN_NAMES[Origin(self.report.origin)]

    @property
    def outcome_name(self) -> str:
        """已解决 …, or nothing."""
        return policies.OUTCOME_NAMES[Outcome(self.report.outcome)] if self.report.outcome else ""

    @property
    def deadline_name(self) -> str:
        """一般 …"""
        return next((name for kind, name in DEADLINE_NAMES.items() if kind == self.report.deadline), "")

    @property
    def response(self) -> ClockView | None:
        """The present cycle's clock until a person takes it up."""
        return clock_queries.present(self.clocks, self.report.cycle).get(ClockKind.RESPONSE)

    @property
    def answer(self) -> ClockView | None:
        """The present cycle's clock until the reply."""
        return clock_queries.present(self.clocks, self.report.cycle).get(ClockKind.ANSWER)

    @property
    def due_at(self) -> datetime | None:
        """By when it is to be answered, as the ticket says."""
        return self.answer.due_at if self.answer is not None else None

    @property
    def due_text(self) -> str:
        """`7 天（自然日）`: within what time, as the ticket says."""
        return self.answer.text if self.answer is not None else ""

    @property
    def is_provisional(self) -> bool:
        """Whether the due may move: a calendar is still to be published."""
        return self.answer is not None and self.answer.is_provisional

    @property
    def is_paused(self) -> bool:
        """Whether the answer's clock stands still (挂账)."""
        return self.answer is not None and self.answer.verdict is Verdict.PAUSED

    @property
    def is_overdue(self) -> bool:
        """Whether a clock of the present cycle has passed its due."""
        return any(each is not None and each.is_overdue(self.now) for each in (self.response, self.answer))

    @property
    def is_supervised(self) -> bool:
        """督办."""
        return self.report.supervised_at is not None

    @property
    def is_published(self) -> bool:
        """Whether everybody may see it on the wall."""
        return self.report.published_at is not None and self.report.state != State.HIDDEN


def shared_text(report: Report) -> str:
    """What others may read of what is not on the wall: its beginning, once a person has looked at it."""
    if report.kind not in policies.SHARED_KINDS or report.state in (State.PENDING, State.HIDDEN):
        return ""
    return policies.excerpt(report.text)


def page_reports(
    actor: Actor,
    *,
    scope: Scope,
    sort: Sort = Sort.NEWEST,
    page: int = 1,
    page_size: int = 20,
    **filters: Any,
) -> Page:
    """A page of reports as the actor may see them; at most six statements. Raises ScopeForbidden."""
    conditions = conditions_of(actor, scope, **filters)
    total = db.session.scalar(_counted(conditions, scope)) or 0
    found = rows_of(
        actor,
        ordered(_statement(scope), sort).where(*conditions).limit(page_size).offset((page - 1) * page_size),
        _SIGHTS.get(scope, Sight.PUBLIC),
    )
    return Page(found, total, page, page_size)


def list_reports(
    actor: Actor, *, scope: Scope, limit: int, sort: Sort = Sort.NEWEST, **filters: Any
) -> tuple[int, list[ReportRow]]:
    """How many there are in all, and the first of them without their photos, for a workbook."""
    conditions = conditions_of(actor, scope, **filters)
    total = db.session.scalar(_counted(conditions, scope)) or 0
    statement = ordered(_statement(scope), sort).where(*conditions).limit(limit)
    return total, rows_of(actor, statement, _SIGHTS[scope], with_photos=False)


_SIGHTS: Final = {Scope.MINE: Sight.OWN, Scope.DESK: Sight.STAFF, Scope.OFFICE: Sight.STAFF}


def rows() -> Any:
    """Reports with their names and what the wall says of them."""
    return (
        select(Report, Category, Office.name, Staff.name, Department.name, Publication.text)
        .join(Category, Category.id == Report.category_id)
        .outerjoin(Office, Office.id == Report.office_id)
        .outerjoin(Staff, Staff.id == Report.reporter_id)
        .outerjoin(Department, Department.id == Report.department_id)
        .outerjoin(Publication, and_(Publication.report_id == Report.id, Publication.withdrawn_at.is_(None)))
        .execution_options(populate_existing=True)
    )


def rows_of(actor: Actor, statement: Any, sight: Sight, *, with_photos: bool = True) -> list[ReportRow]:
    """The rows of a statement of `rows()`, with clocks, photos and whether they are the actor's own."""
    found = db.session.execute(statement).all()
    ids = [row[0].id for row in found]
    clocks = clock_queries.clocks_of(ids)
    kind = policies.PHOTOS_PUBLIC if sight is Sight.PUBLIC else policies.PHOTOS
    photos = media.links_of_owners(kind, ids) if with_photos else {}
    followed = followed_among(actor, [row[0].id for row in found if row[0].followers])
    own_key, now = sealing.key_of(actor.staff_id), clock.now()
    return [
        row_of(row, sight, own_key=own_key, clocks=clocks, photos=photos, followed=followed, now=now)
        for row in found
    ]


def row_of(
    row: Any,
    sight: Sight,
    *,
    own_key: bytes,
    clocks: Mapping[int, Sequence[ClockView]],
    photos: Mapping[int, Sequence[PhotoLinks]],
    followed: Collection[int],
    now: datetime,
) -> ReportRow:
    """A row of `rows()`."""
    report, category, office, reporter, department, public_text = row
    return ReportRow(
        report=report,
        sight=sight,
        category=Named(category.id, category.code, category.name),
        is_wall_allowed=category.is_wall_allowed,
        office=Named(report.office_id, "", office) if report.office_id is not None else None,
        public_text=public_text or "",
        named_reporter=reporter or "",
        department=department or "",
        clocks=clocks.get(report.id, ()),
        photos=photos.get(report.id, ()) if report.state != State.HIDDEN else (),
        is_mine=report.reporter_key == own_key,
        is_followed=report.id in followed,
        now=now,
    )


def followed_among(actor: Actor, report_ids: Collection[int]) -> set[int]:
    """Which of these the actor follows; one statement."""
    if not report_ids:
        return set()
    return set(
        db.session.scalars(
            select(Follower.report_id).where(
                Follower.staff_id == actor.staff_id, Follower.report_id.in_(report_ids)
            )
        )
    )


def condition_of(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    """Which reports a scope has for the actor. Raises ScopeForbidden."""
    if scope is Scope.DESK:
        if not any(actor.can(permission) for permission in queries.READS):
            raise ScopeForbidden
        return queries.by_permission(actor)
    if scope is Scope.OFFICE:
        if not actor.can(Permission.REPORTS_HANDLE):
            raise ScopeForbidden
        return queries.of_own_offices(actor)
    if scope is Scope.MINE:
        return queries.own(actor)
    return queries.followed(actor) if scope is Scope.FOLLOWED else queries.IS_PUBLISHED


def conditions_of(
    actor: Actor,
    scope: Scope,
    *,
    state: State | None = None,
    category: str = "",
    category_id: int | None = None,
    kind: Kind | None = None,
    campus_id: int | None = None,
    building_id: int | None = None,
    office_id: int | None = None,
    overdue: bool = False,
    is_open: bool = False,
    supervised: bool = False,
    q: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
) -> list[ColumnElement[bool]]:
    """What a scope has for the actor, filtered; `from_on`, `until_on`: days of submission, both included.

    Raises ScopeForbidden.
    """
    conditions = [condition_of(actor, scope)]
    for column, wanted in (
        (Report.state, state.value if state is not None else None),
        (Report.kind, kind.value if kind is not None else None),
        (Report.category_id, category_id),
        (Report.campus_id, campus_id),
        (Report.building_id, building_id),
        (Report.office_id, office_id),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    if is_open or overdue or state in OPEN_STATES:
        conditions.append(queries.IS_OPEN_REPORT)
    if category:
        conditions.append(Report.category_id.in_(select(Category.id).where(Category.code == category)))
    if overdue:
        conditions.append(clock_queries.overdue_condition(Report.id))
    if supervised:
        conditions.append(Report.supervised_at.is_not(None))
    if from_on is not None:
        conditions.append(Report.submitted_at >= clock.at_local(from_on, time.min))
    if until_on is not None:
        conditions.append(Report.submitted_at < clock.at_local(until_on + timedelta(days=1), time.min))
    if q:
        # What is not shown is not to be found by guessing at it.
        searched = _SEARCHED if scope in _SIGHTS else (Report.number, Publication.text)
        conditions.append(or_(*(column.contains(q, autoescape=True) for column in searched)))
    return conditions


def _counted(conditions: Sequence[ColumnElement[bool]], scope: Scope) -> Any:
    statement = select(func.count()).select_from(Report)
    if scope not in _SIGHTS:
        is_live = and_(Publication.report_id == Report.id, Publication.withdrawn_at.is_(None))
        statement = statement.outerjoin(Publication, is_live)
    return statement.where(*conditions)


def _statement(scope: Scope) -> Any:
    statement = rows()
    # The desk's own copies of the photos are shown by when they were published.
    return statement.order_by(Report.published_at.desc()) if scope is Scope.PUBLIC else statement


def ordered(statement: Any, sort: Sort) -> Any:
    """A statement about reports in this order."""
    if sort is Sort.OLDEST:
        return statement.order_by(Report.submitted_at, Report.id)
    if sort is Sort.DUE:
        is_answer = and_(
            Clock.subject_id == Report.id,
            Clock.cycle == Report.cycle,
            Clock.kind == ClockKind.ANSWER.value,
        )
        return statement.outerjoin(Clock, is_answer).order_by(Clock.due_at, Report.id)
    return statement.order_by(Report.submitted_at.desc(), Report.id.desc())
