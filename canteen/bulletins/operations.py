"""Writes of bulletins, within an open unit of work."""

from datetime import date, datetime
from typing import Final

from backend.actor import Actor
from backend.documents import issuing
from backend.documents.issuing import Prints
from canteen.bulletins import policies
from canteen.bulletins.errors import BulletinNotFound
from canteen.bulletins.models import Bulletin, BulletinDocument, BulletinKind

PRINTS: Final = Prints(BulletinDocument, "media")


def hold_bulletins() -> None:
    """Let nobody else begin or publish a bulletin until the unit ends: numbers and versions have no gaps."""
    issuing.hold(Bulletin)


def lock(bulletin_id: int) -> Bulletin:
    """The bulletin, locked. Raises BulletinNotFound."""
    found = issuing.locked(Bulletin, bulletin_id)
    if found is None:
        raise BulletinNotFound
    return found


def add_draft(
    actor: Actor,
    *,
    kind: BulletinKind,
    first_day: date,
    figures: str,
    at: datetime,
    corrects: Bulletin | None = None,
    reason: str = "",
) -> Bulletin:
    """A new draft; one that corrects another takes over its texts and, at publication, its number."""
    return issuing.add_draft(
        Bulletin,
        actor,
        first_day=first_day,
        last_day=policies.last_day_of(kind, first_day),
        figures=figures,
        at=at,
        corrects=corrects,
        reason=reason,
        kind=kind.value,
    )


def publish(bulletin: Bulletin, actor: Actor, *, at: datetime, year: int) -> None:
    """Give it its number and its hash; from the flush on it never changes. `hold_bulletins` comes first."""
    issuing.publish(bulletin, actor, at=at, year=year, hash_of=policies.content_hash)
