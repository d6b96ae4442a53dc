"""Use cases of incidents and recalls."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from backend import clock
from backend.actor import Actor, Grant, Permission, ScopeKind
from backend.audit.operations import record
from backend.db import atomic, db
from backend.errors import Forbidden
from backend.paging import Page
from canteen.food_safety import reach
from canteen.food_safety.incidents import messages, operations, policies, queries, views
from canteen.food_safety.incidents.errors import NothingReached
from canteen.food_safety.incidents.models import Incident, Kind, Source, State, Step
from canteen.food_safety.incidents.policies import Scope
from canteen.food_safety.incidents.queries import Exported
from canteen.food_safety.incidents.views import IncidentView
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound
from canteen.ordering.withdrawals import services as withdrawals

# Whoever works in the kitchen or its store says that something is wrong.
REPORTERS = (
    Permission.SAFETY_RECORD,
    Permission.SAFETY_MANAGE,
    Permission.PRODUCTION_RECORD,
    Permission.STOCK_RECORD,
)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a press of the recall did: `new` were told by it, `told` of the `diners` in all."""

    incident_id: int
    is_drill: bool
    diners: int
    new: int
    told: int
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a press of the recall would do."""

    incident_id: int
    is_drill: bool
    diners: int
    told: int
    to_tell: int
    text: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A dish that is not sold any more; orders that held it were reduced or cancelled and paid back."""

    meal_id: int
    served_on: date
    period: str
    dish_id: int
    dish: str
    orders_reduced: int
    orders_cancelled: int
    refunded_fen: int


@dataclass(frozen=True, slots=True)
class Stop:
    """What was taken off the menus."""

    incident_id: int
    stopped: Sequence[Stopped]


@atomic
def report(
    actor: Actor,
    *,
    canteen_id: int,
    title: str,
    kind: Kind,
    source: Source,
    description: str,
    noticed_at: datetime,
    sick: int = 0,
    in_hospital: int = 0,
    feedback_number: str = "",
    is_drill: bool = False,
) -> IncidentView:
    """Report an incident, or begin a drill; whoever manages food safety is told.

    Raises CanteenNotFound, Forbidden, or ToldInFuture.
    """
    _ensure_reports(actor, canteen_id, is_drill=is_drill)
    now = clock.now()
    policies.ensure_past(noticed_at, now)
    incident = Incident(
        canteen_id=canteen_id,
        title=title,
        kind=kind.value,
        source=source.value,
        description=description,
        feedback_number=feedback_number,
        is_drill=is_drill,
        sick=sick,
        in_hospital=in_hospital,
        noticed_at=noticed_at,
        reported_at=now,
        reported_by=actor.staff_id,
        reported_by_name=actor.name,
        revision=0,
    )
    db.session.add(incident)
    db.session.flush()  # Its number is recorded.
    operations.note(actor, incident, Step.REPORT, title)
    operations.tell_officers(incident)
    return _view(actor, incident)


def _ensure_reports(actor: Actor, canteen_id: int, *, is_drill: bool) -> None:
    canteen = menu_queries.get_canteen(canteen_id)
    wanted = (Permission.SAFETY_MANAGE,) if is_drill else REPORTERS
    if reach.may(actor, canteen, *wanted):
        return
    if reach.may(actor, canteen, Permission.SAFETY_READ, Permission.CANTEEN_READ, *REPORTERS):
        raise Forbidden
    raise CanteenNotFound


@atomic
def set_scope(
    actor: Actor,
    *,
    incident_id: int,
    revision: int,
    batch_ids: Collection[int] = (),
    dishes: Collection[tuple[int, int]] = (),
    meal_ids: Collection[int] = (),
    word: str = "",
) -> IncidentView:
    """Confirm what an incident is about, or add to it: trace, block, keep the samples, list the diners.

    Raises IncidentNotFound, Forbidden, IncidentState, IncidentChanged, ScopeEmpty, ScopeForeign or
    BatchInIncident.
    """
    incident = queries.lock_managed(actor, incident_id)
    policies.ensure_seen(revision, incident.revision)
    scope = Scope(frozenset(batch_ids), frozenset(dishes), frozenset(meal_ids))
    policies.ensure_scope(scope)
    step = Step.CONFIRM if incident.state == State.REPORTED else Step.EXTEND
    _move(incident, Step.CONFIRM)
    if incident.confirmed_at is None:
        incident.confirmed_at = clock.now()
        incident.confirmed_by, incident.confirmed_by_name = actor.staff_id, actor.name
    counts = operations.widen(actor, incident, scope)
    found = operations.counted(counts)
    operations.note(actor, incident, step, f"{word}；{found}" if word else found, details=counts)
    return _view(actor, incident)


