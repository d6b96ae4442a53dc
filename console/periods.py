"""A canteen's rules: when it serves each period, until when one orders, and an example of what that means.

Whoever reads the canteen may look; who manages it may change. The canteen's other rules stand below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from marshmallow import EXCLUDE

from backend import clock
from backend.actor import Actor, Permission
from backend.endpoints import load
from backend.errors import Forbidden, Invalid, NotFound
from backend.rules import queries as rule_queries
from backend.rules.queries import RuleView
from backend.wire import Query, Str
from backend.workdays import queries as workday_queries
from canteen.menu import policies
from canteen.menu import queries as menu_queries
from canteen.menu.models import Period
from canteen.menu.policies import PeriodRules
from canteen.menu.queries import CanteenChoice
from canteen.menu.rules import MAX_CUTOFF_DAYS, MAX_NAME, MEAL_PERIOD, window_text
from canteen.menu.schemas import PeriodRulesIn
from canteen.menu.titles import PERIOD_NAMES
from console import scope
from console.formats import short_day, weekday
from console.pages import page, pages, render
from console.rules import Standing, form_context, grouped, history_page, standing

blueprint = pages("console_periods", __name__)

# Within so many days a canteen serves, even over the longest holiday.
_LOOKED_AT: Final = timedelta(days=21)
# No meal keeps it: what is published counts for other rules.
_NO_VERSION: Final = -1
_FIELDS: Final[Mapping[str, str]] = {
    "name": "名称",
    "window_from": "供餐开始",
    "window_until": "供餐结束",
    "order_cutoff": "订餐截止",
    "cancel_cutoff": "取消截止",
    "pickup_lead_minutes": "取餐提前",
}


class TypedPeriod(Query):
    """The form of a period as far as it is filled in, with the names of its fields."""

    class Meta:
        unknown = EXCLUDE

    name = Str(data_key="value.name", max_length=1000)
    is_active = Str(data_key="value.is_active", max_length=1000)
    window_from = Str(data_key="value.window_from", max_length=1000)
    window_until = Str(data_key="value.window_until", max_length=1000)
    order_days = Str(data_key="value.order_cutoff.days", max_length=1000)
    order_time = Str(data_key="value.order_cutoff.time", max_length=1000)
    order_minutes = Str(data_key="value.order_cutoff.minutes", max_length=1000)
    cancel_days = Str(data_key="value.cancel_cutoff.days", max_length=1000)
    cancel_time = Str(data_key="value.cancel_cutoff.time", max_length=1000)
    cancel_minutes = Str(data_key="value.cancel_cutoff.minutes", max_length=1000)
    pickup_lead_minutes = Str(data_key="value.pickup_lead_minutes", max_length=1000)
    effective_at = Str(max_length=1000)


@dataclass(frozen=True, slots=True)
class Days:
    """The next days on which a canteen is open, and the versions that its published meals keep."""

    open: Sequence[date]
    judged: Mapping[tuple[date, str], int]


@dataclass(frozen=True, slots=True)
class Card:
    """A period with what its rules mean for a day; `rules` is None where the canteen has never served it."""

    period: Period
    name: str
    standing: Standing
    rules: PeriodRules | None
    example: str


@page(blueprint, "/canteen/periods", permission=Permission.CANTEEN_READ, at_canteen="餐别与规则")
def show(actor: Actor, canteen: CanteenChoice) -> str:
    """The periods of the chosen canteen, and its other rules."""
    views = rule_queries.overview(actor, scope_id=canteen.id)
    days = _days(canteen.id)
    return render(
        "periods/list.html",
        canteen=canteen,
        cards=[_card(view, days) for view in views if view.rule is MEAL_PERIOD],
        groups=grouped([view for view in views if view.rule is not MEAL_PERIOD]),
        may_manage=scope.covers(actor, Permission.CANTEEN_MANAGE),
    )


@page(blueprint, "/canteen/periods/<period>", permission=Permission.CANTEEN_MANAGE)
def edit(actor: Actor, period: str) -> str:
    """The dialog of one period."""
    view = _managed(actor, period)
    rules = _value(view)
    return render(
        "periods/edit.html",
        standing=standing(view),
        period=period,
        name=PERIOD_NAMES[Period(period)],
        rules=rules,
        example=_preview(rules, _days(view.place.id)) if rules else "",
        days=[
            (0, "当日"),
            (1, "前一日"),
            *((days, f"前 {days} 日") for days in range(2, MAX_CUTOFF_DAYS + 1)),
        ],
        name_length=MAX_NAME,
        **form_context(),
    )


@page(blueprint, "/canteen/periods/<period>/example", permission=Permission.CANTEEN_MANAGE, query=TypedPeriod)
def example(actor: Actor, period: str, query: dict[str, Any]) -> str:
    """What the form means for a day, or what is still wrong with it; a part of the dialog."""
    view = _managed(actor, period)
    try:
        rules = _typed(period, query)
        policies.ensure_rules(rules)
    except Invalid as wrong:
        return render("periods/example.html", example="", problems=_problems(wrong))
    text = _preview(rules, _days(view.place.id), _from(query))
    return render("periods/example.html", example=text, problems=[])


@page(blueprint, "/canteen/periods/<period>/history", permission=Permission.CANTEEN_READ)
def history(actor: Actor, period: str) -> str:
    """Every decision about a period."""
    return history_page(_view(actor, period))


def _view(actor: Actor, period: str) -> RuleView:
    canteen_id = scope.of(actor).canteen_id
    if period not in set(Period) or not canteen_id:
        raise NotFound
    return rule_queries.get_view(actor, MEAL_PERIOD.key, canteen_id, period)


def _managed(actor: Actor, period: str) -> RuleView:
    view = _view(actor, period)
    if not view.is_editable:
        raise Forbidden
    return view


def _value(view: RuleView) -> PeriodRules | None:
    return MEAL_PERIOD.kind.load(view.value) if view.value is not None else None


def _card(view: RuleView, days: Days) -> Card:
    rules, period, found = _value(view), Period(view.variant), standing(view)
    return Card(
        period=period,
        name=rules.name if rules else PERIOD_NAMES[period],
        standing=found,
        rules=rules,
        example=_example(rules, days, version_id=view.in_force.id, until=found.next_at)
        if rules and rules.is_active and view.in_force
        else "",
    )


def _days(canteen_id: int) -> Days:
    """The days from today on that an example may speak of."""
    first, last = clock.today(), clock.today() + _LOOKED_AT
    calendar = workday_queries.calendar_for(first, last)
    days = (first + timedelta(days=number) for number in range(_LOOKED_AT.days + 1))
    return Days(
        [on for on in days if menu_queries.day_of(calendar, canteen_id, on).is_open],
        menu_queries.judged_by(canteen_id, first, last),
    )


def _preview(rules: PeriodRules, days: Days, from_at: datetime | None = None) -> str:
    """What a form's rules would mean: for a meal that is not published yet."""
    if not rules.is_active:
        return "停用后，新菜单不再安排这一餐；已发布的照常供应。"
    found = _example(rules, days, version_id=_NO_VERSION, since=from_at)
    return found or f"近 {_LOOKED_AT.days} 天没有适用的供餐日：已发布的餐次仍按原规定。"


