"""What the demo's canteens and accounts have decided about their rules, and since when."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from backend import clock
from backend.flows.demo.kitchens import KITCHENS, periods_of
from backend.flows.demo.scales import SMART_KITCHEN
from backend.rules.registry import Rule
from canteen.accounts.rules import SUBSIDY_EXPIRY, ExpiryPeriod
from canteen.advice import rules as advice_rules
from canteen.menu.rules import MEAL_PERIOD, OPENS_ON_REST_DAYS
from canteen.ordering.takeaway.rules import WINDOW_ORDERS
from canteen.pickups.walk_ins.rules import WALK_INS

OPENING: Final = "开设食堂"
# The canteen that limits its takeaways, to how many of a window and since how many days.
LIMITED_KITCHEN, WINDOW_LIMIT = 2, 5
_LIMITED_FOR = timedelta(days=14)
# Where one may eat without an order: the one that is open on duty days.
WALK_IN_KITCHEN: Final = 3


class Decision(NamedTuple):
    """A version of a rule; `effective_at` None: since the canteens opened."""

    rule: Rule[Any]
    scope_id: int
    variant: str
    value: Any
    effective_at: datetime | None = None
    reason: str = OPENING


def limited_from(started_on: date, today: date) -> datetime:
    """Since when the one canteen limits its takeaways."""
    return clock.at_local(max(started_on, today - _LIMITED_FOR), time.min)


def decisions(started_on: date, today: date) -> dict[int, Decision]:
    """Every version by its id."""
    decided: list[Decision] = []
    for kitchen in KITCHENS:
        decided += [Decision(MEAL_PERIOD, kitchen.id, one.period.value, one) for one in periods_of(kitchen)]
        if kitchen.opens_on_rest_days:
            decided.append(Decision(OPENS_ON_REST_DAYS, kitchen.id, "", True))
    decided += [
        Decision(SUBSIDY_EXPIRY, 0, "", ExpiryPeriod.QUARTER.value),
        Decision(advice_rules.DAYS, SMART_KITCHEN, "", 60, reason="菜品轮换约五个工作日一次"),
        Decision(advice_rules.RATE, SMART_KITCHEN, "", 15, reason="先从剩余最多的几道菜做起"),
        Decision(WALK_INS, WALK_IN_KITCHEN, "", True, reason="值班人员可能来不及预订"),
        Decision(
            WINDOW_ORDERS,
            LIMITED_KITCHEN,
            "",
            WINDOW_LIMIT,
            limited_from(started_on, today),
            "外带窗口只有一个，分时段取餐以免排队",
        ),
    ]
    return dict(enumerate(decided, start=1))
