"""How a report comes about, within an open unit of work."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Final
from uuid import uuid4

from sqlalchemy import func, select

from backend import clock
from backend.actor import SYSTEM, Actor, Permission
from backend.db import db, unit
from backend.identity.models import Posting
from backend.media import operations as media
from backend.places import queries as places
from backend.places.errors import PlaceNotFound
from backend.places.policies import Ref
from backend.places.tree import PlaceView
from backend.rules import queries as rules
from backend.vault import encrypt
from feedback.categories import queries as categories
from feedback.categories.models import DeadlineClass, Kind
from feedback.categories.queries import CategoryView
from feedback.categories.titles import KIND_NAMES
from feedback.deadlines import operations as deadlines
from feedback.moderation import operations as moderation
from feedback.reports import assigning, moving, policies, queries, rollups, sealing, telling
from feedback.reports.errors import (
    NotAnonymous,
    PhotoNeeded,
    PlaceNeeded,
    PlaceUnknown,
    TextNeeded,
    TooManyOpen,
    TooManyPhotos,
    TooManyToday,
)
from feedback.reports.messages import DANGER_SUBMITTED, SUBMITTED
from feedback.reports.models import Origin, Report, State
from feedback.reports.policies import Step
from feedback.reports.rules import MOST_A_DAY, MOST_OPEN

THE_ACTOR: Final = -1


def raise_report(
    actor: Actor,
    *,
    origin: Origin,
    category_id: int,
    category: CategoryView | None = None,
    place: Ref | None = None,
    position: tuple[int, int] | None = None,
    text: str,
    photo_ids: Sequence[int] = (),
    is_anonymous: bool = False,
    is_wall_consented: bool = False,
    reporter_id: int | None = THE_ACTOR,
    contact: str = "",
    contact_phone: str = "",
    office_id: int | None = None,
    follows_id: int | None = None,
    at: datetime | None = None,
) -> Report:
    """A new report, its clocks started, on its way to be checked, the desk told.

    `position` is in micro-degrees. The reporter is the actor, somebody else of the roster, or (None) somebody
    from outside. With an office it goes there at once, by the system, which is no response. `category` saves
    reading it again, to a caller who has checked that it is in use. Whether the actor may, and how many are
    allowed, is the caller's business. Raises DemandCategoryNotFound, DemandCategoryInactive, PlaceNeeded,
    PlaceUnknown, PhotoNeeded, TooManyPhotos, TextNeeded, NotAnonymous or PhotoNotFound.
    """
    unit()
    now = at or clock.now()
    filed = category or categories.leaf(category_id)
    photos = list(dict.fromkeys(photo_ids))
    staff_id = actor.staff_id if reporter_id == THE_ACTOR else reporter_id
    _ensure_complete(filed, text, photos, has_place=place is not None or position is not None)
    if is_anonymous and (not filed.may_be_anonymous or not staff_id):
        raise NotAnonymous
    report = Report(
        number=uuid4().hex[:20],  # Until the identifier is known.
        kind=filed.kind,
        origin=origin.value,
        category_id=filed.id,
        deadline=filed.deadline,
        contact="" if is_anonymous else contact,
        contact_phone_cipher=encrypt(contact_phone) if contact_phone and not is_anonymous else None,
        text=text.strip(),
        is_wall_consented=is_wall_consented and filed.is_wall_allowed,
        state=State.PENDING.value,
        cycle=0,
        revision=0,
        follows_id=follows_id,
        submitted_at=now,
        unhidden_state="",
        reply="",
        outcome="",
        is_lapsed=False,
        **dict.fromkeys(("followers", "transfers", "extensions", "reopenings", "reminders"), 0),
    )
    _put(report, _found(place), position)
    _name(actor, report, staff_id, is_anonymous=is_anonymous)
    _enter(actor, report, photos, now)
    moderation.submit(
        policies.PHOTOS,
        report.id,
        texts=[report.text],
        photo_ids=photos,
        author_id=None if is_anonymous else staff_id or None,
        campus_id=report.campus_id,
        building_id=report.building_id,
    )
    if office_id is not None:
        _hand_over(report, office_id, now)
    else:
        _tell_desk(actor, report)
    return report


def _enter(actor: Actor, report: Report, photo_ids: Sequence[int], now: datetime) -> None:
    """Write a new report with its number, the first entry of its timeline, photos, clocks and sums."""
    db.session.add(report)
    db.session.flush()  # Its number, event, photos and clocks name it.
    report.number = policies.number_of(report.id, clock.local(now).strftime("%Y%m%d"))
    moving.note(actor, report, Step.SUBMIT, at=now)
    is_unnamed = sealing.acting(actor, report) is sealing.UNNAMED
    for order, photo_id in enumerate(photo_ids):
        media.attach(actor, photo_id, policies.PHOTOS, report.id, position=order, is_unnamed=is_unnamed)
    deadlines.start(report.id, report.cycle, deadline=DeadlineClass(report.deadline), at=now)
    rollups.add(report)
    sealing.record(actor, report, "feedback.report_submitted", number=report.number, origin=report.origin)


def ensure_within_quota(staff_id: int, now: datetime) -> None:
    """Raise TooManyOpen or TooManyToday if somebody has submitted as much as one may, named or not."""
    own = Report.reporter_key == sealing.key_of(staff_id)
    today = Report.submitted_at >= clock.at_local(clock.local(now).date(), time.min)
    open_now, of_today = db.session.execute(
        select(
            select(func.count()).select_from(Report).where(own, queries.IS_OPEN_REPORT).scalar_subquery(),
            select(func.count()).select_from(Report).where(own, today).scalar_subquery(),
        )
    ).one()
    if open_now >= (limit := rules.value(MOST_OPEN)):
        raise TooManyOpen(open=open_now, limit=limit)
    if of_today >= (limit := rules.value(MOST_A_DAY)):
        raise TooManyToday(count=of_today, limit=limit)


def _ensure_complete(category: CategoryView, text: str, photos: Sequence[int], *, has_place: bool) -> None:
    if not text.strip():
        raise TextNeeded
    if category.needs_place and not has_place:
        raise PlaceNeeded
    if category.needs_photo and not photos:
        raise PhotoNeeded
    if len(photos) > policies.MOST_PHOTOS:
        raise TooManyPhotos(most=policies.MOST_PHOTOS)


def _found(place: Ref | None) -> PlaceView | None:
    if place is None:
        return None
    try:
        found = places.find_place(place)
    except PlaceNotFound as error:
        raise PlaceUnknown from error
    if not found.is_in_use:
        raise PlaceUnknown
    return found


def _put(report: Report, place: PlaceView | None, position: tuple[int, int] | None) -> None:
    if place is not None:
        report.place_kind, report.place_id = place.kind.value, place.id
        report.place_path = place.path[:200]
    else:
        report.place_path = ""
    report.campus_id = place.campus_id if place is not None else 0
    report.building_id = place.building_id if place is not None else 0
    report.latitude_e6, report.longitude_e6 = position or (None, None)


def _name(actor: Actor, report: Report, staff_id: int | None, *, is_anonymous: bool) -> None:
    report.is_anonymous = is_anonymous
    report.reporter_key = sealing.key_of(staff_id) if staff_id else None
    if is_anonymous and staff_id:
        report.reporter_cipher = sealing.sealed(staff_id)
    elif staff_id:
        report.reporter_id = staff_id
        report.department_id = _department_of(actor, staff_id)


def _department_of(actor: Actor, staff_id: int) -> int | None:
    """The reporter's department of this moment."""
    if staff_id == actor.staff_id:
        return actor.department_id or None
    return db.session.scalar(
        select(Posting.department_id).where(Posting.staff_id == staff_id, Posting.is_primary)
    )


def _hand_over(report: Report, office_id: int, now: datetime) -> None:
    moving.move(SYSTEM, report, Step.ACCEPT, at=now)
    assigning.give(SYSTEM, report, office_id, at=now)
    telling.tell_office(report, SUBMITTED, event="submitted", of_kind=KIND_NAMES[Kind(report.kind)])


def _tell_desk(actor: Actor, report: Report) -> None:
    # An unnamed one is told to everybody of the desk: whoever is left out would be its reporter.
    but = 0 if report.is_anonymous else actor.staff_id
    if report.deadline == DeadlineClass.DANGER:
        telling.tell_holders(report, DANGER_SUBMITTED, Permission.REPORTS_TRIAGE, event="submitted", but=but)
    else:
        name = KIND_NAMES[Kind(report.kind)]
        telling.tell_holders(
            report, SUBMITTED, Permission.REPORTS_TRIAGE, event="submitted", but=but, of_kind=name
        )
