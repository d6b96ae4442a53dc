"""Writes of proposals, within an open unit of work; menus change through the menu's own operations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from backend.actor import Actor
from backend.audit.operations import record
from backend.dates import day_text
from backend.db import db, unit
from canteen.advice.weeks import policies
from canteen.advice.weeks.drafts import Composed, Gap, portions_of
from canteen.advice.weeks.models import MenuProposal, MenuProposalLine, ProposalState
from canteen.advice.weeks.policies import Served
from canteen.advice.weeks.reading import Ground, Skipped
from canteen.menu.models import Category, Period
from canteen.menu.titles import CATEGORY_NAMES, PERIOD_NAMES


def add(actor: Actor, ground: Ground, composed: Composed, seed: int, at: datetime) -> MenuProposal:
    """Store a proposal instead of the open one of its week. The canteen must be locked."""
    unit()
    _replace_open(actor, ground.canteen_id, ground.monday, at)
    week = _served(ground, composed)
    proposal = MenuProposal(
        canteen_id=ground.canteen_id,
        monday=ground.monday,
        seed=seed,
        settings=_settings(ground),
        figures={
            "proposed": policies.figures_of(week, ground.context),
            "copied": policies.figures_of(ground.copied, ground.context),
        },
        copied_monday=ground.copied_monday,
        copied={
            f"{one.slot.served_on.isoformat()}|{one.slot.period}": [dish.dish_id for dish in one.dishes]
            for one in ground.copied
        },
        gaps=[_gap(each) for each in composed.gaps],
        skipped=[_skipped(each) for each in ground.skipped],
        made_at=at,
        made_by=actor.staff_id,
        made_by_name=actor.name,
        lines=_lines(ground, composed, week),
    )
    db.session.add(proposal)
    db.session.flush()  # Its number is recorded.
    record(
        actor,
        "canteen.week_suggested",
        "menu_proposal",
        proposal.id,
        canteen_id=ground.canteen_id,
        monday=ground.monday.isoformat(),
        seed=seed,
    )
    return proposal


def decide(
    actor: Actor, proposal: MenuProposal, state: ProposalState, at: datetime, reason: str = ""
) -> None:
    """Adopt or dismiss a locked open proposal. Raises ProposalDecided."""
    unit()
    policies.ensure_open(proposal.state)
    proposal.state = state.value
    proposal.decided_at, proposal.decided_by, proposal.decided_by_name = at, actor.staff_id, actor.name
    proposal.reason = reason


def _replace_open(actor: Actor, canteen_id: int, monday: date, at: datetime) -> None:
    standing = db.session.scalars(
        select(MenuProposal)
        .where(
            MenuProposal.canteen_id == canteen_id,
            MenuProposal.monday == monday,
            MenuProposal.state == ProposalState.OPEN.value,
        )
        .with_for_update()
    )
    for proposal in standing:
        decide(actor, proposal, ProposalState.DISMISSED, at, "已由新的建议取代")
    db.session.flush()  # One open proposal of a week at most.


def _served(ground: Ground, composed: Composed) -> list[Served]:
    dishes: dict[tuple[date, str], list[Any]] = {}
    for choice in composed.choices:
        candidate = ground.candidates[choice.dish_id]
        dishes.setdefault((choice.served_on, choice.period), []).append(candidate)
    return [Served(slot, dishes.get((slot.served_on, slot.period), [])) for slot in ground.slots]


def _lines(ground: Ground, composed: Composed, week: Sequence[Served]) -> list[MenuProposalLine]:
    portions = {
        (one.slot.served_on, one.slot.period, dish.dish_id): count
        for one in week
        for dish, count in portions_of(one.slot, one.dishes).items()
    }
    places: dict[tuple[date, str], int] = {}
    lines = []
    for choice in composed.choices:
        key = choice.served_on, choice.period
        record_, candidate = ground.context.records[choice.dish_id], ground.candidates[choice.dish_id]
        count = portions[(*key, choice.dish_id)]
        lines.append(
            MenuProposalLine(
                served_on=choice.served_on,
                period=choice.period,
                position=places.setdefault(key, 0),
                dish_id=choice.dish_id,
                cap=record_.cap,
                portions=count,
                cost_fen=None if candidate.cost_fen is None else candidate.cost_fen * count,
                left_g=None if candidate.left_g is None else candidate.left_g * count,
                cover=choice.cover,
                is_early=choice.is_early,
                reasons=policies.reasons_of(
                    record_,
                    ground.usual[record_.category],
                    ground.settings.weights,
                    ground.monday,
                    cover=choice.cover,
                    is_early=choice.is_early,
                ),
            )
        )
        places[key] += 1
    return lines


def _settings(ground: Ground) -> dict[str, Any]:
    found = asdict(ground.settings)
    variety = found.pop("variety")
    weights: Mapping[str, int] = found["weights"]
    return {**found, "weights": {**weights, "variety": variety}}


def _skipped(one: Skipped) -> dict[str, Any]:
    served_on = None if one.served_on is None else one.served_on.isoformat()
    return {"date": served_on, "period": one.period, "text": one.text}


def _gap(gap: Gap) -> dict[str, Any]:
    day = day_text(gap.served_on)
    if gap.needs:
        text = f"{day}：没有可安排的{ {'halal': '清真', 'vegetarian': '素食'}[gap.needs] }菜"
    else:
        meal, category = PERIOD_NAMES[Period(gap.period)], CATEGORY_NAMES[Category(gap.category)]
        text = f"{day}{meal}：还缺 {gap.missing} 道{category}，菜库中符合条件的不够"
    return {"date": gap.served_on.isoformat(), "period": gap.period or None, "text": text}


def chosen(
    proposal: MenuProposal, wanted: Collection[tuple[date, str]] | None
) -> dict[tuple[date, str], list[MenuProposalLine]]:
    """The lines of the meals that are wanted, or of all, by meal and in their order."""
    found: dict[tuple[date, str], list[MenuProposalLine]] = {}
    for line in sorted(proposal.lines, key=lambda one: (one.served_on, one.position)):
        if wanted is None or (line.served_on, line.period) in wanted:
            found.setdefault((line.served_on, line.period), []).append(line)
    return found
