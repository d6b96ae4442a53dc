"""The standard categories of reports, led to the categories of repairs that their work orders go under."""

from dataclasses import dataclass

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from feedback.categories import operations
from feedback.categories.defaults import standards
from property.categories import queries as repair_queries


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of the standard categories were new, and how many were there already."""

    created: int
    kept: int


@atomic
def load_defaults(actor: Actor) -> Loaded:
    """Add the standard categories that are not there yet; what is there stays as it is.

    Repeating it changes nothing. Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    repairs = {each.code: each.id for each in repair_queries.tree().walk()}
    wanted = standards()
    created = operations.add_standards(wanted, repairs)
    if created:
        record(actor, "feedback.categories_loaded", "report_category", 0, created=created)
        operations.changed()
    return Loaded(created, len(wanted) - created)
