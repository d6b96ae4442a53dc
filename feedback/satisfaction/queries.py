"""Reads of satisfaction: the rollup of the ledger, and what the sources know of providers.

The number of statements depends on the number of sources alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import String, cast, func, select

from backend.actor import Actor, Permission
from backend.db import db
from backend.places.models import Campus
from backend.ratings.models import RatingDay
from backend.ratings.policies import SCORES, Tally, find_service
from feedback.satisfaction import policies
from feedback.satisfaction.errors import SatisfactionServiceUnknown
from feedback.satisfaction.policies import Figures, Key, Months, Provider, Source, Sum
from feedback.satisfaction.titles import KIND_NAMES, NO_CAMPUS, OWN

_MONTH: Final = func.substr(cast(RatingDay.served_on, String), 1, 7)
# How often each score was given.
TIMES: Final = [func.sum(getattr(RatingDay, f"n{score}")) for score in SCORES]
_ABOUT: Final = (RatingDay.service, RatingDay.provider_kind, RatingDay.provider_id)


@dataclass(frozen=True, slots=True)
class Compared:
    """Figures beside those of as many months before, and of the same months a year ago."""

    figures: Figures
    before: Figures
    last_year: Figures

    @property
    def change_before(self) -> Decimal | None:
        """环比 of the 满意率."""
        return policies.change(self.figures, self.before)

    @property
    def change_last_year(self) -> Decimal | None:
        """同比 of the 满意率."""
        return policies.change(self.figures, self.last_year)


@dataclass(frozen=True, slots=True)
class ProviderFigures:
    """What was said of a provider."""

    provider: Provider
    campus_name: str
    compared: Compared

    @property
    def kind_name(self) -> str:
        """食堂, 服务商 …"""
        return KIND_NAMES.get(self.provider.kind, self.provider.kind)


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """What was said of a service: of all its providers together, and of each."""

    key: str
    title: str
    compared: Compared
    providers: Sequence[ProviderFigures]


@dataclass(frozen=True, slots=True)
class Cell:
    """A service where two dimensions cross."""

    service: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class CrossRow:
    """A campus or a contractor, service by service; id 0 where there is none."""

    id: int
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Report:
    """What was said of all services within reach in whole months."""

    months: Months
    services: Sequence[ServiceFigures]
    campuses: Sequence[CrossRow]
    contractors: Sequence[CrossRow]

    @property
    def from_on(self) -> date:
        """The first day."""
        return self.months.first

    @property
    def before(self) -> Months:
        """环比's base."""
        return self.months.before()

    @property
    def last_year(self) -> Months:
        """同比's base."""
        return self.months.last_year()


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What was said of a month's services."""

    month: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Trend:
    """A service month by month; `providers` are all that the reader may ask for, of every service."""

    service: str
    title: str
    months: Sequence[MonthFigures]
    providers: Sequence[Provider] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """What was said, and how often was served, in a span: the sums of the providers, and what is hidden."""

    sums: Mapping[Key, Sum]
    hidden: Collection[Key] = field(default_factory=frozenset)
    hidden_groups: Collection[tuple[str, int]] = field(default_factory=frozenset)


def report(actor: Actor, sources: Sequence[Source], *, from_month: date, until_month: date) -> Report:
    """What was said of every service within the actor's reach. Raises SatisfactionMonthsInvalid."""
    asked = policies.months(from_month, until_month)
    providers = _providers(actor, sources)
    campuses = _campuses()
    spans = _spans(sources, providers, (asked, asked.before(), asked.last_year()))
    by_service: dict[str, list[Provider]] = defaultdict(list)
    for each in providers:
        by_service[each.service].append(each)
    services = [_service(key, by_service[key], campuses, spans) for key in sorted(by_service)]
    now = spans[0]
    return Report(
        asked,
        services,
        _by_campus(by_service, campuses, now),
        _by_contractor(by_service, now),
    )


