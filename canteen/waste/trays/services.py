"""Use cases of trays."""

from datetime import datetime, timedelta

import structlog

from backend import clock
from backend.actor import Actor
from backend.audit import operations as audit
from backend.db import atomic
from backend.devices import operations as devices
from backend.devices.models import DeviceKind
from backend.devices.policies import SignedRequest, ensure_kind
from backend.rules import queries as rule_queries
from canteen.menu import queries as menu_queries
from canteen.pickups.stations.queries import ensure_serves
from canteen.waste import queries as waste_queries
from canteen.waste.schedule import MealKey
from canteen.waste.serving import queries as serving
from canteen.waste.serving import services as serving_services
from canteen.waste.trays import operations, policies, queries
from canteen.waste.trays.errors import DeviceElsewhere, NoMealNow
from canteen.waste.trays.queries import BindingView, ConsentView, Shown
from canteen.waste.trays.rules import OWN_TRAYS_DAYS

log = structlog.get_logger(__name__)


@atomic
def bind(actor: Actor, *, canteen_id: int, tray_code: str, shown: Shown) -> BindingView:
    """Bind a tray to whoever shows a card, a code or an order, at a counter of the actor's canteens.

    The same once more changes nothing. Raises CanteenNotFound, OtherCanteen, NoMealNow, TrayUnknown,
    TrayInUse, UnpaidMeal, BalanceLow and what `find_at_line` raises.
    """
    ensure_serves(actor, menu_queries.get_canteen(canteen_id))
    return _bind(canteen_id, tray_code, shown, bound_by=actor.staff_id, at=clock.now())


@atomic
def bind_by_device(
    device: SignedRequest,
    *,
    tray_code: str,
    shown: Shown,
    bound_at: datetime | None = None,
    sent_at: datetime | None = None,
) -> BindingView:
    """Bind a tray at a reader of the serving line; `bound_at` and `sent_at` are the reader's own clock.

    Raises WrongDeviceKind, DeviceElsewhere, RequestReplayed, SignatureRefused and what `bind` raises.
    """
    ensure_kind(device, DeviceKind.SCALE, DeviceKind.GATEWAY)
    if device.canteen_id is None:
        raise DeviceElsewhere
    devices.accept(device, own_clock=sent_at)
    at = policies.own_instant(bound_at, sent_at, device.received_at)
    return _bind(device.canteen_id, tray_code, shown, bound_by=0, at=at)


def _bind(canteen_id: int, tray_code: str, shown: Shown, *, bound_by: int, at: datetime) -> BindingView:
    meal = waste_queries.meal_at(canteen_id, at)
    if meal is None or clock.local(at).date() - meal.served_on > timedelta(days=1):
        raise NoMealNow
    at_line = queries.find_at_line(shown, canteen_id=canteen_id, meal=meal)
    is_by_weight = serving.is_by_weight(canteen_id, _charged_at(canteen_id, meal, at))
    if is_by_weight and at_line.order_id is None:
        # Who has an order of the meal carries it on the tray, and need not take anything by weight.
        serving.ensure_can_pay(at_line.diner.staff_id, canteen_id)
    tray = operations.lock_tray(canteen_id, tray_code)
    binding = operations.bind(tray, at_line, meal, is_by_weight=is_by_weight, bound_by=bound_by, at=at)
    return BindingView(
        binding_id=binding.id,
        tray_code=tray.code,
        staff_name=at_line.diner.name,
        date=meal.served_on,
        period=meal.period,
        bound_at=binding.bound_at,
        is_by_weight=is_by_weight,
    )


def _charged_at(canteen_id: int, meal: MealKey, at: datetime) -> datetime:
    """The instant whose rules a meal is charged by: when its service began, as the job sees it."""
    found = serving.begins_at(canteen_id, meal.served_on, meal.period)
    return found if found is not None else at


@atomic
def choose(actor: Actor, *, is_on: bool) -> ConsentView:
    """Choose to see one's own trays from now on, or no longer: then they are forgotten at once.

    What meals by weight still need is kept for them alone, and is not shown.
    """
    now = clock.now()
    if is_on:
        changed = operations.give_consent(actor.staff_id, now)
    else:
        changed = operations.revoke_consent(actor.staff_id, now)
        for canteen_id in queries.canteens_with(actor.staff_id):
            operations.forget_own(
                actor.staff_id,
                canteen_id=canteen_id,
                charged_from=serving.late_from(canteen_id, clock.today())
                if serving.is_by_weight(canteen_id, now)
                else None,
            )
    if changed:
        action = "canteen.own_trays_shown" if is_on else "canteen.own_trays_hidden"
        audit.record(actor, action, "staff", actor.staff_id)
    return queries.get_consent(actor)


def forget_old() -> int:
    """Forget whose trays those were that neither a charge nor their owner needs any more; returns how many.

    What late helpings change is charged before; what could not be charged keeps nobody's name any longer, and
    is raised at the end. One unit of work per canteen.
    """
    try:
        serving_services.settle_due(all_days=True)
    finally:
        forgotten = sum(_forget_old(canteen_id) for canteen_id in queries.canteens_with_people())
    return forgotten


@atomic
def _forget_old(canteen_id: int) -> int:
    today = clock.today()
    kept = timedelta(days=rule_queries.value(OWN_TRAYS_DAYS))
    charged_from = serving.late_from(canteen_id, today)
    forgotten = operations.forget_old(canteen_id, charged_from=charged_from, shown_from=today - kept)
    if forgotten:
        log.info("trays forgotten", canteen_id=canteen_id, trays=forgotten)
    return forgotten