@atomic
def recall(actor: Actor, *, incident_id: int, text: str = "") -> Recalled:
    """Tell everybody whom the food reached and who was not told yet; a drill tells the kitchen's people.

    Who was found since the last trace is listed first. Again is harmless. Raises IncidentNotFound,
    Forbidden, IncidentState or NothingReached.
    """
    incident = queries.lock_managed(actor, incident_id)
    after = policies.after(incident.state, Step.NOTIFY)
    operations.follow_up(incident)
    diners = len(queries.diner_ids(incident.id))
    if not diners:
        raise NothingReached
    words = text or messages.DEFAULT_TEXT
    if incident.is_drill:
        new = operations.tell_team(incident, words, diners)
        told = 0
    else:
        new = operations.tell_diners(incident, words)
        told = diners - len(queries.untold(incident.id))
    if new:
        operations.note(
            actor,
            incident,
            Step.NOTIFY,
            f"{'演练：通知食堂人员' if incident.is_drill else '通知就餐人员'} {len(new)} 人；“{words}”",
            details={"told": len(new), "diners": diners},
        )
    incident.state = after.value
    incident.recalled_at = incident.recalled_at or clock.now()
    return Recalled(incident.id, incident.is_drill, diners, len(new), told, words)


def preview(actor: Actor, incident_id: int) -> Preview:
    """What a recall would do by what is known now. Raises IncidentNotFound."""
    row = queries.find(actor, incident_id)
    return Preview(
        incident_id,
        row.incident.is_drill,
        row.diners,
        row.told,
        row.diners - row.told,
        messages.DEFAULT_TEXT,
    )


def stop_sale(actor: Actor, *, incident_id: int) -> Stop:
    """Take every dish of the incident that somebody could still get off its meal, one after the other.

    The menu's own withdrawal gives back what was paid and tells whoever had ordered. The officer acts by the
    incident's power, whether they manage the canteen's menus or not. Again is harmless. Raises
    IncidentNotFound, Forbidden, IncidentState or IsDrill.
    """
    incident = _begin_stop(actor, incident_id)
    canteen_id = incident.canteen_id
    power = Grant(frozenset({Permission.CANTEEN_MANAGE}), ScopeKind.CANTEEN, canteen_id)
    empowered = replace(actor, grants=(*actor.grants, power))
    stopped = []
    for meal in views.reached_meals(incident):
        for dish in meal.dishes:
            if not dish.can_stop:
                continue
            done = withdrawals.withdraw_dish(
                empowered, meal_id=meal.meal_id, dish_id=dish.dish_id, reason="食材核查"
            )
            stopped.append(
                Stopped(
                    *(meal.meal_id, meal.served_on, meal.period, dish.dish_id, dish.name),
                    *(done.orders_reduced, done.orders_cancelled, done.refunded_fen),
                )
            )
    if stopped:
        _end_stop(actor, incident_id, stopped)
    return Stop(incident_id, stopped)


@atomic
def _begin_stop(actor: Actor, incident_id: int) -> Incident:
    incident = queries.lock_managed(actor, incident_id)
    policies.after(incident.state, Step.STOP_SALE)
    policies.ensure_not_drill(incident.is_drill)
    return incident


@atomic
def _end_stop(actor: Actor, incident_id: int, stopped: Sequence[Stopped]) -> None:
    incident = queries.lock_managed(actor, incident_id)
    names = "、".join(dict.fromkeys(one.dish for one in stopped))
    operations.note(actor, incident, Step.STOP_SALE, f"停售 {len(stopped)} 道菜（次）：{names}"[:500])


@atomic
def tell_authority(
    actor: Actor, *, incident_id: int, told_at: datetime, authority: str, text: str, contact: str = ""
) -> IncidentView:
    """Write down that an authority was told. Raises IncidentNotFound, Forbidden, IncidentState, IsDrill or
    ToldInFuture.
    """
    incident = queries.lock_managed(actor, incident_id)
    policies.after(incident.state, Step.REPORT_TO_AUTHORITY)
    policies.ensure_not_drill(incident.is_drill)
    policies.ensure_past(told_at, clock.now())
    first = incident.authority_told_at
    incident.authority_told_at = told_at if first is None else min(first, told_at)
    operations.note(
        actor,
        incident,
        Step.REPORT_TO_AUTHORITY,
        f"{authority}{f'（{contact}）' if contact else ''}：{text}"[:500],
        at=told_at,
        details={"authority": authority},
    )
    return _view(actor, incident)