def trend(
    actor: Actor,
    sources: Sequence[Source],
    *,
    from_month: date,
    until_month: date,
    service: str | None = None,
    kind: str | None = None,
    provider_id: int | None = None,
) -> Trend:
    """A service, the first one if none is named, or one provider of it, month by month; all months are there.

    Raises SatisfactionMonthsInvalid or SatisfactionServiceUnknown.
    """
    asked = policies.months(from_month, until_month)
    providers = _providers(actor, sources)
    if service is None:
        service = min((each.service for each in providers), default="")
    keys = {
        each.key
        for each in providers
        if each.service == service
        and (kind is None or each.kind == kind)
        and (provider_id is None or each.id == provider_id)
    }
    if not keys:
        raise SatisfactionServiceUnknown
    served = _served(sources, [asked])
    tallies = _monthly(service, keys, asked)
    sums = {
        month: policies.sum_of(tallies.get(month, {}), sum(served.get((key, month), 0) for key in keys))
        for month in asked.each()
    }
    hidden = policies.withheld({month: each.grades.count for month, each in sums.items()})
    return Trend(
        service,
        find_service(service).title,
        [
            MonthFigures(month, policies.figures_of(each, is_withheld=month in hidden))
            for month, each in sums.items()
        ],
        providers,
    )


def sums_of_providers(first: date, last: date) -> dict[Key, Sum]:
    """What was said of every provider for the services of [first, last], both included; one statement."""
    return {key: policies.sum_of(tallies) for key, tallies in _tallies(first, last).items()}


def sum_of_provider(key: Key, first: date, last: date) -> Sum:
    """The same of one provider; one statement."""
    rows: Any = db.session.execute(
        select(RatingDay.dimension, *TIMES)
        .where(
            RatingDay.service == key[0],
            RatingDay.provider_kind == key[1],
            RatingDay.provider_id == key[2],
            RatingDay.served_on.between(first, last),
        )
        .group_by(RatingDay.dimension)
    )
    return policies.sum_of({dimension: tally_of(times) for dimension, *times in rows})


def _providers(actor: Actor, sources: Sequence[Source]) -> list[Provider]:
    reach = actor.reach(Permission.FEEDBACK_READ)
    return [
        each
        for source in sources
        for each in source.providers()
        if policies.in_campuses(each, reach.everywhere, reach.campus_ids)
    ]


def _campuses() -> dict[int, str]:
    rows: Any = db.session.execute(select(Campus.id, Campus.name).order_by(Campus.position, Campus.id))
    return dict(rows.all())


def _served(sources: Sequence[Source], asked: Sequence[Months]) -> dict[tuple[Key, date], int]:
    days = [each.days for each in asked]
    return {key: count for source in sources for key, count in source.served(days).items()}


def _spans(sources: Sequence[Source], providers: Sequence[Provider], asked: Sequence[Months]) -> list[_Span]:
    served = _served(sources, asked)
    return [_span(providers, each, served) for each in asked]


def _span(
    providers: Sequence[Provider], asked: Months, served_by_month: Mapping[tuple[Key, date], int]
) -> _Span:
    tallies = _tallies(asked.first, asked.until_on)
    served: dict[Key, int] = defaultdict(int)
    for (key, month), count in served_by_month.items():
        if asked.first <= month <= asked.last:
            served[key] += count
    sums = {each.key: policies.sum_of(tallies.get(each.key, {}), served[each.key]) for each in providers}
    by_service: dict[str, dict[Key, int]] = defaultdict(dict)
    for each in providers:
        by_service[each.service][each.key] = each.campus_id or 0
    hidden: set[Key] = set()
    hidden_groups: set[tuple[str, int]] = set()
    for service, groups in by_service.items():
        counts = {key: sums[key].grades.count for key in groups}
        members, campuses = policies.hidden_by_groups(counts, groups)
        hidden |= members
        hidden_groups |= {(service, campus) for campus in campuses if isinstance(campus, int)}
    return _Span(sums, hidden, hidden_groups)


