"""Use cases of the ledger of ratings. Rating itself is a use case of the slice that renders the service."""

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic
from backend.ratings import operations, queries
from backend.ratings.queries import Difference, Rater


@atomic
def unmask(actor: Actor, *, rating_id: int, reason: str) -> Rater:
    """Tell who rated, to somebody who has to know; recorded. Raises Forbidden or RatingNotFound."""
    ensure_everywhere(actor, Permission.IDENTITY_UNMASK)
    rater = queries.find_rater(rating_id)
    operations.record_unmasking(actor, rating_id, reason)
    return rater


def reconcile() -> list[Difference]:
    """Prove that the rollup is what the ledger makes of it; each difference."""
    return queries.differences()