@atomic
def add_note(actor: Actor, *, incident_id: int, text: str) -> IncidentView:
    """Add to the timeline what was done. Raises IncidentNotFound, Forbidden or IncidentState."""
    incident = queries.lock_managed(actor, incident_id)
    policies.after(incident.state, Step.NOTE)
    operations.note(actor, incident, Step.NOTE, text)
    return _view(actor, incident)


@atomic
def release(actor: Actor, *, incident_id: int, batch_ids: Collection[int], reason: str) -> IncidentView:
    """Let go of batches that turned out to be sound, before or after the case is closed.

    Raises IncidentNotFound, Forbidden, IncidentState or BatchNotHeld.
    """
    incident = queries.lock_managed(actor, incident_id)
    policies.after(incident.state, Step.RELEASE)
    free = operations.release(incident, batch_ids)
    operations.note(actor, incident, Step.RELEASE, reason, details={"batch_ids": free})
    return _view(actor, incident)


@atomic
def close(
    actor: Actor,
    *,
    incident_id: int,
    revision: int,
    cause: str,
    findings: str,
    measures: str,
    release_batch_ids: Collection[int] = (),
) -> IncidentView:
    """Close a case with what came of it; a drill lets go of all that it held, a case of what is named.

    Samples are let go of. Raises IncidentNotFound, Forbidden, IncidentState, IncidentChanged or BatchNotHeld.
    """
    incident = queries.lock_managed(actor, incident_id)
    policies.ensure_seen(revision, incident.revision)
    _end(actor, incident, Step.CLOSE)
    incident.cause, incident.findings, incident.measures = cause, findings, measures
    free = operations.release(incident, release_batch_ids)
    operations.end(incident)
    text = f"原因：{cause}；解除封存 {len(free)} 个批次"
    operations.note(actor, incident, Step.CLOSE, text[:500], details={"batch_ids": free})
    return _view(actor, incident)


@atomic
def dismiss(actor: Actor, *, incident_id: int, reason: str) -> IncidentView:
    """Say that a report came to nothing. Raises IncidentNotFound, Forbidden or IncidentState."""
    incident = queries.lock_managed(actor, incident_id)
    _end(actor, incident, Step.DISMISS)
    incident.findings = reason
    operations.note(actor, incident, Step.DISMISS, reason[:500])
    return _view(actor, incident)


@atomic
def read_diners(actor: Actor, *, incident_id: int, q: str = "", page: int = 1, page_size: int = 20) -> Page:
    """Whom the food reached, by number: DinerView; it is recorded. Raises as `queries.page_diners`."""
    found = queries.page_diners(actor, incident_id, q=q, page=page, page_size=page_size)
    record(actor, "canteen.incident_diners_read", "food_incident", incident_id, rows=len(found.rows))
    return found


@atomic
def export_diners(actor: Actor, *, incident_id: int) -> Exported:
    """The diners by name, for a file; on record in the timeline and the trail.

    Raises IncidentNotFound, Forbidden or IncidentState.
    """
    incident = queries.lock_managed(actor, incident_id)
    policies.after(incident.state, Step.EXPORT)
    rows = queries.all_diners(actor, incident_id)
    operations.note(
        actor, incident, Step.EXPORT, f"导出就餐人员名单，共 {len(rows)} 人", details={"rows": len(rows)}
    )
    return Exported(policies.number_of(incident.id, incident.reported_at), incident.title, rows)


def _move(incident: Incident, step: Step) -> None:
    incident.state = policies.after(incident.state, step).value


def _end(actor: Actor, incident: Incident, step: Step) -> None:
    _move(incident, step)
    incident.closed_at = clock.now()
    incident.closed_by, incident.closed_by_name = actor.staff_id, actor.name


def _view(actor: Actor, incident: Incident) -> IncidentView:
    db.session.flush()  # The view reads what was written.
    canteen = menu_queries.get_canteen(incident.canteen_id)
    is_manager = reach.may(actor, canteen, Permission.SAFETY_MANAGE)
    return views.view_of(queries.get_row(incident.id), is_manager=is_manager)
