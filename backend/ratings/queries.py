"""Reads of the ledger of ratings.

Which providers an actor may ask about is known to the slice that renders the service: it hands them over.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Select, func, literal, select, true
from sqlalchemy.sql import ColumnElement

from backend.actor import Actor
from backend.db import db
from backend.identity.models import Staff
from backend.paging import Page, paginate
from backend.ratings import policies
from backend.ratings.errors import RatingNotFound
from backend.ratings.models import Rating, RatingDay, RatingScore
from backend.ratings.policies import SCORES, WHOLE, Figures, Tally

# What a row of the rollup is about: service, kind and id of the provider, day, dimension.
Key: TypeAlias = tuple[str, str, int, date, str]


@dataclass(frozen=True, slots=True)
class OwnRating:
    """A rating as its author sees it."""

    id: int
    subject_id: int
    cycle: int
    scores: Mapping[str, int]
    text: str
    is_anonymous: bool
    rated_at: datetime


@dataclass(frozen=True, slots=True)
class GivenRating:
    """A rating as the provider sees it: not whose it is, nor of which subject, nor at what time of day."""

    id: int
    provider_id: int
    served_on: date
    grade: int
    scores: Mapping[str, int]
    text: str


@dataclass(frozen=True, slots=True)
class Rater:
    """Who rated."""

    staff_id: int
    staff_no: str
    name: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A day's dimension for which ledger and rollup disagree."""

    key: Key
    ledger: policies.Distribution
    rollup: policies.Distribution


def find_own(actor: Actor, *, service: str, subject_id: int, cycle: int = 0) -> OwnRating | None:
    """What the actor said of a subject in a cycle."""
    return _own(
        Rating.service == service,
        Rating.subject_id == subject_id,
        Rating.cycle == cycle,
        Rating.rater_id == actor.staff_id,
    )


def get_own(actor: Actor, rating_id: int) -> OwnRating:
    """One of the actor's ratings. Raises RatingNotFound for anybody else's."""
    found = _own(Rating.id == rating_id, Rating.rater_id == actor.staff_id)
    if found is None:
        raise RatingNotFound
    return found


def _own(*conditions: ColumnElement[bool]) -> OwnRating | None:
    row = db.session.scalars(select(Rating).where(*conditions)).one_or_none()
    if row is None:
        return None
    scores = _scores([row.id])[row.id]
    return OwnRating(row.id, row.subject_id, row.cycle, scores, row.text, row.is_anonymous, row.rated_at)


def summary(
    service: str,
    *,
    provider_kind: str,
    provider_ids: Collection[int],
    from_on: date,
    until_on: date,
    served: Mapping[int, int] | None = None,
) -> dict[int, Figures]:
    """What was said of each provider for its services of the days [from_on, until_on], both included.

    `served` says how often each one served on those days. Whoever was not rated is there with a count of 0.
    """
    found = _tallies(service, provider_kind, provider_ids, from_on, until_on)
    declared = policies.find_service(service)
    return {
        provider_id: policies.figures_of(
            declared, found.get(provider_id, {}), served.get(provider_id, 0) if served is not None else None
        )
        for provider_id in provider_ids
    }


def summary_of_all(
    service: str,
    *,
    provider_kind: str,
    provider_ids: Collection[int],
    from_on: date,
    until_on: date,
    served: int | None = None,
) -> Figures:
    """The same of the providers together: sums over all of them, never a mean of means."""
    found = _tallies(service, provider_kind, provider_ids, from_on, until_on)
    together = policies.add_up(found.values())
    return policies.figures_of(policies.find_service(service), together, served)


def totals(from_on: date, until_on: date) -> dict[str, Tally]:
    """How all ratings of each service of the days [from_on, until_on] were graded; one statement.

    It is for sums over the whole house: what is told of a few ratings is the caller's business.
    """
    found: dict[str, Tally] = {}
    for (_, service), tally in totals_by_day(from_on, until_on).items():
        found[service] = found.get(service, Tally()) + tally
    return found


def totals_by_day(from_on: date, until_on: date) -> dict[tuple[date, str], Tally]:
    """The same for each day on which something was rated; one statement."""
    sums = [func.sum(getattr(RatingDay, f"n{score}")) for score in SCORES]
    rows = db.session.execute(
        select(RatingDay.served_on, RatingDay.service, *sums)
        .where(RatingDay.dimension == WHOLE, RatingDay.served_on.between(from_on, until_on))
        .group_by(RatingDay.served_on, RatingDay.service)
    )
    return {
        (served_on, service): Tally((int(n1), int(n2), int(n3), int(n4), int(n5)))
        for served_on, service, n1, n2, n3, n4, n5 in rows
    }


def tallies_by_day(
    service: str, *, provider_kind: str, provider_id: int, from_on: date, until_on: date
) -> dict[date, dict[str, Tally]]:
    """What was scored for each day of [from_on, until_on] in each dimension, WHOLE for the ratings.

    It is for sums: a day alone has too few ratings to be told.
    """
    rows = db.session.scalars(
        select(RatingDay).where(
            RatingDay.service == service,
            RatingDay.provider_kind == provider_kind,
            RatingDay.provider_id == provider_id,
            RatingDay.served_on.between(from_on, until_on),
        )
    )
    found: dict[date, dict[str, Tally]] = defaultdict(dict)
    for row in rows:
        found[row.served_on][row.dimension] = Tally((row.n1, row.n2, row.n3, row.n4, row.n5))
    return found


