"""Writes of the ledger of ratings, within an open unit of work."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from backend import clock
from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.db import table, unit
from backend.ratings import policies
from backend.ratings.errors import AlreadyRated, OwnWork
from backend.ratings.models import Rating, RatingDay, RatingScore
from backend.ratings.policies import SCORES, WHOLE
from backend.statements import insert_or_nothing

_RATING, _DAY = table(Rating), table(RatingDay)
_ADD_RATING = insert_or_nothing(
    _RATING, [column.key for column in _RATING.c if column.key != "id"], returning="id"
)
_COUNTS = [f"n{score}" for score in SCORES]
_INSERT: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(_DAY),
    "postgresql": postgresql.insert(_DAY),
}
_COUNT = {
    name: insert.on_conflict_do_update(
        index_elements=list(_DAY.primary_key),
        set_={column: _DAY.c[column] + insert.excluded[column] for column in _COUNTS},
    )
    for name, insert in _INSERT.items()
}


def rate(
    actor: Actor,
    *,
    service: str,
    subject_id: int,
    cycle: int,
    provider_kind: str,
    provider_id: int,
    served_on: date,
    scores: Mapping[str, int],
    text: str,
    handler_ids: Collection[int],
    is_anonymous: bool = True,
) -> int:
    """Add the actor's rating of what they were served, and count it; returns its id.

    The caller has proved that the actor was served, and on which day. Whatever `is_anonymous` says, no list
    names the actor. Raises InvalidScores, TextTooLong, OwnWork or AlreadyRated; LookupError for a service
    that no slice declares.
    """
    policies.ensure_scores(policies.find_service(service), scores)
    policies.ensure_text(text)
    if actor.staff_id in handler_ids:
        raise OwnWork
    connection = unit()
    provider = {"service": service, "provider_kind": provider_kind, "provider_id": provider_id}
    grade = policies.grade_of(scores)
    added = _ADD_RATING.row(
        connection,
        {
            **provider,
            "subject_id": subject_id,
            "cycle": cycle,
            "rater_id": actor.staff_id,
            "department_id": actor.department_id,
            "served_on": served_on,
            "rated_at": clock.now(),
            "grade": grade,
            "is_anonymous": is_anonymous,
            "text": text,
        },
    )
    if added is None:
        raise AlreadyRated
    rows = [{"rating_id": added[0], "dimension": code, "score": score} for code, score in scores.items()]
    connection.execute(insert(RatingScore), rows)
    _count({**provider, "served_on": served_on}, {**scores, WHOLE: grade})
    return int(added[0])


def _count(day: Mapping[str, object], scores: Mapping[str, int]) -> None:
    """Add one of each score to the rollup, in one order for everybody, so that nobody waits in a circle."""
    connection = unit()
    for dimension in sorted(scores):
        counts = {name: int(scores[dimension] == score) for name, score in zip(_COUNTS, SCORES, strict=True)}
        connection.execute(_COUNT[connection.dialect.name], {**day, "dimension": dimension, **counts})


def record_unmasking(actor: Actor, rating_id: int, reason: str, *, is_refused: bool = False) -> None:
    """Record that somebody learned who rated, or was refused, and why."""
    result = Result.REFUSED if is_refused else Result.DONE
    record(actor, "ratings.unmasked", "rating", rating_id, result=result, reason=reason)
