"""Use cases of suggested weeks: suggest, adopt, dismiss. Nothing here publishes anything."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.dates import day_text
from backend.db import atomic, db
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Calendar
from canteen.advice.weeks import composing, operations, policies, queries, reading
from canteen.advice.weeks.drafts import Composed
from canteen.advice.weeks.errors import MealNotProposed
from canteen.advice.weeks.models import MenuProposal, MenuProposalLine, ProposalState
from canteen.advice.weeks.queries import ProposalRow, ProposalView
from canteen.advice.weeks.reading import Ground
from canteen.menu import dish_operations
from canteen.menu import operations as menu
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.models import Meal, MealState
from canteen.menu.policies import WantedLine
from canteen.menu.publishing import DishFacts


@dataclass(frozen=True, slots=True)
class Suggested:
    """A week that was composed and is not stored yet."""

    ground: Ground
    composed: Composed
    seed: int


@dataclass(frozen=True, slots=True)
class MealResult:
    """What became of a meal of an adopted proposal; `dishes` are on its draft now."""

    served_on: date
    period: str
    name: str
    dishes: int
    msg: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """What adopting a proposal did."""

    proposal_id: int
    created: Sequence[MealResult]
    replaced: Sequence[MealResult]
    skipped: Sequence[MealResult]


def suggest(actor: Actor, *, canteen_id: int, on_date: date, seed: int | None = None) -> Suggested:
    """Compose the week in which a day lies, outside of any unit of work; `keep` stores it.

    Without a `seed` it is the number of proposals of that week so far, so that asking again gives another
    week. Raises CanteenNotFound, Forbidden, PatternUnknown or NothingToPropose.
    """
    menu_policies.ensure_manages(actor, menu_queries.get_canteen(canteen_id))
    ground = reading.read(canteen_id, on_date)
    if seed is None:
        seed = queries.count_of(canteen_id, ground.monday)
    composed = composing.compose(
        ground.slots,
        (ground.candidates[each] for each in sorted(ground.eligible)),
        limits=ground.limits,
        served=ground.context.served,
        seed=seed,
    )
    return Suggested(ground, composed, seed)


@atomic
def keep(actor: Actor, suggested: Suggested) -> ProposalView:
    """Store a composed week as the open proposal, instead of the one before. Raises as `suggest`."""
    canteen_id = suggested.ground.canteen_id
    menu_policies.ensure_manages(actor, menu.lock_canteen(canteen_id))
    proposal = operations.add(actor, suggested.ground, suggested.composed, suggested.seed, clock.now())
    return queries.view_of(queries.get_row(proposal.id))


@atomic
def dismiss(actor: Actor, *, proposal_id: int, reason: str = "") -> ProposalRow:
    """Lay a proposal aside. Raises ProposalNotFound, Forbidden or ProposalDecided."""
    proposal = queries.lock_managed(actor, proposal_id)
    operations.decide(actor, proposal, ProposalState.DISMISSED, clock.now(), reason)
    record(
        actor,
        "canteen.week_dismissed",
        "menu_proposal",
        proposal_id,
        canteen_id=proposal.canteen_id,
        reason=reason,
    )
    db.session.flush()  # The row is read again.
    return queries.get_row(proposal_id)


@atomic
def adopt(
    actor: Actor,
    *,
    proposal_id: int,
    meals: Collection[tuple[date, str]] | None = None,
    replace_drafts: bool = False,
) -> Adopted:
    """Make drafts of a proposal's meals, or of those named.

    What is published stays; a draft with dishes stays unless `replace_drafts`; days gone by, days that are
    closed by now and dishes that are out of use by now are left out and listed. Raises ProposalNotFound,
    Forbidden, ProposalDecided or MealNotProposed.
    """
    proposal = queries.lock_managed(actor, proposal_id)
    policies.ensure_open(proposal.state)
    wanted = operations.chosen(proposal, meals)
    for served_on, _ in set(meals or ()) - wanted.keys():
        raise MealNotProposed(date=served_on.isoformat())
    ids = {line.dish_id for lines in wanted.values() for line in lines}
    dishes = dish_operations.lock_dishes(proposal.canteen_id, ids)
    adopted = _carry_out(actor, proposal, wanted, dishes, replace_drafts=replace_drafts)
    operations.decide(actor, proposal, ProposalState.ADOPTED, clock.now())
    record(
        actor,
        "canteen.week_adopted",
        "menu_proposal",
        proposal_id,
        canteen_id=proposal.canteen_id,
        created=[[one.served_on.isoformat(), one.period] for one in adopted.created],
        replaced=[[one.served_on.isoformat(), one.period] for one in adopted.replaced],
    )
    return adopted


def _carry_out(
    actor: Actor,
    proposal: MenuProposal,
    wanted: dict[tuple[date, str], list[MenuProposalLine]],
    dishes: dict[int, DishFacts],
    *,
    replace_drafts: bool,
) -> Adopted:
    canteen_id, dates = proposal.canteen_id, Calendar.week_of(proposal.monday)
    shut = _shut(canteen_id, dates)
    served = {
        (on_date, period) for on_date in dates for period in menu_queries.served_rules(canteen_id, on_date)
    }
    made = menu.open_drafts(canteen_id, [key for key in wanted if key in served and key[0] not in shut])
    standing = {(one.served_on, one.period): one for one in menu.lock_meals(canteen_id, dates[0], dates[-1])}
    created: list[MealResult] = []
    replaced: list[MealResult] = []
    skipped: list[MealResult] = []
    for key, lines in wanted.items():
        meal = standing.get(key)
        fit = [WantedLine(line.dish_id, line.cap) for line in lines if dishes[line.dish_id].is_active]
        reason = shut.get(key[0]) or _kept(meal, is_new=key in made, replaces=replace_drafts)
        if meal is None or reason:
            skipped.append(_result(canteen_id, key, 0, reason or "餐别未设置或已停用"))
            continue
        changes = menu_policies.changes_between(menu.lock_lines(meal.id), fit)
        menu.change_lines(changes)
        menu.add_lines((meal.id, place, line) for place, line in changes.added)
        menu.record_lines(actor, meal, changes, is_new=key in made)
        gone = [dishes[line.dish_id].name for line in lines if not dishes[line.dish_id].is_active]
        text = f"{len(fit)} 道菜" + (f"，已停用的「{'、'.join(gone)}」未采用" if gone else "")
        (created if key in made else replaced).append(_result(canteen_id, key, len(fit), text))
    return Adopted(proposal.id, created, replaced, skipped)


def _shut(canteen_id: int, dates: Sequence[date]) -> dict[date, str]:
    """The days on which no draft is made, and why."""
    calendar, today = workday_queries.calendar_for(dates[0], dates[-1]), clock.today()
    found: dict[date, str] = {}
    for on_date in dates:
        if on_date < today:
            found[on_date] = "日期已过"
        elif not menu_queries.day_of(calendar, canteen_id, on_date).is_open:
            found[on_date] = "食堂不开放"
    return found


def _kept(meal: Meal | None, *, is_new: bool, replaces: bool) -> str:
    """Why a meal stays as it is; empty if it may be changed."""
    if meal is None or is_new:
        return ""
    if meal.state != MealState.DRAFT:
        return "菜单已发布，保留原样"
    return "" if replaces or not menu.lock_lines(meal.id) else "已有草稿，保留原样"


def _result(canteen_id: int, key: tuple[date, str], dishes: int, text: str) -> MealResult:
    served_on, period = key
    name = menu_queries.meal_name(canteen_id, served_on, period)
    msg = f"{day_text(served_on)}{name}：{text}"
    return MealResult(served_on, period, name, dishes, msg)
