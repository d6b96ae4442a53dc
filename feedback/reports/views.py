"""One report with all that its reader may see of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.identity.models import Staff
from backend.identity.policies import mask_phone
from backend.media import queries as media
from backend.media.links import PhotoLinks
from backend.rules import queries as rules
from backend.vault import decrypt
from feedback.deadlines import queries as clock_queries
from feedback.moderation import queries as moderation
from feedback.moderation.queries import Standing as Moderated
from feedback.reports import listing, people, policies, sealing
from feedback.reports.errors import ReportNotFound
from feedback.reports.listing import ReportRow, Sight
from feedback.reports.models import Report, ReportEvent, State
from feedback.reports.policies import Standing, Step, Verb
from feedback.reports.rules import REOPEN_DAYS

# Whose words are for everybody who may see it. What is said otherwise is between its reporter and those who
# handle it: a note to them, or why something was hidden.
_FOR_ALL: Final = frozenset({Step.REJECT, Step.REPLY, Step.EXTEND, Step.SUSPEND, Step.PROGRESS})


@dataclass(frozen=True, slots=True)
class EventView:
    """One entry of the timeline; who did it is told to its reporter and to those who work on it."""

    id: int
    at: datetime
    cycle: int
    step: str
    step_name: str
    from_state: str
    to_state: str
    actor_name: str
    text: str
    is_public: bool
    photos: Sequence[PhotoLinks]


@dataclass(frozen=True, slots=True)
class Related:
    """Another report that this one has to do with."""

    id: int
    number: str
    state: str
    text: str
    submitted_at: datetime

    @property
    def state_name(self) -> str:
        """待审核 …"""
        return policies.STATE_NAMES[State(self.state)]


@dataclass(frozen=True, slots=True)
class ReportView(ReportRow):
    """All of a report that one may see. `contact_phone` is masked, and for those who work on it."""

    reply: str
    contact_phone: str
    timeline: Sequence[EventView]
    public_photos: Sequence[PhotoLinks]
    master: Related | None
    follows: Related | None
    duplicates: Sequence[Related]
    moderation: Moderated | None
    reopens_until: datetime | None
    can: Sequence[Verb]


def get_report(actor: Actor, report_id: int) -> ReportView:
    """A report that the actor may know of; at most fifteen statements. Raises ReportNotFound."""
    return _view(actor, report_id)


def view(actor: Actor, report: Report) -> ReportView:
    """What the actor sees of a report that they have just done something with, in the open unit."""
    db.session.flush()  # The view reads what was added.
    return _view(actor, report.id)


def row(actor: Actor, report: Report) -> ReportRow:
    """A new report as its reporter's list shows it, in the open unit; to others as the desk's."""
    db.session.flush()  # The row reads what was added.
    sight = Sight.OWN if sealing.is_reporter(actor, report) else Sight.STAFF
    return listing.rows_of(actor, listing.rows().where(Report.id == report.id), sight)[0]


def phone_of(report: Report, own_cipher: bytes | None) -> str:
    """The number under which to reach a named reporter, or "": what was written down, else the roster's."""
    if report.is_anonymous:
        return ""
    cipher = report.contact_phone_cipher or own_cipher
    return decrypt(cipher) if cipher else ""


