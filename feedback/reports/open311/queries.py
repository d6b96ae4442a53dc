"""Reads for Open311: the categories as services, and of reports what the wall shows of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from backend import clock
from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.config import settings
from backend.db import db
from backend.rules import queries as rules
from feedback.categories import queries as categories
from feedback.categories.models import Category, Kind
from feedback.categories.queries import CategoryView
from feedback.categories.titles import KIND_NAMES
from feedback.reports import listing
from feedback.reports.exhibits import Publication
from feedback.reports.listing import ReportRow, Sight
from feedback.reports.models import Origin, Report, State
from feedback.reports.open311 import policies
from feedback.reports.open311.errors import Open311Closed, RequestUnknown, ServiceUnknown
from feedback.reports.open311.models import ClientKey, Submission
from feedback.reports.open311.policies import Search, Status
from feedback.reports.open311.rules import IS_OPEN
from feedback.reports.queries import IS_PUBLISHED

# 微管家's services have forms of their own, which Open311 does not send.
_KINDS: Final = frozenset({Kind.SNAP, Kind.COMPLAINT, Kind.SUGGESTION})


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as those who manage it see it; the key itself is known to its client alone."""

    id: int
    name: str
    is_active: bool
    created_at: datetime
    created_by_name: str
    revoked_at: datetime | None
    submissions: int


def ensure_open() -> None:
    """Raise Open311Closed if the interface is switched off."""
    if not rules.value(IS_OPEN):
        raise Open311Closed


def services() -> list[dict[str, Any]]:
    """The categories in use."""
    return [_service(each) for each in categories.list_active() if each.kind in _KINDS]


def service(code: str) -> CategoryView:
    """A category in use by its code. Raises ServiceUnknown."""
    found = next((each for each in categories.list_active() if each.code == code), None)
    if found is None or found.kind not in _KINDS:
        raise ServiceUnknown(service_code=code[:40])
    return found


def definition(code: str) -> dict[str, Any]:
    """What a service asks beside the usual: nothing. Raises ServiceUnknown."""
    return {"service_code": service(code).code, "attributes": []}


def requests(search: Search) -> list[dict[str, Any]]:
    """The published reports that a search asks for, the newest first."""
    statement = _published()
    if search.numbers:
        statement = statement.where(Report.number.in_(search.numbers))
    else:
        statement = statement.where(Report.submitted_at >= search.since, Report.submitted_at < search.until)
        if search.codes:
            statement = statement.where(Category.code.in_(search.codes))
        if search.status is not None:
            is_closed = Report.state == State.CLOSED.value
            statement = statement.where(is_closed if search.status is Status.CLOSED else ~is_closed)
    statement = statement.order_by(Report.submitted_at.desc(), Report.id.desc())
    statement = statement.limit(search.page_size).offset((search.page - 1) * search.page_size)
    return [_request(row, search.is_extended) for row in _rows(statement)]


def request(number: str, *, is_extended: bool = False) -> dict[str, Any]:
    """One published report. Raises RequestUnknown."""
    rows = _rows(_published().where(Report.number == number))
    if not rows:
        raise RequestUnknown
    return _request(rows[0], is_extended)


def list_keys(actor: Actor) -> list[KeyView]:
    """Every key, the newest first, with how many reports it sent. Raises Forbidden."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    counted = select(func.count()).where(Submission.key_id == ClientKey.id).scalar_subquery()
    rows = db.session.execute(
        select(ClientKey, counted).order_by(ClientKey.id.desc()).execution_options(populate_existing=True)
    )
    return [key_view(row, count) for row, count in rows]


def key_view(row: ClientKey, submissions: int = 0) -> KeyView:
    """A key as those who manage it see it."""
    return KeyView(
        row.id,
        row.name,
        row.revoked_at is None,
        row.created_at,
        row.created_by_name,
        row.revoked_at,
        submissions,
    )


def count_sent(key_id: int, begins_at: datetime) -> int:
    """How many reports a key has sent since an instant."""
    sent = select(func.count()).where(Submission.key_id == key_id, Submission.at >= begins_at)
    return db.session.scalar(sent.select_from(Submission)) or 0


def _published() -> Any:
    """What a person put on the wall and nobody hid since."""
    return listing.rows().where(IS_PUBLISHED, Publication.id.is_not(None))


def _rows(statement: Any) -> list[ReportRow]:
    return listing.rows_of(SYSTEM, statement, Sight.PUBLIC)


def _service(category: CategoryView) -> dict[str, Any]:
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": category.hint,
        "metadata": False,
        "type": "realtime",
        "keywords": ",".join(category.words),
        "group": KIND_NAMES[category.kind],
    }


def _request(row: ReportRow, is_extended: bool) -> dict[str, Any]:
    """The fields of GeoReport v2.

    Where a person stood is told no more exactly than the wall does; a client program's position is.
    """
    report = row.report
    is_outside = report.origin == Origin.OPEN311 and report.latitude_e6 is not None
    moved = [at for at in (report.replied_at, report.ended_at, report.published_at) if at is not None]
    place = row.place
    found: dict[str, Any] = {
        "service_request_id": report.number,
        "status": policies.status_of(report.state).value,
        "status_notes": f"{row.state_name}（{row.outcome_name}）" if row.outcome_name else row.state_name,
        "service_name": row.category.name,
        "service_code": row.category.code,
        "description": row.public_text,
        "agency_responsible": row.office.name if row.office is not None else None,
        "service_notice": row.due_text or None,
        "requested_datetime": told(report.submitted_at),
        "updated_datetime": told(max(moved, default=report.submitted_at)),
        "expected_datetime": told(row.due_at),
        "address": place.path if place is not None else None,
        "address_id": f"{place.kind}:{place.id}" if place is not None and place.kind else None,
        "zipcode": None,
        "lat": (report.latitude_e6 or 0) / 1e6 if is_outside else None,
        "long": (report.longitude_e6 or 0) / 1e6 if is_outside else None,
        "media_url": f"{settings().public_url.rstrip('/')}{row.photos[0].full}" if row.photos else None,
    }
    if is_extended:
        found["extended_attributes"] = {
            "state": report.state,
            "state_name": row.state_name,
            "kind": report.kind,
            "kind_name": row.kind_name,
            "outcome": report.outcome or None,
            "reopenings": report.reopenings,
            "followers": report.followers,
        }
    return found


def told(at: datetime | None) -> str | None:
    """`2026-11-23T09:00:00+08:00`."""
    return clock.local(at).isoformat(timespec="seconds") if at is not None else None
