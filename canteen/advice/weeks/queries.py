"""Reads of proposals, scoped by the canteens that the actor reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page, paginate
from canteen.advice.weeks import policies
from canteen.advice.weeks.errors import ProposalNotFound
from canteen.advice.weeks.models import MenuProposal, MenuProposalLine, ProposalState
from canteen.advice.weeks.policies import FigureSpec
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen, Category, Dish
from canteen.menu.policies import PERIOD_ORDER, covers, ensure_manages
from canteen.menu.titles import CATEGORY_NAMES

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal in a list."""

    proposal: MenuProposal
    canteen: str
    dishes: int

    @property
    def state_name(self) -> str:
        """For a person."""
        return policies.STATE_NAMES[ProposalState(self.proposal.state)]

    @property
    def gaps(self) -> int:
        """How much the library had no dish for."""
        return len(self.proposal.gaps)


@dataclass(frozen=True, slots=True)
class NamedDish:
    """A dish by name."""

    dish_id: int
    name: str


@dataclass(frozen=True, slots=True)
class SuggestedDish:
    """A dish of a suggested meal; `line` has its numbers and reasons."""

    line: MenuProposalLine
    name: str
    category: str
    tags: Sequence[str]
    allergens: Sequence[str] | None
    cover: str
    is_early: bool

    @property
    def category_name(self) -> str:
        """For a person."""
        return CATEGORY_NAMES[Category(self.category)]


@dataclass(frozen=True, slots=True)
class MealChange:
    """What a suggested meal would change against the copied one."""

    added: Sequence[NamedDish]
    removed: Sequence[NamedDish]
    kept: int


@dataclass(frozen=True, slots=True)
class SuggestedMeal:
    """A meal of a proposal."""

    served_on: date
    period: str
    name: str
    dishes: Sequence[SuggestedDish]
    change: MealChange

    @property
    def weekday(self) -> str:
        """`周一`."""
        return f"周{_WEEKDAYS[self.served_on.weekday()]}"


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A number of the suggestion beside that of the copied menu; `better` None: neither, or not known."""

    spec: FigureSpec
    proposed: Decimal | None
    copied: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Suggested less copied."""
        if self.proposed is None or self.copied is None:
            return None
        return self.proposed - self.copied

    @property
    def proposed_number(self) -> int | float | None:
        """As JSON has it."""
        return _plain(self.proposed)

    @property
    def copied_number(self) -> int | float | None:
        """As JSON has it."""
        return _plain(self.copied)

    @property
    def difference_number(self) -> int | float | None:
        """As JSON has it."""
        return _plain(self.difference)

    @property
    def better(self) -> bool | None:
        """Whether the suggestion is."""
        if not self.difference or self.spec.is_less_better is None:
            return None
        return (self.difference < 0) == self.spec.is_less_better


@dataclass(frozen=True, slots=True)
class ProposalView:
    """All of a proposal."""

    row: ProposalRow
    meals: Sequence[SuggestedMeal]
    figures: Sequence[ComparedFigure]

    @property
    def proposal(self) -> MenuProposal:
        """Its row."""
        return self.row.proposal


