"""What the system measures of a contractor's month: a registry of metrics, and the sources they read.

A sheet's item names a metric by its key; what follows a colon is for the metric itself (the code of a sheet).
Other modules may add metrics of their own through `backend.flows`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, TypeAlias

from sqlalchemy import func, select

from backend.db import db
from backend.ratings.models import RatingDay
from backend.ratings.policies import FEWEST, WHOLE
from property.assessments.models import CheckState, ContractorCheck
from property.assessments.policies import NOTHING_HAPPENED, Measured
from property.inspections.rounds import figures as round_figures
from property.work_orders import rollups
from property.work_orders.ratings import CONTRACTOR, REPAIR
from property.work_orders.rollups import Sums


@dataclass(frozen=True)
class Sources:
    """The figures of one contract's days; each source is read once, when a metric asks for it.

    `category_ids` are those that the contract is about, or None for all of the contractor's orders. Ratings
    and inspections are the contractor's as a whole.
    """

    contractor_id: int
    contract_id: int
    from_on: date
    until_on: date
    category_ids: frozenset[int] | None = None

    @cached_property
    def orders(self) -> Sums:
        """What the orders come to that were completed on these days."""
        return rollups.sums(
            self.from_on,
            self.until_on,
            contractor_id=self.contractor_id,
            category_ids=self.category_ids,
        )

    @cached_property
    def inspected(self) -> tuple[int, int]:
        """How many items of inspections and maintenance passed, and failed."""
        found = round_figures.sums(self.from_on, self.until_on, contractor_id=self.contractor_id)
        return found.passed, found.failed

    @cached_property
    def rated(self) -> tuple[int, int]:
        """How many ratings were satisfied, of how many."""
        satisfied, all_ = db.session.execute(
            select(
                func.coalesce(func.sum(RatingDay.n4 + RatingDay.n5), 0),
                func.coalesce(
                    func.sum(
                        RatingDay.n1 + RatingDay.n2 + RatingDay.n3 + RatingDay.n4 + RatingDay.n5,
                    ),
                    0,
                ),
            ).where(
                RatingDay.service == REPAIR.key,
                RatingDay.provider_kind == CONTRACTOR,
                RatingDay.provider_id == self.contractor_id,
                RatingDay.served_on.between(self.from_on, self.until_on),
                RatingDay.dimension == WHOLE,
            )
        ).one()
        return int(satisfied), int(all_)

    @cached_property
    def checked(self) -> Mapping[str, tuple[int, int, int]]:
        """By sheet: the points that checks of this contract gave, of how many, in how many checks."""
        rows = db.session.execute(
            select(
                ContractorCheck.sheet_code,
                func.sum(ContractorCheck.total_tenths),
                func.sum(ContractorCheck.full_tenths),
                func.count(),
            )
            .where(
                ContractorCheck.contract_id == self.contract_id,
                ContractorCheck.checked_on.between(self.from_on, self.until_on),
                ContractorCheck.state == CheckState.CLOSED.value,
            )
            .group_by(ContractorCheck.sheet_code)
        )
        return {code: (int(given or 0), int(full), int(count)) for code, given, full, count in rows}


Measure: TypeAlias = Callable[[Sources, str], Measured]


@dataclass(frozen=True, slots=True)
class Metric:
    """Something that is measured, as a share of cases."""

    key: str
    title: str
    measure: Measure


_metrics: Final[dict[str, Metric]] = {}


def register(metric: Metric) -> None:
    """Make a metric known. Raises ValueError for another one of its key."""
    if _metrics.setdefault(metric.key, metric) != metric:
        raise ValueError(f"two metrics have the key {metric.key}")


def all_metrics() -> list[Metric]:
    """Every metric, by key."""
    return [_metrics[key] for key in sorted(_metrics)]


def known() -> frozenset[str]:
    """The keys, without what may follow their colons."""
    return frozenset(_metrics)


def measure(metric_key: str, sources: Sources) -> Measured:
    """What a metric says of a contract's days. Raises KeyError for an unknown one."""
    key, _, argument = metric_key.partition(":")
    return _metrics[key].measure(sources, argument)


def told(title: str, numerator: int, denominator: int) -> Measured:
    """A share in words: `按时完成率 91.2%（31/34）`."""
    if not denominator:
        return Measured(0, 0, NOTHING_HAPPENED)
    permille = (2000 * numerator + denominator) // (2 * denominator)
    return Measured(
        numerator, denominator, f"{title} {permille // 10}.{permille % 10}%（{numerator}/{denominator}）"
    )


def _of_orders(key: str, title: str, share: Callable[[Sums], tuple[int, int]]) -> Metric:
    return Metric(key, title, lambda sources, _: told(title, *share(sources.orders)))


def _inspection_pass(sources: Sources, _: str) -> Measured:
    passed, failed = sources.inspected
    return told("巡检合格率", passed, passed + failed)


def _satisfaction(sources: Sources, _: str) -> Measured:
    satisfied, all_ = sources.rated
    if 0 < all_ < FEWEST:  # Of so few nothing is told: their authors would not stay unknown.
        return Measured(0, 0, f"评价少于 {FEWEST} 件，不适用")
    return told("满意率", satisfied, all_)


def _check_score(sources: Sources, code: str) -> Measured:
    found = [each for of, each in sources.checked.items() if code in ("", of)]
    given, full, count = (sum(each[place] for each in found) for place in range(3))
    if not count:
        return Measured(0, 0, "本月没有检查，不适用")
    measured = told("检查得分率", given, full)
    return Measured(given, full, f"{measured.text.partition('（')[0]}（{count} 次检查）")


for _metric in (
    _of_orders(
        "property.response_rate",
        "响应及时率",
        lambda of: (of.response_met, of.response_met + of.response_missed),
    ),
    _of_orders(
        "property.on_time_rate",
        "按时完成率",
        lambda of: (of.resolution_met, of.resolution_met + of.resolution_missed),
    ),
    _of_orders("property.first_fix_rate", "一次修复率", lambda of: (of.first_fixed, of.completed)),
    _of_orders("property.rework_rate", "返工率", lambda of: (of.reworked, of.completed)),
    _of_orders("property.reopen_rate", "重开率", lambda of: (of.reopened, of.completed)),
    Metric("property.inspection_pass_rate", "巡检合格率", _inspection_pass),
    Metric("property.satisfaction", "满意率", _satisfaction),
    Metric("property.check_score", "检查得分率", _check_score),
):
    register(_metric)
