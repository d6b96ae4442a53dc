"""Reads of bulletins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Select, select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.documents import issuing
from backend.paging import Page, paginate
from backend.rules import queries as rules
from canteen.bulletins import figures, gathering, policies
from canteen.bulletins.errors import BulletinNotFound
from canteen.bulletins.figures import Change, Figures
from canteen.bulletins.models import Bulletin, BulletinDocument, BulletinKind, BulletinState, Media
from canteen.bulletins.rules import DRAFTER_MAY_PUBLISH


@dataclass(frozen=True, slots=True)
class BulletinView:
    """A bulletin as it is read. `superseded_by` is the published version that corrects it."""

    bulletin: Bulletin
    superseded_by: int | None
    can: frozenset[str]

    @property
    def figures(self) -> Figures:
        """What was frozen into it, read anew each time: a list of bulletins needs none of it."""
        return figures.load(self.bulletin.figures)

    @property
    def frozen(self) -> Any:
        """The same as plain JSON data."""
        return orjson.loads(self.bulletin.figures)

    @property
    def abilities(self) -> list[str]:
        """What the actor may do, in order."""
        return sorted(self.can)

    @property
    def kind(self) -> BulletinKind:
        """Monthly or quarterly."""
        return BulletinKind(self.bulletin.kind)

    @property
    def state(self) -> BulletinState:
        """How it stands."""
        return BulletinState(self.bulletin.state)

    @property
    def period(self) -> str:
        """`2026-11`, `2026-Q4`."""
        return policies.period_code(self.kind, self.bulletin.first_day)

    @property
    def period_name(self) -> str:
        """`2026年第四季度`."""
        return policies.period_name(self.kind, self.bulletin.first_day)

    @property
    def title(self) -> str:
        """Its heading."""
        return policies.title_of(self.kind, self.bulletin.first_day)

    @property
    def issue_no(self) -> str:
        """`〔2026〕第4期`, or nothing yet."""
        return issuing.issue_no(self.bulletin)


def page_published(actor: Actor, *, kind: BulletinKind | None = None, page: int, page_size: int) -> Page:
    """What is published, as `BulletinView`s, the latest first. Everybody may read it."""
    statement = select(Bulletin).where(Bulletin.state == BulletinState.PUBLISHED.value)
    if kind is not None:
        statement = statement.where(Bulletin.kind == kind.value)
    return _page(actor, statement.order_by(Bulletin.published_at.desc(), Bulletin.id.desc()), page, page_size)


def page_all(
    actor: Actor,
    *,
    state: BulletinState | None = None,
    kind: BulletinKind | None = None,
    page: int,
    page_size: int,
) -> Page:
    """Bulletins in every state, the latest period first. Raises Forbidden."""
    ensure_everywhere(actor, Permission.BULLETINS_READ)
    statement = select(Bulletin)
    if state is not None:
        statement = statement.where(Bulletin.state == state.value)
    if kind is not None:
        statement = statement.where(Bulletin.kind == kind.value)
    return _page(actor, statement.order_by(Bulletin.last_day.desc(), Bulletin.id.desc()), page, page_size)


def find(actor: Actor, bulletin_id: int) -> BulletinView:
    """A bulletin that the actor may see. Raises BulletinNotFound."""
    return view(actor, policies.ensure_may_see(actor, db.session.get(Bulletin, bulletin_id)))


def find_published(actor: Actor, bulletin_id: int) -> BulletinView:
    """A published one. Raises BulletinNotFound."""
    found = find(actor, bulletin_id)
    if found.state is not BulletinState.PUBLISHED:
        raise BulletinNotFound
    return found


def find_managed(actor: Actor, bulletin_id: int) -> BulletinView:
    """One in whatever state, for those who work on them. Raises Forbidden or BulletinNotFound."""
    ensure_everywhere(actor, Permission.BULLETINS_READ)
    return find(actor, bulletin_id)


def exported(actor: Actor, bulletin_id: int) -> dict[str, Any]:
    """A published bulletin as data: `hash` is the SHA-256 of `content` with sorted keys, without spaces.

    Raises BulletinNotFound.
    """
    found = find_published(actor, bulletin_id).bulletin
    return {"hash": found.content_hash, "content": policies.content_of(found)}


def view(actor: Actor, bulletin: Bulletin) -> BulletinView:
    """One bulletin as the actor reads it."""
    return _views(actor, [bulletin])[0]


def latest(kind: BulletinKind, first_day: date) -> Bulletin | None:
    """The latest version of a period's bulletin, in whatever state."""
    found: Bulletin | None = db.session.scalars(
        select(Bulletin)
        .where(Bulletin.kind == kind.value, Bulletin.first_day == first_day)
        .order_by(Bulletin.version.desc())
        .limit(1)
    ).first()
    return found


