"""Use cases of the ledger of ratings. Rating itself is a use case of the slice that renders the service."""

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import aside, atomic
from backend.ratings import operations, policies, queries
from backend.ratings.errors import RaterSealed
from backend.ratings.queries import Difference, Rater


def unmask(actor: Actor, *, rating_id: int, reason: str) -> Rater:
    """Tell who rated, to somebody who has to know; recorded.

    Raises Forbidden or RatingNotFound; RaterSealed, which is recorded, too, where raters may be unnamed
    reporters: `reports.seals` opens those, with two persons.
    """
    try:
        return _unmask(actor, rating_id, reason)
    except RaterSealed:
        _record_refusal(actor, rating_id, reason)
        raise


@atomic
def _unmask(actor: Actor, rating_id: int, reason: str) -> Rater:
    ensure_everywhere(actor, Permission.IDENTITY_UNMASK)
    policies.ensure_unmaskable(policies.find_service(queries.service_of(rating_id)))
    rater = queries.find_rater(rating_id)
    operations.record_unmasking(actor, rating_id, reason)
    return rater


@aside
def _record_refusal(actor: Actor, rating_id: int, reason: str) -> None:
    # In a unit of its own: the refusal has rolled the other one back.
    operations.record_unmasking(actor, rating_id, reason, is_refused=True)


def reconcile() -> list[Difference]:
    """Prove that the rollup is what the ledger makes of it; each difference."""
    return queries.differences()
