"""Writes of the bulletins, within an open unit of work."""

from datetime import date, datetime
from typing import Any, Final

from backend.actor import Actor
from backend.documents import issuing
from backend.documents.issuing import Prints
from property.assessments.bulletins import policies
from property.assessments.errors import BulletinNotFound
from property.assessments.models import BulletinKind, ContractorBulletin, ContractorBulletinDocument

PRINTS: Final = Prints(ContractorBulletinDocument)


def hold_bulletins() -> None:
    """Let nobody else begin or publish one until the unit ends, so that numbers and versions have no gaps."""
    issuing.hold(ContractorBulletin)


def lock(bulletin_id: int) -> ContractorBulletin:
    """The bulletin, locked. Raises BulletinNotFound."""
    found = issuing.locked(ContractorBulletin, bulletin_id)
    if found is None:
        raise BulletinNotFound
    return found


def add_draft(
    actor: Actor,
    *,
    kind: BulletinKind,
    first_day: date,
    figures: dict[str, Any],
    at: datetime,
    corrects: ContractorBulletin | None = None,
    reason: str = "",
) -> ContractorBulletin:
    """A new draft; one that corrects another takes over its texts and, at publication, its number."""
    return issuing.add_draft(
        ContractorBulletin,
        actor,
        first_day=first_day,
        last_day=policies.last_day_of(kind, first_day),
        figures=figures,
        at=at,
        corrects=corrects,
        reason=reason,
        kind=kind.value,
    )


def publish(bulletin: ContractorBulletin, actor: Actor, *, at: datetime, year: int) -> None:
    """Give it its number and its hash; from the flush on it never changes. `hold_bulletins` comes first."""
    issuing.publish(bulletin, actor, at=at, year=year, hash_of=policies.content_hash)
