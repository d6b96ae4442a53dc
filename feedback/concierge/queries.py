"""Reads of the concierge: the catalogue, and requests with their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Select, and_, func, not_, select

from backend.actor import Actor
from backend.db import db
from backend.media import queries as media
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from backend.vault import decrypt
from feedback.categories.models import Category
from feedback.concierge import fields, policies
from feedback.concierge.errors import RequestNotFound, ServiceInactive, ServiceNotFound
from feedback.concierge.fields import SEALED, FieldType, FormField
from feedback.concierge.models import RequestAnswers, ServiceForm, ServiceItem
from feedback.concierge.policies import Scope
from feedback.offices.models import Office
from feedback.reports import policies as report_policies
from feedback.reports import queries as reports
from feedback.reports.errors import ReportNotFound, ScopeForbidden
from feedback.reports.models import Report, State

TOPIC: Final = "feedback.services"
_NAMES: Final = (
    *("id", "code", "name", "icon", "intro", "category_id", "words", "office_id", "is_direct", "needs_photo"),
    *("hours", "open_limit", "revision", "position", "is_active"),
)

_REQUEST_COLUMNS: Final[tuple[Any, ...]] = (
    Report.id,
    Report.number,
    RequestAnswers.item_id,
    ServiceItem.name,
    ServiceItem.icon,
    ServiceItem.code,
    Report.state,
    Report.place_path,
    Report.office_id,
    Office.name.label("office_name"),
    Report.submitted_at,
    Report.ended_at,
    Report.text,
)


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service with its form of now. `needs_place`: a request names one beside the form."""

    id: int
    code: str
    name: str
    icon: str
    intro: str
    category_id: int
    words: Sequence[str]
    office_id: int | None
    is_direct: bool
    needs_photo: bool
    hours: str
    open_limit: int
    revision: int
    position: int
    is_active: bool
    form: Sequence[FormField]
    needs_place: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list; `id` and `number` are the report's."""

    id: int
    number: str
    service_id: int
    service_name: str
    icon: str
    state: str
    state_name: str
    place_path: str
    office_id: int | None
    office_name: str
    submitted_at: datetime
    ended_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer, as people read it; sealed ones are masked unless they were asked for in full."""

    key: str
    title: str
    type: FieldType
    text: str
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with what was answered, under the titles that the fields had then."""

    row: RequestRow
    service_code: str
    revision: int
    answers: Sequence[AnswerView]
    photos: Sequence[PhotoLinks]


def list_all() -> list[ServiceView]:
    """All services, in use or not, in their order; one statement."""
    rows = db.session.execute(_services().order_by(ServiceItem.position, ServiceItem.id))
    return [_service(*row) for row in rows]


def list_active() -> list[ServiceView]:
    """The services in use, for everybody."""
    return [each for each in list_all() if each.is_active]


def find(item_id: int) -> ServiceView:
    """A service, in use or not. Raises ServiceNotFound."""
    return _found(_services().where(ServiceItem.id == item_id))


def in_use(code: str) -> ServiceView:
    """A service that may be asked for now. Raises ServiceNotFound or ServiceInactive."""
    service = _found(_services().where(ServiceItem.code == code))
    if not service.is_active:
        raise ServiceInactive(service=service.name)
    return service


def count_open(staff_id: int, item_id: int) -> int:
    """How many requests of a service somebody has open."""
    statement = (
        select(func.count())
        .select_from(RequestAnswers)
        .join(Report, Report.id == RequestAnswers.report_id)
        .where(RequestAnswers.item_id == item_id, Report.reporter_id == staff_id, reports.IS_OPEN_REPORT)
    )
    return db.session.scalar(statement) or 0


def page_requests(
    actor: Actor,
    *,
    scope: Scope = Scope.MINE,
    service_id: int | None = None,
    is_open: bool | None = None,
    page: int,
    page_size: int,
) -> Page:
    """Requests, the newest first: one's own, those of one's offices, or all within reach.

    Raises ScopeForbidden for the last to who reads no reports of others.
    """
    if scope is Scope.ALL and not any(actor.can(permission) for permission in reports.READS):
        raise ScopeForbidden
    within = {
        Scope.MINE: reports.own,
        Scope.OFFICE: reports.of_own_offices,
        Scope.ALL: reports.by_permission,
    }[scope]
    statement = _rows().where(within(actor), Report.state != State.HIDDEN.value)
    if service_id is not None:
        statement = statement.where(RequestAnswers.item_id == service_id)
    if is_open is not None:
        statement = statement.where(reports.IS_OPEN_REPORT if is_open else not_(reports.IS_OPEN_REPORT))
    ordered = statement.order_by(Report.submitted_at.desc(), Report.id.desc())
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    return Page([_row(row) for row in found.rows], found.total, page, page_size)


