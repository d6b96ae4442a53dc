"""Use cases of receptions."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import TypeVar

from backend import clock, errors
from backend.actor import Actor
from backend.audit import operations as audit
from backend.audit.models import Result
from backend.db import atomic
from backend.money import yuan
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from backend.refusals import recording
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenInactive
from canteen.ordering.colleagues import services as colleagues
from canteen.ordering.policies import meal_name
from canteen.ordering.receptions import messages, operations, parties, policies, queries
from canteen.ordering.receptions.errors import OwnReception, ReasonNeeded, ReceptionPeriodNotServed
from canteen.ordering.receptions.models import ReceptionState
from canteen.ordering.receptions.parties import Party
from canteen.ordering.receptions.policies import DishWish, Guest, Limits, Plan, Step
from canteen.ordering.receptions.queries import ReceptionRow, ReceptionView

R = TypeVar("R")
MOST_EXPORTED = 100_000


def _leaving_trace(action: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`atomic` for a use case that decides on a reception; that it is the actor's own is recorded."""

    def note(actor: Actor, reception_id: int, refused: errors.AppError) -> None:
        audit.record(actor, action, "reception", reception_id, result=Result.REFUSED, reason=refused.code)

    return recording(note, OwnReception, named="reception_id")


def file_reception(actor: Actor, *, plan: Plan) -> ReceptionView:
    """Ask for a meal for official guests, at the cost of the actor's department; who decides is told.

    Raises LetterNeeded, LetterTaken, SubjectNeeded, TextForbidden, CanteenNotFound, CanteenInactive,
    ReceptionPeriodNotServed, ReceptionTooLate, TooManyCompanions, CompanionUnknown, StandardTooHigh,
    ReceptionDishUnknown, DishForbidden, ReceptionRepeated, ReceptionFree, OverStandard, PhotoNotFound, or
    TooManyLookups: who dines with the guests is named by number, and each number is a look-up.
    """
    # Taken before the unit opens: waiting for a lock makes nobody late.
    received_at = clock.now()
    count_naming(actor, plan.companions)
    return _file(actor, plan=plan, received_at=received_at)


def file_within(actor: Actor, *, plan: Plan, received_at: datetime) -> ReceptionView:
    """`file_reception` within an open unit of work, whose caller has counted the look-ups."""
    serves_from, party = _checked(plan, received_at)
    reception_id = operations.add(actor, plan, party, serves_from=serves_from, filed_at=received_at)
    view = queries.get_reception(actor, reception_id)
    audit.record(
        actor,
        "canteen.reception_filed",
        "reception",
        reception_id,
        letter_no=plan.letter_no,
        guests=view.guests,
        companions=view.companions,
        amount_fen=view.total_fen,
    )
    _tell_approvers(view)
    return view


_file = atomic(file_within)


def change_reception(actor: Actor, *, reception_id: int, revision: int, plan: Plan) -> ReceptionView:
    """Change one's own request until it is decided or the lead time begins.

    Raises what filing raises, and ReceptionNotFound, Forbidden, ReceptionChanged or ReceptionStateConflict.
    """
    received_at = clock.now()
    count_naming(actor, plan.companions, known=parties.numbers_named(reception_id, actor.staff_id))
    return _change(actor, reception_id=reception_id, revision=revision, plan=plan, received_at=received_at)


def count_naming(actor: Actor, staff_nos: Collection[str], known: Collection[str] = ()) -> None:
    """Count the numbers whose names the answer tells as look-ups. Raises TooManyLookups."""
    told = set(staff_nos) - set(known) - {actor.staff_no}
    if told:
        colleagues.count_naming(actor, len(told))