def _tallies(
    service: str, provider_kind: str, provider_ids: Collection[int], from_on: date, until_on: date
) -> dict[int, dict[str, Tally]]:
    sums = [func.sum(getattr(RatingDay, f"n{score}")) for score in SCORES]
    rows = db.session.execute(
        select(RatingDay.provider_id, RatingDay.dimension, *sums)
        .where(
            RatingDay.service == service,
            RatingDay.provider_kind == provider_kind,
            RatingDay.provider_id.in_(provider_ids),
            RatingDay.served_on.between(from_on, until_on),
        )
        .group_by(RatingDay.provider_id, RatingDay.dimension)
    )
    found: dict[int, dict[str, Tally]] = defaultdict(dict)
    for provider_id, dimension, n1, n2, n3, n4, n5 in rows:
        found[provider_id][dimension] = Tally((int(n1), int(n2), int(n3), int(n4), int(n5)))
    return found


def list_ratings(
    service: str,
    *,
    provider_kind: str,
    provider_ids: Collection[int],
    from_on: date,
    until_on: date,
    only_with_text: bool = False,
    grades: Collection[int] = SCORES,
    page: int,
    page_size: int,
) -> Page:
    """Ratings of these days without any name, the latest day first.

    A provider with fewer than five ratings in these days is left out: one might tell whose they are.
    """
    figures = summary(
        service, provider_kind=provider_kind, provider_ids=provider_ids, from_on=from_on, until_on=until_on
    )
    told = [provider_id for provider_id, one in figures.items() if not one.is_withheld]
    statement = (
        select(Rating)
        .where(
            Rating.service == service,
            Rating.provider_kind == provider_kind,
            Rating.provider_id.in_(told),
            Rating.served_on.between(from_on, until_on),
            Rating.grade.in_(grades),
            Rating.text != "" if only_with_text else true(),
        )
        .order_by(Rating.served_on.desc(), Rating.id.desc())
    )
    found = paginate(statement, page=page, page_size=page_size)
    scores = _scores([row.id for row in found.rows])
    views = [
        GivenRating(row.id, row.provider_id, row.served_on, row.grade, scores[row.id], row.text)
        for row in found.rows
    ]
    return Page(views, found.total, found.page, found.page_size)


def _scores(rating_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {rating_id: {} for rating_id in rating_ids}
    statement = select(RatingScore).where(RatingScore.rating_id.in_(rating_ids))
    for row in db.session.scalars(statement):
        found[row.rating_id][row.dimension] = row.score
    return found


def service_of(rating_id: int) -> str:
    """The key of the service that a rating is of. Raises RatingNotFound."""
    found = db.session.scalar(select(Rating.service).where(Rating.id == rating_id))
    if found is None:
        raise RatingNotFound
    return found


def find_rater(rating_id: int) -> Rater:
    """Who rated; the caller has made sure that they may be told. Raises RatingNotFound."""
    row = db.session.execute(
        select(Staff.id, Staff.staff_no, Staff.name)
        .join(Rating, Rating.rater_id == Staff.id)
        .where(Rating.id == rating_id)
    ).one_or_none()
    if row is None:
        raise RatingNotFound
    return Rater(*row)


def differences() -> list[Difference]:
    """Where the rollup is not what the ledger makes of it; none if all is well."""
    ledger, rollup = _rebuilt(), _kept()
    return [
        Difference(key, ledger.get(key, policies.NONE_GIVEN), rollup.get(key, policies.NONE_GIVEN))
        for key in sorted(ledger.keys() | rollup.keys())
        if ledger.get(key) != rollup.get(key)
    ]


def _kept() -> dict[Key, policies.Distribution]:
    rows = db.session.scalars(select(RatingDay).execution_options(populate_existing=True))
    return {
        (row.service, row.provider_kind, row.provider_id, row.served_on, row.dimension): (
            row.n1,
            row.n2,
            row.n3,
            row.n4,
            row.n5,
        )
        for row in rows
    }


def _rebuilt() -> dict[Key, policies.Distribution]:
    by_dimension = _grouped(RatingScore.dimension, RatingScore.score).join(
        RatingScore, RatingScore.rating_id == Rating.id
    )
    found: dict[Key, list[int]] = defaultdict(lambda: [0] * len(SCORES))
    for statement in (by_dimension, _grouped(literal(WHOLE), Rating.grade)):
        for service, kind, provider_id, served_on, dimension, score, count in db.session.execute(statement):
            found[service, kind, provider_id, served_on, dimension][score - 1] = count
    return {key: (one, two, three, four, five) for key, (one, two, three, four, five) in found.items()}


def _grouped(dimension: Any, score: Any) -> Select[Any]:
    about = (Rating.service, Rating.provider_kind, Rating.provider_id, Rating.served_on)
    groups = about if dimension is not RatingScore.dimension else (*about, dimension)
    return select(*about, dimension, score, func.count()).select_from(Rating).group_by(*groups, score)


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """What a person said of services, under Chinese names, for the copy of their data."""
    rows = db.session.scalars(select(Rating).where(Rating.rater_id == staff_id).order_by(Rating.id)).all()
    scores = _scores([row.id for row in rows])
    found = []
    for row in rows:
        service = policies.find_service(row.service)
        titles = {one.code: one.title for one in service.dimensions}
        found.append(
            {
                "服务": service.title,
                "服务日期": row.served_on,
                "总评": row.grade,
                "各项": "、".join(
                    f"{titles.get(code, code)} {score}" for code, score in scores[row.id].items()
                ),
                "文字": row.text,
                "是否匿名": row.is_anonymous,
                "评价时间": row.rated_at,
            }
        )
    return found
