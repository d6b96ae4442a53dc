"""Use cases of the yearly plans."""

import secrets
from collections.abc import Mapping

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic
from backend.rules import queries as rule_queries
from canteen.evaluation.spot_checks import drawing, operations, plans, policies
from canteen.evaluation.spot_checks.drawing import Terms
from canteen.evaluation.spot_checks.errors import NamedUnitUnknown, NothingToDraw, PlanExists
from canteen.evaluation.spot_checks.plans import PlanView
from canteen.evaluation.spot_checks.rules import PERCENT, YEARS
from canteen.evaluation.units import operations as unit_operations
from canteen.evaluation.units import queries as unit_queries


@atomic
def draw_plan(
    actor: Actor,
    *,
    year: int,
    seen_version: int,
    seed: str = "",
    seed_source: str = "",
    reason: str = "",
    named: Mapping[int, str] | None = None,
) -> PlanView:
    """Draw the units of a year, or draw them again with a reason.

    `seen_version` is the version that the actor knew of, 0 for none: of two who draw at the same time one is
    refused. Without a seed one is made. `named` are units that are in anyhow, with the reason of each.
    Raises Forbidden, PlanYearClosed, PlanExists, PlanReasonNeeded, NothingToDraw or NamedUnitUnknown.
    """
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    policies.ensure_year(year, clock.today())
    standing = plans.current_plan(year)
    latest = standing.version if standing is not None else 0
    if latest != seen_version:
        raise PlanExists(year=year, version=latest)
    policies.ensure_reason(latest + 1, reason)
    now = clock.now()
    unit_operations.ensure_own_canteens(at=now)
    units = unit_queries.active_units()
    if not units:
        raise NothingToDraw
    notes = named or {}
    strange = set(notes) - {each.id for each in units}
    if strange:
        raise NamedUnitUnknown(code="、".join(map(str, sorted(strange))))
    terms = Terms(
        year=year,
        seed=seed or secrets.token_hex(16),
        percent=rule_queries.value(PERCENT),
        years=rule_queries.value(YEARS),
        first_year=plans.first_year(year),
    )
    lots = drawing.draw([candidate for _, candidate in plans.candidates(units, year, notes)], terms)
    plan = operations.keep_plan(
        actor,
        terms,
        lots,
        {each.code: each for each in units},
        version=latest + 1,
        seed_source=seed_source or ("人工录入" if seed else "系统随机生成"),
        reason=reason,
        notes=notes,
        at=now,
    )
    return plans.get_plan(actor, plan.id)