def _example(
    rules: PeriodRules,
    days: Days,
    *,
    version_id: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> str:
    """What the rules mean for the first day that they judge, its cutoffs still ahead; or nothing.

    They judge the published meals that keep their version, and of the others those that are served from
    `since` on and before `until`.
    """
    now = clock.now()
    for on in days.open:
        at = policies.instants_of(rules, on)
        is_judged = days.judged.get((on, rules.period.value), version_id) == version_id
        is_within = (since is None or since <= at.serves_from) and (until is None or at.serves_from < until)
        if is_judged and is_within and min(at.order_closes_at, at.cancel_closes_at) > now:
            return example_of(rules, on)
    return ""


def example_of(rules: PeriodRules, on_date: date) -> str:
    """`例：11月25日（周三）午餐 11:30–12:30 供餐；当天 10:00 截止订餐，…`, as meals are judged."""
    at = policies.instants_of(rules, on_date)

    def when(instant: datetime) -> str:
        local = clock.local(instant)
        if local.date() == on_date:
            return f"当天 {local:%H:%M}"
        return f"{short_day(local.date())}（{weekday(local.date())}）{local:%H:%M}"

    pickup = "下单后即可取餐" if at.pickup_from is None else f"{when(at.pickup_from)} 起可取餐"
    if at.order_closes_at == at.cancel_closes_at:
        closes = f"{when(at.freezes_at)} 截止订餐和取消，备餐单随之定稿"
    else:
        closes = (
            f"{when(at.order_closes_at)} 截止订餐，{when(at.cancel_closes_at)} 截止取消，"
            f"{when(at.freezes_at)} 备餐单定稿"
        )
    return (
        f"例：{short_day(on_date)}（{weekday(on_date)}）{rules.name} {window_text(rules)} 供餐；"
        f"{closes}；{pickup}。"
    )


def _typed(period: str, query: Mapping[str, str]) -> PeriodRules:
    """The rules that the form says. Raises Invalid with messages per field."""

    def cutoff(which: str) -> dict[str, Any]:
        return {
            "days": _number(query.get(f"{which}_days", "0")),
            "time": query.get(f"{which}_time"),
            "minutes": _number(query.get(f"{which}_minutes")),
        }

    said = {
        "period": period,
        "is_active": "is_active" in query,
        "order_cutoff": cutoff("order"),
        "cancel_cutoff": cutoff("cancel"),
        "pickup_lead_minutes": _number(query.get("pickup_lead_minutes")),
        **{name: query[name] for name in ("name", "window_from", "window_until") if name in query},
    }
    rules: PeriodRules = load(PeriodRulesIn(), said)
    return rules


def _number(text: str | None) -> int | str | None:
    return int(text) if text is not None and text.isascii() and text.isdecimal() else text


def _from(query: Mapping[str, str]) -> datetime | None:
    """From when on the form's rules shall hold; None for now, and for what is no instant yet."""
    try:
        said = datetime.fromisoformat(query.get("effective_at", ""))
    except ValueError:
        return None
    return clock.at_local(said.date(), time(said.hour, said.minute))


def _problems(wrong: Invalid) -> list[str]:
    """What is wrong, in a sentence each, with the titles of the fields."""
    fields: Mapping[str, Any] | None = wrong.data.get("fields")
    if fields is None:
        return [wrong.msg]
    return [f"{_FIELDS.get(name, name)}：{'；'.join(_texts(said))}" for name, said in fields.items()]


def _texts(said: Any) -> list[str]:
    if isinstance(said, str):
        return [said]
    inner = said.values() if isinstance(said, Mapping) else said
    return list(dict.fromkeys(text for each in inner for text in _texts(each)))
