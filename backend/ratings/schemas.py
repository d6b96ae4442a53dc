"""Wire shapes of ratings, for the slices that render a service."""

from functools import cache
from typing import Any

from backend.ratings.models import LONGEST_TEXT
from backend.ratings.policies import SCORES, Service
from backend.wire import Bool, Date, Id, In, Instant, Int, Many, Out, Part, Str


@cache  # One shape bears one name in the document.
def scores_of(service: Service) -> type[In]:
    """An object of the service's dimensions, each with a score; none is required."""
    fields: dict[str, Any] = {
        one.code: Int(minimum=SCORES[0], maximum=SCORES[-1], metadata={"description": one.title})
        for one in service.dimensions
    }
    name = "".join(part.capitalize() for part in service.key.replace("_", ".").split("."))
    return type(f"{name}Scores", (In,), {"__doc__": f"Scores of {service.key}.", **fields})


class RatingIn(In):
    """What is said; a slice adds `scores = Part(scores_of(ITS_SERVICE), required=True)`."""

    text = Str(load_default="", max_length=LONGEST_TEXT)


class RatingOut(Out):
    """One's own rating; a slice adds `scores = Part(scores_of(ITS_SERVICE))`."""

    id = Id()
    text = Str()
    rated_at = Instant()


class DimensionOut(Out):
    """Something that can be scored."""

    code = Str()
    title = Str()


class DimensionFiguresOut(DimensionOut):
    """What was scored in one dimension; nothing but the count is told of fewer than five."""

    count = Int()
    average = Str(allow_none=True, metadata={"description": "Two decimals, rounded half up"})
    distribution = Many(Int(), allow_none=True, metadata={"description": "How often 1, 2, 3, 4, 5"})


class FiguresOut(Out):
    """What was said; nothing but the count is told of fewer than five ratings. Rates are fractions of 1."""

    served = Int(allow_none=True)
    count = Int()
    unrated = Int(allow_none=True)
    coverage = Str(allow_none=True, metadata={"description": "Rated of served, three decimals"})
    is_withheld = Bool()
    average = Str(allow_none=True, metadata={"description": "Of all scores, two decimals, rounded half up"})
    satisfied_rate = Str(allow_none=True, metadata={"description": "Grades 4 and 5, three decimals"})
    distribution = Many(Int(), allow_none=True, metadata={"description": "How often the grades 1 … 5"})
    dimensions = Many(Part(DimensionFiguresOut))


class GivenRatingOut(Out):
    """A rating without any name; a slice adds its scores."""

    id = Id()
    served_on = Date()
    grade = Int()
    text = Str()
