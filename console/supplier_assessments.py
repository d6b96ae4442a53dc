"""供应商季度评价: how suppliers did in a quarter, what people say of one, and the closing."""

from datetime import date, timedelta
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.rules import queries as rules
from backend.wire import Date, Query
from canteen.purchasing.suppliers import assessing, policies
from canteen.purchasing.suppliers.rules import WEIGHTS
from canteen.purchasing.suppliers.titles import FACT_NAMES
from console.pages import page, pages, render

blueprint = pages("console_supplier_assessments", __name__)

READ: Final = Permission.PURCHASING_READ
_PATH: Final = "/kitchen/assessments"
_QUARTERS_OFFERED: Final = 12


class AssessmentsPage(Query):
    """Which quarter: any day of it."""

    quarter = Date()


@page(blueprint, _PATH, permission=READ, query=AssessmentsPage)
def assessments(actor: Actor, query: dict[str, Any]) -> str:
    """The assessments of a quarter, the best score first; by default of the one that is over last."""
    quarters = _quarters(clock.today())
    quarter = policies.quarter_of(query["quarter"]) if query.get("quarter") else quarters[1]
    return render(
        "purchasing/assessments.html",
        found=assessing.of_quarter(quarter),
        quarter=quarter,
        quarter_name=policies.quarter_name(quarter),
        quarters=[(one, policies.quarter_name(one)) for one in quarters],
        is_over=_is_over(quarter),
        may_manage=policies.keeps(actor, Permission.PURCHASING_MANAGE),
        **_words(),
    )


@page(blueprint, f"{_PATH}/<id:assessment_id>", permission=READ)
def assessment(actor: Actor, assessment_id: int) -> str:
    """One supplier's quarter: what was counted, what people say, and the forms for both."""
    found = assessing.assessment(assessment_id)
    return render(
        "purchasing/assessment.html",
        found=found,
        is_over=_is_over(found.quarter),
        may_mark=found.closed_at is None and policies.keeps(actor, Permission.PURCHASING_MANAGE),
        may_close=found.closed_at is None and policies.keeps(actor, Permission.PURCHASING_APPROVE),
        **_words(),
    )


def _quarters(today: date) -> list[date]:
    """The quarter of today and those before it."""
    found = [policies.quarter_of(today)]
    while len(found) < _QUARTERS_OFFERED:
        found.append(policies.quarter_of(found[-1] - timedelta(days=1)))
    return found


def _is_over(quarter: date) -> bool:
    return clock.today() >= policies.after_quarter(quarter)


def _words() -> dict[str, Any]:
    return {
        "fact_names": FACT_NAMES,
        "weights": {name: rules.value(rule) for name, rule in WEIGHTS.items()},
    }
