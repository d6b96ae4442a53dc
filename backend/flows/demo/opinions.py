"""Rows of the ledger of ratings with its rollup, from what people of the demo said."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from backend.db import Base
from backend.ratings.models import Rating, RatingDay, RatingScore
from backend.ratings.policies import SCORES, WHOLE, Service, grade_of

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]


class Opinion(NamedTuple):
    """What one person said of one subject in one cycle, of whom, for the service of which day."""

    subject_id: int
    cycle: int
    rater_id: int
    department_id: int
    provider: tuple[str, int]
    served_on: date
    rated_at: datetime
    scores: Mapping[str, int]
    text: str


def tables(service: Service, first_id: int, opinions: Iterable[Opinion]) -> Tables:
    """The ratings by their instants, numbered from `first_id`, their scores, and what each day comes to."""
    ratings, scored = [], []
    counts: dict[tuple[Any, ...], Counter[int]] = {}
    ordered = sorted(opinions, key=lambda one: (one.rated_at, one.subject_id))
    for rating_id, one in enumerate(ordered, start=first_id):
        grade = grade_of(one.scores)
        ratings.append(
            (rating_id, service.key, one.subject_id, one.cycle, one.rater_id, one.department_id,
             *one.provider, one.served_on, one.rated_at, grade, True, one.text)
        )  # fmt: skip # One column a line would say no more.
        scored += [(rating_id, code, score) for code, score in one.scores.items()]
        for code, score in {**one.scores, WHOLE: grade}.items():
            about = (service.key, *one.provider, one.served_on, code)
            counts.setdefault(about, Counter())[score] += 1
    columns = (
        "id service subject_id cycle rater_id department_id provider_kind provider_id served_on rated_at"
    )
    yield Rating, f"{columns} grade is_anonymous text", ratings
    yield RatingScore, "rating_id dimension score", scored
    days = [(*about, *(count[score] for score in SCORES)) for about, count in counts.items()]
    yield RatingDay, "service provider_kind provider_id served_on dimension n1 n2 n3 n4 n5", days