def rows_of(report_ids: Sequence[int]) -> list[RequestRow]:
    """These requests, the newest first, whoever asks; the caller has made sure that they may."""
    statement = _rows().where(Report.id.in_(report_ids)).order_by(Report.id.desc())
    return [_row(row) for row in db.session.execute(statement)] if report_ids else []


def get_request(actor: Actor, report_id: int, *, in_full: bool = False) -> RequestView:
    """A request with its answers, for who made it and those who work on it. Raises RequestNotFound.

    Sealed answers are shown in full to their author; to others if `in_full`, which the caller records.
    """
    try:
        report = reports.find(actor, report_id)
    except ReportNotFound as error:
        raise RequestNotFound from error
    who = reports.standing(actor, report)
    if not (who.is_reporter or who.is_staff):
        raise RequestNotFound
    return _view(report_id, in_full=in_full or who.is_reporter)


def _view(report_id: int, *, in_full: bool) -> RequestView:
    row = db.session.execute(_rows().where(Report.id == report_id)).one_or_none()
    if row is None:
        raise RequestNotFound
    given = db.session.get_one(RequestAnswers, report_id, populate_existing=True)
    form = fields.load(
        db.session.scalars(
            select(ServiceForm.fields).where(
                ServiceForm.item_id == given.item_id, ServiceForm.revision == given.revision
            )
        ).one()
    )
    photos = media.links_of_owners(report_policies.PHOTOS, [report_id])
    return RequestView(
        row=_row(row),
        service_code=row.code,
        revision=given.revision,
        answers=answer_views(form, given, in_full=in_full),
        photos=photos.get(report_id, []),
    )


def answer_views(form: Sequence[FormField], given: RequestAnswers, *, in_full: bool) -> list[AnswerView]:
    """The answers in the order of the form; what was left empty is left out."""
    sealed = orjson.loads(decrypt(given.sealed_cipher)) if given.sealed_cipher is not None else {}
    views = []
    for field in form:
        is_sealed = field.type in SEALED
        kept = sealed if is_sealed else given.answers
        if field.key in kept:
            text = fields.text_of(field, kept[field.key])
            shown = text if in_full or not is_sealed else fields.masked(text)
            views.append(AnswerView(field.key, field.title, field.type, shown, is_sealed))
    return views


def _services() -> Select[Any]:
    return (
        select(*(getattr(ServiceItem, name) for name in _NAMES), ServiceForm.fields, Category.needs_place)
        .join(
            ServiceForm,
            and_(ServiceForm.item_id == ServiceItem.id, ServiceForm.revision == ServiceItem.revision),
        )
        .join(Category, Category.id == ServiceItem.category_id)
    )


def _service(*row: Any) -> ServiceView:
    *columns, form, category_needs_place = row
    loaded = fields.load(form)
    named = dict(zip(_NAMES, columns, strict=True))
    return ServiceView(**named, form=loaded, needs_place=policies.needs_place(loaded, category_needs_place))


def _found(statement: Select[Any]) -> ServiceView:
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise ServiceNotFound
    return _service(*row)


def _rows() -> Select[Any]:
    return (
        select(*_REQUEST_COLUMNS)
        .join(RequestAnswers, RequestAnswers.report_id == Report.id)
        .join(ServiceItem, ServiceItem.id == RequestAnswers.item_id)
        .outerjoin(Office, Office.id == Report.office_id)
    )


def _row(row: Any) -> RequestRow:
    return RequestRow(
        id=row.id,
        number=row.number,
        service_id=row.item_id,
        service_name=row.name,
        icon=row.icon,
        state=row.state,
        state_name=report_policies.STATE_NAMES[State(row.state)],
        place_path=row.place_path,
        office_id=row.office_id,
        office_name=row.office_name or "",
        submitted_at=row.submitted_at,
        ended_at=row.ended_at,
        text=row.text,
    )