def page_proposals(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    state: ProposalState | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The proposals of the canteens within reach, the latest week first: ProposalRow."""
    statement = _rows().where(menu_queries.readable(actor))
    if canteen_id is not None:
        statement = statement.where(MenuProposal.canteen_id == canteen_id)
    if state is not None:
        statement = statement.where(MenuProposal.state == state.value)
    statement = statement.order_by(MenuProposal.monday.desc(), MenuProposal.id.desc())
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([ProposalRow(*row) for row in found.rows], found.total, found.page, found.page_size)


def get_row(proposal_id: int) -> ProposalRow:
    """One of them, unscoped. Raises ProposalNotFound."""
    row: Any = db.session.execute(_rows().where(MenuProposal.id == proposal_id)).one_or_none()
    if row is None:
        raise ProposalNotFound
    return ProposalRow(*row)


def _rows() -> Select[Any]:
    dishes = (
        select(func.count())
        .where(MenuProposalLine.proposal_id == MenuProposal.id)
        .correlate(MenuProposal)
        .scalar_subquery()
    )
    return select(MenuProposal, Canteen.name, dishes).join(Canteen, Canteen.id == MenuProposal.canteen_id)


def get_proposal(actor: Actor, proposal_id: int) -> ProposalView:
    """A proposal of a canteen within reach. Raises ProposalNotFound."""
    row = get_row(proposal_id)
    if not covers(actor, Permission.CANTEEN_READ, menu_queries.get_canteen(row.proposal.canteen_id)):
        raise ProposalNotFound
    return view_of(row)


def lock_managed(actor: Actor, proposal_id: int) -> MenuProposal:
    """A proposal of a canteen that the actor manages, locked. Raises ProposalNotFound or Forbidden."""
    statement = (
        select(MenuProposal)
        .where(MenuProposal.id == proposal_id)
        .options(selectinload(MenuProposal.lines))
        .execution_options(populate_existing=True)
    )
    proposal = db.session.scalars(statement.with_for_update(of=MenuProposal)).one_or_none()
    if proposal is None:
        raise ProposalNotFound
    canteen = menu_queries.get_canteen(proposal.canteen_id)
    if not covers(actor, Permission.CANTEEN_READ, canteen):
        raise ProposalNotFound
    ensure_manages(actor, canteen)
    return proposal


def count_of(canteen_id: int, monday: date) -> int:
    """How many proposals of this week there were."""
    statement = select(func.count()).where(
        MenuProposal.canteen_id == canteen_id, MenuProposal.monday == monday
    )
    return db.session.scalar(statement) or 0


def view_of(row: ProposalRow) -> ProposalView:
    """All of a proposal with the names of its dishes as they are now; two statements."""
    proposal = row.proposal
    lines = proposal.lines
    copied: Mapping[str, Sequence[int]] = proposal.copied
    ids = {line.dish_id for line in lines} | {dish for dishes in copied.values() for dish in dishes}
    dishes = {one.id: one for one in db.session.scalars(select(Dish).where(Dish.id.in_(ids)))}
    of_meal: dict[tuple[date, str], list[MenuProposalLine]] = {}
    for line in lines:
        of_meal.setdefault((line.served_on, line.period), []).append(line)
    keys = {*of_meal, *((date.fromisoformat(day), period) for day, period in map(_split, copied))}
    meals = [
        _meal(proposal, key, of_meal.get(key, []), copied.get(f"{key[0].isoformat()}|{key[1]}", []), dishes)
        for key in sorted(keys, key=lambda one: (one[0], PERIOD_ORDER[one[1]]))
    ]
    figures = [
        ComparedFigure(
            spec,
            _number(proposal.figures["proposed"].get(spec.key)),
            _number(proposal.figures["copied"].get(spec.key)) if proposal.copied_monday else None,
        )
        for spec in policies.FIGURES
    ]
    return ProposalView(row, meals, figures)


def _split(key: str) -> tuple[str, str]:
    day, period = key.split("|")
    return day, period


def _meal(
    proposal: MenuProposal,
    key: tuple[date, str],
    lines: Sequence[MenuProposalLine],
    copied: Sequence[int],
    dishes: Mapping[int, Dish],
) -> SuggestedMeal:
    mine = {line.dish_id for line in lines}
    suggested = []
    for line in sorted(lines, key=lambda one: one.position):
        dish = dishes[line.dish_id]
        suggested.append(
            SuggestedDish(
                *(line, dish.name, dish.category, dish.tags, dish.allergens, line.cover, line.is_early)
            )
        )
    change = MealChange(
        added=[NamedDish(each, dishes[each].name) for each in _in_order(lines) if each not in copied],
        removed=[NamedDish(each, dishes[each].name) for each in copied if each not in mine],
        kept=len(mine & set(copied)),
    )
    name = menu_queries.meal_name(proposal.canteen_id, *key)
    return SuggestedMeal(key[0], key[1], name, suggested, change)


def _in_order(lines: Sequence[MenuProposalLine]) -> list[int]:
    return [line.dish_id for line in sorted(lines, key=lambda one: one.position)]


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _number(value: str | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