def _service(
    key: str, providers: Sequence[Provider], campuses: Mapping[int, str], spans: Sequence[_Span]
) -> ServiceFigures:
    keys = [each.key for each in providers]
    whole = [policies.figures_of(policies.together(span.sums, keys)) for span in spans]
    return ServiceFigures(
        key,
        find_service(key).title,
        Compared(*whole),
        [
            ProviderFigures(
                each,
                campuses.get(each.campus_id or 0, ""),
                Compared(*(_of_provider(each.key, span) for span in spans)),
            )
            for each in providers
        ],
    )


def _of_provider(key: Key, span: _Span) -> Figures:
    return policies.figures_of(span.sums[key], is_withheld=key in span.hidden)


def _by_campus(
    by_service: Mapping[str, Sequence[Provider]], campuses: Mapping[int, str], span: _Span
) -> list[CrossRow]:
    found = []
    for campus_id, name in {**campuses, 0: NO_CAMPUS}.items():
        cells = []
        for service in sorted(by_service):
            keys = [each.key for each in by_service[service] if (each.campus_id or 0) == campus_id]
            if keys:
                is_hidden = (service, campus_id) in span.hidden_groups
                sums = policies.together(span.sums, keys)
                cells.append(Cell(service, policies.figures_of(sums, is_withheld=is_hidden)))
        if cells:
            found.append(CrossRow(campus_id, name, cells))
    return found


def _by_contractor(by_service: Mapping[str, Sequence[Provider]], span: _Span) -> list[CrossRow]:
    """Services by contractor. A cell is told only if all of its providers are: so it adds nothing to them."""
    names = {
        each.contractor_id: each.contractor_name
        for providers in by_service.values()
        for each in providers
        if each.contractor_id is not None
    }
    found = []
    for contractor_id, name in [*sorted(names.items()), (None, OWN)]:
        cells = []
        for service in sorted(by_service):
            keys = [each.key for each in by_service[service] if each.contractor_id == contractor_id]
            if keys:
                is_hidden = any(span.sums[key].grades.count and key in span.hidden for key in keys)
                sums = policies.together(span.sums, keys)
                cells.append(Cell(service, policies.figures_of(sums, is_withheld=is_hidden)))
        if cells:
            found.append(CrossRow(contractor_id or 0, name, cells))
    return found


def _tallies(first: date, last: date) -> dict[Key, dict[str, Tally]]:
    rows: Any = db.session.execute(
        select(*_ABOUT, RatingDay.dimension, *TIMES)
        .where(RatingDay.served_on.between(first, last))
        .group_by(*_ABOUT, RatingDay.dimension)
    )
    found: dict[Key, dict[str, Tally]] = defaultdict(dict)
    for service, kind, provider_id, dimension, *times in rows:
        found[service, kind, provider_id][dimension] = tally_of(times)
    return found


def _monthly(service: str, keys: Collection[Key], asked: Months) -> dict[date, dict[str, Tally]]:
    rows: Any = db.session.execute(
        select(RatingDay.provider_kind, RatingDay.provider_id, _MONTH, RatingDay.dimension, *TIMES)
        .where(RatingDay.service == service, RatingDay.served_on.between(asked.first, asked.until_on))
        .group_by(RatingDay.provider_kind, RatingDay.provider_id, _MONTH, RatingDay.dimension)
    )
    found: dict[date, dict[str, Tally]] = defaultdict(dict)
    for kind, provider_id, month, dimension, *times in rows:
        if (service, kind, provider_id) in keys:
            of_month = found[date.fromisoformat(f"{month}-01")]
            of_month[dimension] = of_month.get(dimension, Tally()) + tally_of(times)
    return found


def tally_of(times: Sequence[int]) -> Tally:
    """How often 1, 2, 3, 4 and 5, as `TIMES` reads them."""
    one, two, three, four, five = map(int, times)
    return Tally((one, two, three, four, five))
