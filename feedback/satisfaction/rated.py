"""Reads of what is said of dishes, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from backend.db import db
from backend.ratings.models import RatingDay
from backend.ratings.policies import WHOLE
from backend.rules import queries as rule_queries
from feedback.satisfaction import policies
from feedback.satisfaction.policies import Dish, Months
from feedback.satisfaction.queries import TIMES, tally_of
from feedback.satisfaction.rules import PRIOR_WEIGHT


@dataclass(frozen=True, slots=True)
class RankedDish:
    """A dish in its place."""

    dish: Dish
    of: policies.Ranked


@dataclass(frozen=True, slots=True)
class DishRanking:
    """A page of the dishes by their Bayesian averages; `mean` is the prior, `weight` what it weighs."""

    months: Months
    weight: int
    mean: Decimal | None
    ranked: Sequence[RankedDish]
    too_few: int
    total: int
    page: int
    page_size: int


def rank(
    dishes_known: Sequence[Dish],
    *,
    service: str,
    kind: str,
    from_month: date,
    until_month: date,
    page: int,
    page_size: int,
) -> DishRanking:
    """A page of the ranking of these dishes. Raises SatisfactionMonthsInvalid."""
    asked = policies.months(from_month, until_month)
    known = {each.id: each for each in dishes_known}
    weight = rule_queries.value(PRIOR_WEIGHT)
    rows: Any = db.session.execute(
        select(RatingDay.provider_id, *TIMES)
        .where(
            RatingDay.service == service,
            RatingDay.provider_kind == kind,
            RatingDay.dimension == WHOLE,
            RatingDay.served_on.between(asked.first, asked.until_on),
        )
        .group_by(RatingDay.provider_id)
    )
    tallies = {dish_id: tally_of(times) for dish_id, *times in rows if dish_id in known}
    ranked, mean = policies.rank_dishes(tallies, weight)
    begin = (page - 1) * page_size
    return DishRanking(
        asked,
        weight,
        mean,
        [RankedDish(known[each.dish_id], each) for each in ranked[begin : begin + page_size]],
        len(tallies) - len(ranked),
        len(ranked),
        page,
        page_size,
    )