@atomic
def _change(
    actor: Actor, *, reception_id: int, revision: int, plan: Plan, received_at: datetime
) -> ReceptionView:
    view = _locked(actor, reception_id)
    if view.requester_id != actor.staff_id:
        raise errors.Forbidden
    policies.ensure_may(view.state, Step.CHANGE)
    policies.ensure_seen(revision, view.revision)
    policies.ensure_in_time(view.serves_from, queries.limits(view.canteen_id, received_at).lead, received_at)
    serves_from, party = _checked(plan, received_at)
    operations.change(actor, reception_id, plan, party, serves_from=serves_from)
    audit.record(actor, "canteen.reception_changed", "reception", reception_id, letter_no=plan.letter_no)
    changed = queries.get_reception(actor, reception_id)
    if changed.canteen_id != view.canteen_id:
        _tell_approvers(changed)
    return changed


def cancel_reception(actor: Actor, *, reception_id: int, reason: str = "") -> ReceptionView:
    """Cancel one's own request until the lead time begins.

    Who manages the canteen's receptions may cancel, with a reason, until it is served: when nobody comes,
    nothing is booked. Raises ReceptionNotFound, ReceptionStateConflict, ReceptionTooLate or ReasonNeeded.
    """
    return _cancel(actor, reception_id=reception_id, reason=reason, received_at=clock.now())


def cancel_within(actor: Actor, *, reception_id: int, reason: str, received_at: datetime) -> ReceptionView:
    """`cancel_reception` within an open unit of work."""
    view = _locked(actor, reception_id)
    policies.ensure_may(view.state, Step.CANCEL)
    is_own = view.requester_id == actor.staff_id
    if not (is_own or reason):
        raise ReasonNeeded(fields={"reason": [ReasonNeeded.message]})
    if not _manages(actor, view):
        lead = queries.limits(view.canteen_id, received_at).lead
        policies.ensure_in_time(view.serves_from, lead, received_at)
    operations.take(reception_id, Step.CANCEL, cancelled_at=received_at, reason=reason)
    audit.record(actor, "canteen.reception_cancelled", "reception", reception_id, reason=reason)
    told = queries.approvers(menu_queries.get_canteen(view.canteen_id)) | {view.requester_id}
    _tell(
        messages.CANCELLED,
        told - {actor.staff_id},
        view,
        department=view.department,
        reason=f"，原因：{reason}" if reason else "",
    )
    return queries.get_reception(actor, reception_id)


_cancel = atomic(cancel_within)


@_leaving_trace("canteen.reception_approved")
def approve_reception(actor: Actor, *, reception_id: int, revision: int) -> ReceptionView:
    """Let the kitchen cook for it. `revision` is the one that the actor has read.

    Raises ReceptionNotFound, Forbidden, OwnReception (which leaves a trace), ReceptionStateConflict,
    ReceptionChanged or ReceptionBegun.
    """
    now = clock.now()
    view = _to_decide(actor, reception_id, revision, Step.APPROVE)
    policies.ensure_ahead(view.serves_from, now)
    operations.take(reception_id, Step.APPROVE, decided_at=now, decided_by=actor.staff_id)
    audit.record(actor, "canteen.reception_approved", "reception", reception_id, amount_fen=view.total_fen)
    _tell(messages.APPROVED, {view.requester_id}, view, people=_people(view.guests, view.companions))
    return queries.get_reception(actor, reception_id)


@_leaving_trace("canteen.reception_rejected")
def reject_reception(actor: Actor, *, reception_id: int, revision: int, reason: str) -> ReceptionView:
    """Turn a request down; who filed it reads the reason.

    Raises ReceptionNotFound, Forbidden, OwnReception (which leaves a trace), ReceptionStateConflict or
    ReceptionChanged.
    """
    view = _to_decide(actor, reception_id, revision, Step.REJECT)
    operations.take(
        reception_id,
        Step.REJECT,
        decided_at=clock.now(),
        decided_by=actor.staff_id,
        reason=reason,
    )
    audit.record(actor, "canteen.reception_rejected", "reception", reception_id, reason=reason)
    _tell(messages.REJECTED, {view.requester_id}, view, reason=reason)
    return queries.get_reception(actor, reception_id)


