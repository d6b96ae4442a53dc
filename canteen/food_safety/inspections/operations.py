"""Deletion of what has been kept long enough, within an open unit of work."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import delete, select

from backend.db import unit
from backend.media import operations as media_operations
from backend.media import queries as media_queries
from canteen.food_safety.hygiene.checks.policies import PHOTO_OWNER as ANSWER
from canteen.food_safety.hygiene.cleaning.policies import PHOTO_OWNER as RECORD
from canteen.food_safety.hygiene.models import Check, ChecklistAnswer, CleaningRecord

_AT_ONCE: Final = 500


def delete_cleaning(ids: Sequence[int]) -> None:
    """Delete records of cleaning and let go of their photos."""
    for some in _batches(ids):
        _detach(RECORD, some)
        unit().execute(delete(CleaningRecord).where(CleaningRecord.id.in_(some)))


def delete_checks(ids: Sequence[int]) -> None:
    """Delete checklists with their answers and let go of their photos."""
    for some in _batches(ids):
        answers = unit().execute(select(ChecklistAnswer.id).where(ChecklistAnswer.check_id.in_(some)))
        for part in _batches([row[0] for row in answers]):
            _detach(ANSWER, part)
        unit().execute(delete(ChecklistAnswer).where(ChecklistAnswer.check_id.in_(some)))
        unit().execute(delete(Check).where(Check.id.in_(some)))


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _detach(owner_kind: str, owner_ids: Sequence[int]) -> None:
    # Few records have a photo: who has one is found at once, and let go of one by one.
    for owner_id in media_queries.links_of_owners(owner_kind, owner_ids, including_hidden=True):
        media_operations.detach(owner_kind, owner_id)


DELETES: Final[Mapping[str, Callable[[Sequence[int]], None]]] = {
    "cleaning": delete_cleaning,
    "checklists": delete_checks,
}
