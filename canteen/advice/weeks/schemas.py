"""Wire shapes of suggested weeks. Money in fen, weights in grams."""

from typing import Any

from marshmallow import post_load

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Json, Many, Out, PageQuery, Part, Str
from canteen.advice.weeks.models import ProposalState
from canteen.advice.weeks.policies import OBJECTIVE
from canteen.menu.models import Period

# Beyond it the search is no better.
MOST_SEED = 999_999


class MenuProposalIn(In):
    """Any day of the week that is wanted; the same `seed` over the same facts gives the same week."""

    on_date = Date(required=True, data_key="date")
    seed = Int(minimum=0, maximum=MOST_SEED, allow_none=True, load_default=None)


class ProposedMealIn(In):
    """A meal of a proposal."""

    served_on = Date(required=True, data_key="date")
    period = Choice(Period, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """The key by which the use case knows it."""
        return data["served_on"], data["period"].value


class AdoptionIn(In):
    """The meals to make drafts of, or null for all; `replace_drafts`: drafts with dishes, too."""

    meals = Many(Part(ProposedMealIn), allow_none=True, load_default=None, maximum=28)
    replace_drafts = Bool(load_default=False)


class DismissalIn(In):
    """Why, if somebody wants to say."""

    reason = Str(load_default="", max_length=200)


class MenuProposalsQuery(PageQuery):
    """Which proposals."""

    canteen_id = Id(load_default=None)
    state = Choice(ProposalState, load_default=None)


class MenuProposalRowOut(Out):
    """A proposal in a list; `gaps` counts what the library had no dish for."""

    id = Id(attribute="proposal.id")
    canteen_id = Id(attribute="proposal.canteen_id")
    canteen = Str()
    monday = Date(attribute="proposal.monday")
    state = Str(attribute="proposal.state")
    state_name = Str()
    seed = Int(attribute="proposal.seed")
    dishes = Int()
    gaps = Int()
    made_at = Instant(attribute="proposal.made_at")
    made_by_name = Str(attribute="proposal.made_by_name")
    decided_at = Instant(attribute="proposal.decided_at", allow_none=True)
    decided_by_name = Str(attribute="proposal.decided_by_name")
    reason = Str(attribute="proposal.reason")


class SuggestedDishOut(Out):
    """A dish with its numbers and reasons; `cover` says what the day would lack without it."""

    dish_id = Id(attribute="line.dish_id")
    name = Str()
    category = Str()
    category_name = Str()
    tags = Many(Str())
    allergens = Many(Str(), allow_none=True)
    cap = Int(attribute="line.cap", allow_none=True)
    portions = Int(attribute="line.portions")
    cost_fen = Int(attribute="line.cost_fen", allow_none=True)
    left_g = Int(attribute="line.left_g", allow_none=True)
    cover = Str()
    is_early = Bool()
    reasons = Many(Str(), attribute="line.reasons")


class NamedDishOut(Out):
    """A dish by name."""

    dish_id = Id()
    name = Str()


class MealChangeOut(Out):
    """What a meal would change against the copied menu."""

    added = Many(Part(NamedDishOut))
    removed = Many(Part(NamedDishOut))
    kept = Int()


class SuggestedMealOut(Out):
    """A suggested meal."""

    served_on = Date(data_key="date")
    weekday = Str()
    period = Str()
    name = Str()
    dishes = Many(Part(SuggestedDishOut))
    change = Part(MealChangeOut)


class NoteOut(Out):
    """What is missing or left out, and of which day or meal."""

    date = Str(allow_none=True)
    period = Str(allow_none=True)
    text = Str()


class ComparedFigureOut(Out):
    """A number of the suggestion beside that of the copied menu; `better` null: neither, or not known."""

    key = Str(attribute="spec.key")
    name = Str(attribute="spec.name")
    unit = Str(attribute="spec.unit")
    proposed = Json(attribute="proposed_number", allow_none=True)
    copied = Json(attribute="copied_number", allow_none=True)
    difference = Json(attribute="difference_number", allow_none=True)
    better = Bool(allow_none=True)


class MenuProposalOut(Out):
    """A suggested week: dishes with their reasons, what it would change, and what it was reckoned with."""

    id = Id(attribute="proposal.id")
    canteen_id = Id(attribute="proposal.canteen_id")
    canteen = Str(attribute="row.canteen")
    monday = Date(attribute="proposal.monday")
    state = Str(attribute="proposal.state")
    state_name = Str(attribute="row.state_name")
    seed = Int(attribute="proposal.seed")
    made_at = Instant(attribute="proposal.made_at")
    made_by_name = Str(attribute="proposal.made_by_name")
    decided_at = Instant(attribute="proposal.decided_at", allow_none=True)
    decided_by_name = Str(attribute="proposal.decided_by_name")
    reason = Str(attribute="proposal.reason")
    objective = Str(dump_default=OBJECTIVE)
    settings = Json(attribute="proposal.settings")
    copied_monday = Date(attribute="proposal.copied_monday", allow_none=True)
    meals = Many(Part(SuggestedMealOut))
    gaps = Many(Part(NoteOut), attribute="proposal.gaps")
    skipped = Many(Part(NoteOut), attribute="proposal.skipped")
    figures = Many(Part(ComparedFigureOut))


class MealResultOut(Out):
    """What became of a meal."""

    served_on = Date(data_key="date")
    period = Str()
    name = Str()
    dishes = Int()
    msg = Str()


class AdoptedOut(Out):
    """Which drafts adopting a proposal has made or changed, and what stayed as it was."""

    proposal_id = Id()
    created = Many(Part(MealResultOut))
    replaced = Many(Part(MealResultOut))
    skipped = Many(Part(MealResultOut))