@_leaving_trace("canteen.reception_served")
def serve_reception(
    actor: Actor,
    *,
    reception_id: int,
    guests: Sequence[Guest] | None = None,
    companions: Sequence[str] | None = None,
    dishes: Sequence[DishWish] | None = None,
) -> ReceptionView:
    """Register who came and what was served, None as approved, and book it on the department.

    The companions are limited by the guests who came. The standard holds for whichever is more, the heads
    approved or those who came: what was cooked for guests who stayed away was spent all the same.
    Raises ReceptionNotFound, Forbidden, OwnReception (which leaves a trace), ReceptionStateConflict,
    ReceptionNotYet, TooManyUnannounced, TooManyCompanions, CompanionUnknown, ReceptionRepeated,
    ReceptionDishUnknown, DishForbidden, ReceptionFree or OverStandard.
    """
    now = clock.now()
    view = _impartially(actor, reception_id)
    policies.ensure_may(view.state, Step.SERVE)
    policies.ensure_begun(view.serves_from, now)
    limits = queries.limits(view.canteen_id, now)
    party = _came(view, guests, companions, dishes, limits)
    policies.ensure_not_own(actor, view.requester_id, party.companion_ids)
    policies.ensure_announced(len(party.guests), view.guests, limits)
    policies.ensure_party(len(party.guests), len(party.companions), limits)
    total_fen = sum(line.amount_fen for line in party.dishes)
    heads = max(len(party.guests) + len(party.companions), view.guests + view.companions)
    policies.ensure_affordable(total_fen, heads, view.standard_fen)
    operations.serve(actor, view, party, served_at=now)
    served = queries.get_reception(actor, reception_id)
    audit.record(
        actor,
        "canteen.reception_served",
        "reception",
        reception_id,
        guests=len(party.guests),
        companions=len(party.companions),
        amount_fen=total_fen,
    )
    people = _people(len(party.guests), len(party.companions))
    _tell(messages.SERVED, {view.requester_id}, served, people=people, amount=yuan(total_fen))
    return served


@atomic
def reopen_reception(actor: Actor, *, reception_id: int, reason: str) -> ReceptionView:
    """Take back what was registered wrongly, by a reversing entry; then it is registered anew.

    Raises ReceptionNotFound, Forbidden or ReceptionStateConflict, e.g. once it is settled.
    """
    view = _managed(actor, reception_id)
    policies.ensure_may(view.state, Step.REOPEN)
    operations.reopen(actor, reception_id, reason=reason, at=clock.now())
    audit.record(
        actor,
        "canteen.reception_reopened",
        "reception",
        reception_id,
        reason=reason,
        amount_fen=view.amount_fen,
    )
    reopened = queries.get_reception(actor, reception_id)
    _tell(messages.REOPENED, {view.requester_id}, reopened, reason=reason)
    return reopened


@atomic
def export_sheet(actor: Actor, *, reception_id: int) -> ReceptionView:
    """The reception for its sheet; that it was taken out is recorded. Raises ReceptionNotFound."""
    view = queries.get_reception(actor, reception_id)
    audit.record(actor, "canteen.reception_printed", "reception", reception_id)
    return view


@atomic
def export_receptions(
    actor: Actor, *, canteen_id: int, month: date | None, state: ReceptionState | None
) -> Sequence[ReceptionRow]:
    """The receptions of a canteen that the filters leave, for a workbook to keep; recorded."""
    rows: Sequence[ReceptionRow] = queries.page_receptions(
        actor,
        is_managed=True,
        canteen_id=canteen_id,
        month=month,
        state=state,
        page=1,
        page_size=MOST_EXPORTED,
    ).rows
    audit.record(actor, "canteen.receptions_exported", "canteen", canteen_id, rows=len(rows))
    return rows