def _view(actor: Actor, report_id: int) -> ReportView:
    statement = listing.rows().add_columns(Staff.phone_cipher).where(Report.id == report_id)
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise ReportNotFound
    *columns, own_cipher = found
    report: Report = columns[0]
    who = people.standing(actor, report)
    if not who.is_visible:
        raise ReportNotFound
    sight = _sight(who)
    public_photos = _photos(policies.PHOTOS_PUBLIC, report)
    photos = public_photos if sight is Sight.PUBLIC else _photos(policies.PHOTOS, report)
    now = clock.now()
    row = listing.row_of(
        columns,
        sight,
        own_key=sealing.key_of(actor.staff_id),
        clocks=clock_queries.clocks_of([report.id]),
        photos={report.id: photos},
        followed={report.id} if who.is_follower else (),
        now=now,
    )
    phone = phone_of(report, own_cipher) if who.is_staff else ""
    related = _related(report, who)
    reopens_until = _reopens_until(report, who)
    return ReportView(
        **{each.name: getattr(row, each.name) for each in fields(row)},
        reply=report.reply,
        contact_phone=mask_phone(phone) if phone else "",
        timeline=_timeline(report, who),
        public_photos=public_photos,
        master=related.get("master", [None])[0],
        follows=related.get("follows", [None])[0],
        duplicates=related.get("duplicates", []),
        moderation=moderation.standing(policies.PHOTOS, report.id) if who.is_staff else None,
        reopens_until=reopens_until,
        can=policies.verbs(
            report,
            who,
            may_reopen=reopens_until is not None and now < reopens_until,
            may_be_shown=row.is_wall_allowed and report.is_wall_consented,
            has_phone=bool(phone),
        ),
    )


def _sight(who: Standing) -> Sight:
    if who.is_staff:
        return Sight.STAFF
    return Sight.OWN if who.is_reporter else Sight.PUBLIC


def _photos(kind: str, report: Report) -> Sequence[PhotoLinks]:
    """The photos; of what is hidden, none."""
    if report.state == State.HIDDEN:
        return ()
    return media.links_of_owners(kind, [report.id]).get(report.id, [])


def _timeline(report: Report, who: Standing) -> list[EventView]:
    statement = select(ReportEvent).where(ReportEvent.report_id == report.id).order_by(ReportEvent.id)
    if not who.is_staff:
        statement = statement.where(ReportEvent.is_public)
    events = db.session.scalars(statement).all()
    is_insider = who.is_staff or who.is_reporter
    with_photos = [event.id for event in events] if is_insider and report.state != State.HIDDEN else []
    photos = media.links_of_owners(policies.PHOTOS_NOTE, with_photos)
    return [
        EventView(
            id=event.id,
            at=event.at,
            cycle=event.cycle,
            step=event.step,
            step_name=policies.STEP_NAMES[Step(event.step)],
            from_state=event.from_state,
            to_state=event.to_state,
            actor_name=event.actor_name if is_insider else "",
            text=event.text if is_insider or event.step in _FOR_ALL else "",
            is_public=event.is_public,
            photos=photos.get(event.id, []),
        )
        for event in events
    ]


def _related(report: Report, who: Standing) -> Mapping[str, list[Any]]:
    """The master, what it follows, and its duplicates, as far as the reader may know; one statement.

    A master is somebody else's report: to its duplicate's reporter it is a number and a state. Duplicates are
    for those who work on them alone.
    """
    if not (who.is_staff or who.is_reporter):
        return {}
    ids = [each for each in (report.master_id, report.follows_id) if each is not None]
    wanted: list[ColumnElement[bool]] = [Report.id.in_(ids)] if ids else []
    if who.is_staff:
        wanted.append(Report.master_id == report.id)
    if not wanted:
        return {}
    found: dict[str, list[Any]] = defaultdict(list)
    for other in db.session.scalars(select(Report).where(or_(*wanted)).order_by(Report.id)):
        is_own = other.id == report.follows_id
        text = policies.excerpt(other.text) if who.is_staff or is_own else listing.shared_text(other)
        related = Related(other.id, other.number, other.state, text, other.submitted_at)
        if other.master_id == report.id:
            found["duplicates"].append(related)
        if other.id == report.master_id:
            found["master"].append(related)
        if is_own:
            found["follows"].append(related)
    return found


def _reopens_until(report: Report, who: Standing) -> datetime | None:
    if not who.is_reporter or report.state not in policies.DONE or report.replied_at is None:
        return None
    return report.replied_at + timedelta(days=rules.value(REOPEN_DAYS))