def changes(actor: Actor, bulletin_id: int) -> list[Change]:
    """What would read otherwise if the figures were taken again now. Raises BulletinNotFound, Forbidden."""
    ensure_everywhere(actor, Permission.BULLETINS_READ)
    found = find(actor, bulletin_id)
    return figures.changes(found.figures, gathering.take(found.kind, found.bulletin.first_day))


def unprinted(limit: int) -> list[tuple[int, Media]]:
    """Documents of published bulletins that nobody has printed yet."""
    published = select(Bulletin.id).where(Bulletin.state == BulletinState.PUBLISHED.value)
    ids = db.session.scalars(published.order_by(Bulletin.id)).all()
    rows = db.session.execute(select(BulletinDocument.bulletin_id, BulletinDocument.media)).all()
    known = {(row.bulletin_id, row.media) for row in rows}
    missing = [(each, media) for each in ids for media in Media if (each, media.value) not in known]
    return missing[:limit]


def _page(actor: Actor, statement: Select[Bulletin], page: int, page_size: int) -> Page:
    found = paginate(statement, page=page, page_size=page_size)
    return Page(_views(actor, found.rows), found.total, found.page, found.page_size)


def _views(actor: Actor, bulletins: Sequence[Bulletin]) -> list[BulletinView]:
    corrected = _corrected_by(each.id for each in bulletins)
    drafter_may = rules.value(DRAFTER_MAY_PUBLISH)
    return [
        BulletinView(
            bulletin=each,
            superseded_by=_published(corrected.get(each.id)),
            can=_can(actor, each, each.id in corrected, drafter_may=drafter_may),
        )
        for each in bulletins
    ]


def _corrected_by(ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """By the id of a version, the one that corrects it and its state."""
    rows = db.session.execute(
        select(Bulletin.corrects_id, Bulletin.id, Bulletin.state).where(Bulletin.corrects_id.in_(list(ids)))
    )
    return {corrects: (each, state) for corrects, each, state in rows if corrects is not None}


def _published(found: tuple[int, str] | None) -> int | None:
    return found[0] if found is not None and found[1] == BulletinState.PUBLISHED.value else None


def _can(actor: Actor, bulletin: Bulletin, is_corrected: bool, *, drafter_may: bool) -> frozenset[str]:
    """What the actor may do with it now: edit, submit, discard, return, publish, correct."""
    manages = actor.reach(Permission.BULLETINS_MANAGE).everywhere
    publishes = actor.reach(Permission.BULLETINS_PUBLISH).everywhere
    state = BulletinState(bulletin.state)
    found = set()
    if manages and state in policies.EDITABLE:
        found |= {"edit", "discard"}
        if bulletin.last_day < clock.today():
            found.add("submit")
    if manages and state is BulletinState.PUBLISHED and not is_corrected:
        found.add("correct")
    if publishes and state is BulletinState.SUBMITTED:
        found.add("return")
        if drafter_may or actor.staff_id not in (bulletin.drafted_by, bulletin.submitted_by):
            found.add("publish")
    return frozenset(found)