def _checked(plan: Plan, received_at: datetime) -> tuple[datetime, Party]:
    """When the meal begins, and who will dine on what, if all of it may be."""
    policies.ensure_letter(plan.letter_no)
    if not menu_queries.get_canteen(plan.canteen_id).is_active:
        raise CanteenInactive
    limits = queries.limits(plan.canteen_id, received_at)
    policies.ensure_plain(plan, limits.luxuries)
    serves_from = queries.find_start(plan.canteen_id, plan.served_on, plan.period)
    if serves_from is None:
        raise ReceptionPeriodNotServed(date=plan.served_on.isoformat(), period=plan.period.value)
    policies.ensure_in_time(serves_from, limits.lead, received_at)
    policies.ensure_distinct(plan.companions, "陪餐人员")
    policies.ensure_party(len(plan.guests), len(plan.companions), limits)
    policies.ensure_standard(plan.standard_fen, limits)
    offered = queries.offered(plan.canteen_id, {wish.dish_id for wish in plan.dishes})
    lines = policies.price_dishes(plan.dishes, offered, limits.luxuries)
    heads = len(plan.guests) + len(plan.companions)
    policies.ensure_affordable(sum(line.amount_fen for line in lines), heads, plan.standard_fen)
    return serves_from, Party(plan.guests, parties.find_companions(plan.companions), lines)


def _came(
    view: ReceptionView,
    guests: Sequence[Guest] | None,
    companions: Sequence[str] | None,
    dishes: Sequence[DishWish] | None,
    limits: Limits,
) -> Party:
    """Who came and what they ate: as said, or as approved."""
    planned = view.planned
    lines = planned.dishes
    if dishes is not None:
        offered = queries.offered(view.canteen_id, {wish.dish_id for wish in dishes})
        lines = policies.served_lines(dishes, planned.dishes, offered, limits.luxuries)
    there = planned.companions
    if companions is not None:
        policies.ensure_distinct(companions, "陪餐人员")
        there = parties.find_companions(companions)
    return Party(planned.guests if guests is None else guests, there, lines)


def _locked(actor: Actor, reception_id: int) -> ReceptionView:
    operations.lock(reception_id)
    return queries.get_reception(actor, reception_id)


def _managed(actor: Actor, reception_id: int) -> ReceptionView:
    """The locked reception, if the actor decides on it; its requester may only see it (Forbidden)."""
    view = _locked(actor, reception_id)
    if not _manages(actor, view):
        raise errors.Forbidden
    return view


def _impartially(actor: Actor, reception_id: int) -> ReceptionView:
    """The locked reception, if the actor decides on it and neither asked for it nor is to dine at it."""
    view = _managed(actor, reception_id)
    policies.ensure_not_own(actor, view.requester_id, view.planned.companion_ids)
    return view


def _to_decide(actor: Actor, reception_id: int, revision: int, step: Step) -> ReceptionView:
    view = _impartially(actor, reception_id)
    policies.ensure_may(view.state, step)
    policies.ensure_seen(revision, view.revision)
    return view


def _manages(actor: Actor, row: ReceptionRow) -> bool:
    return policies.manages(actor, menu_queries.get_canteen(row.canteen_id))


def _tell_approvers(view: ReceptionView) -> None:
    told = queries.approvers(menu_queries.get_canteen(view.canteen_id)) - {view.requester_id}
    _tell(messages.SUBMITTED, told, view, department=view.department, guests=str(view.guests))


def _tell(kind: Kind, staff_ids: set[int], view: ReceptionRow, **fields: str) -> None:
    common = {"meal": meal_name(view.served_on, view.period), "canteen": view.canteen}
    notify(
        kind,
        staff_ids,
        common | fields,
        page=policies.reception_page(view.id),
        dedupe=f"{view.id}/{view.revision}",
    )


def _people(guests: int, companions: int) -> str:
    return f"来宾 {guests} 人、陪餐 {companions} 人"
