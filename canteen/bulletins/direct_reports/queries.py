"""Reads of direct reports."""

from datetime import datetime
from functools import cache
from importlib.resources import files

from sqlalchemy import select

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.paging import Page, paginate
from canteen.bulletins.direct_reports.models import DirectReport, ReceivedReport, ReportState


@cache
def schema() -> bytes:
    """The JSON Schema of a report, as other sides read it."""
    return files(__package__).joinpath("waste-report.schema.json").read_bytes()


def page_reports(actor: Actor, *, page: int, page_size: int) -> Page:
    """What was or is to be sent, the latest first. Raises Forbidden."""
    ensure_everywhere(actor, Permission.BULLETINS_READ)
    return paginate(select(DirectReport).order_by(DirectReport.id.desc()), page=page, page_size=page_size)


def due(at: datetime, limit: int) -> list[tuple[int, bytes]]:
    """The reports to be sent by now, with their bytes, the oldest first."""
    rows = db.session.execute(
        select(DirectReport.id, DirectReport.payload)
        .where(DirectReport.state == ReportState.WAITING.value, DirectReport.next_attempt_at <= at)
        .order_by(DirectReport.next_attempt_at, DirectReport.id)
        .limit(limit)
    )
    return [(each, payload.encode()) for each, payload in rows]


def received(unit_id: int, period: str) -> list[ReceivedReport]:
    """What a unit's platform reported of a period, the newest version first."""
    statement = (
        select(ReceivedReport)
        .where(ReceivedReport.unit_id == unit_id, ReceivedReport.period == period)
        .order_by(ReceivedReport.version.desc())
    )
    return list(db.session.scalars(statement))


def of_bulletin(bulletin_id: int) -> DirectReport | None:
    """The report that a bulletin made, if it was sent on."""
    return db.session.scalars(
        select(DirectReport).where(DirectReport.bulletin_id == bulletin_id)
    ).one_or_none()
