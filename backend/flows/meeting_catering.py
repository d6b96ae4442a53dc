"""会议用餐: meals of a meeting, ordered of a canteen by the canteen's own rules. ADR 0040.

Guests from outside with a letter dine as 公务接待, which the canteen approves and the department pays. For
attendees of the house the organiser orders 工作餐 as 代订: each has consented, and pays. Nothing else is paid
by anybody. A meeting that is called off takes its meals with it, as long as the canteen lets them be
cancelled; one that moves tells its organiser, who alone knows whether they still want to eat then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.audit.operations import record
from backend.db import atomic, db
from backend.errors import AppError
from backend.flows.meeting_catering_errors import DinerNotAttending, MealOtherDay, MealRefused
from backend.flows.meeting_catering_messages import MEALS_CANCELLED, MEALS_STAND, MEALS_UNMOVED
from backend.notifications.kinds import Kind
from canteen.accounts import operations as accounts
from canteen.menu import queries as menu
from canteen.ordering import placing
from canteen.ordering import policies as ordering
from canteen.ordering import queries as ordering_queries
from canteen.ordering.colleagues import queries as colleagues
from canteen.ordering.colleagues import services as colleague_services
from canteen.ordering.models import Order, OrderState
from canteen.ordering.placing import Diner, Request
from canteen.ordering.receptions import operations as receptions
from canteen.ordering.receptions import policies as reception_policies
from canteen.ordering.receptions import queries as reception_queries
from canteen.ordering.receptions import services as reception_services
from canteen.ordering.receptions.models import Purpose, Reception, ReceptionState
from canteen.ordering.receptions.policies import Plan
from meeting.bookings import following, moving, people
from meeting.bookings import queries as bookings
from meeting.bookings.following import Change
from meeting.bookings.models import Booking, Occurrence, State
from meeting.bookings.policies import shown_subject
from meeting.hospitality import policies as hospitality
from meeting.hospitality import telling
from meeting.hospitality.errors import NotOfMeeting, OccurrenceNeeded, ServicesOver
from meeting.hospitality.models import MealKind, MealLink

_CALLED_OFF: Final = "会议取消"
KIND_NAMES: Final[Mapping[MealKind, str]] = {MealKind.RECEPTION: "公务接待", MealKind.ORDER: "工作餐"}


@dataclass(frozen=True, slots=True)
class Meal:
    """What was ordered of a canteen for a meeting, as it stands there. Amounts in fen."""

    id: int
    kind: str
    kind_name: str
    meal_id: int
    occurrence_id: int
    canteen: str
    date: date
    period: str
    people: int
    state: str
    state_name: str
    total_fen: int
    diner: str | None
    note: str


def file_reception(actor: Actor, *, booking_id: int, plan: Plan, occurrence_id: int | None = None) -> Meal:
    """Ask for a meal for the guests of one's meeting; the canteen decides. A confidential subject stays here.

    Raises BookingNotFound, NotOfMeeting, OccurrenceNeeded, ServicesOver, MealOtherDay, and what
    `canteen.ordering.receptions.services.file_reception` raises.
    """
    received_at = clock.now()
    reception_services.count_naming(actor, plan.companions)
    return _file(
        actor, booking_id=booking_id, occurrence_id=occurrence_id, plan=plan, received_at=received_at
    )


@atomic
def _file(
    actor: Actor, *, booking_id: int, occurrence_id: int | None, plan: Plan, received_at: datetime
) -> Meal:
    _, occurrence = _own_meeting(actor, booking_id, occurrence_id, plan.served_on)
    subject = shown_subject(occurrence.subject, is_confidential=occurrence.is_confidential, knows=False)
    filed = reception_services.file_within(
        actor,
        plan=replace(plan, purpose=Purpose.MEETING, subject=plan.subject or subject),
        received_at=received_at,
    )
    link = _link(actor, occurrence, MealKind.RECEPTION, filed.id, actor.staff_id, received_at)
    record(actor, "meeting.reception_filed", "meeting_occurrence", occurrence.id, order_id=filed.id)
    return _meals([link])[0]


@atomic
def order_meals(
    actor: Actor,
    *,
    booking_id: int,
    request: Request,
    diner_ids: Sequence[int],
    occurrence_id: int | None = None,
) -> list[Meal]:
    """Order the same meal for several of one's meeting, each at their own cost: for all, or for nobody.

    Raises BookingNotFound, NotOfMeeting, OccurrenceNeeded, ServicesOver, MealOtherDay, DinerNotAttending or
    MealRefused, which tells for whom and why.
    """
    received_at = clock.now()
    booking, occurrence = _own_meeting(actor, booking_id, occurrence_id, request.served_on)
    attending = {each.staff_id for each in bookings.attendees_of(booking.id)} | {occurrence.organiser_id}
    if not set(diner_ids) <= attending:
        raise DinerNotAttending
    found = colleagues.people_of(set(diner_ids))
    # By rising person, before any order: as everywhere in the canteen.
    accounts.lock_balances_of(set(found))
    links = []
    for staff_id in sorted(found):
        order_id = _order(actor, found[staff_id], request, received_at)
        links.append(_link(actor, occurrence, MealKind.ORDER, order_id, staff_id, received_at))
    record(actor, "meeting.meals_ordered", "meeting_occurrence", occurrence.id, diners=len(links))
    return _meals(links)


def meals_of(actor: Actor, booking_id: int) -> list[Meal]:
    """What was ordered for a booking's meetings, for organiser and booker. Raises BookingNotFound."""
    booking, occurrences = bookings.find(actor, booking_id)
    whos = people.standings(actor, booking, occurrences)
    owned = [each.id for each in occurrences if whos[each.id].owns or whos[each.id].manages]
    return _meals(_links(owned))


def follow_up(actor: Actor, changes: Sequence[Change]) -> None:
    """Let the meals of meetings that were called off go with them, and say of moved ones that they stay."""
    now = clock.now()
    touched = {each.occurrence.id: each for each in changes if _is_off(each) or _is_moved(each)}
    links = _links(sorted(touched))
    if not links:
        return
    standing = {meal.id: meal for meal in _meals(links)}
    # By rising person, before any order: as everywhere in the canteen.
    diners = {link.staff_id for link in links if link.kind == MealKind.ORDER}
    if diners:
        accounts.lock_balances_of(diners)
    for occurrence_id, change in touched.items():
        own = [link for link in links if link.occurrence_id == occurrence_id]
        active = [link for link in own if _is_active(standing[link.id])]
        if not active:
            continue
        if not _is_off(change):
            _tell(change.occurrence, MEALS_UNMOVED, active, standing)
            continue
        gone = [link for link in active if _cancel(actor, link, now)]
        for kind, meant in ((MEALS_CANCELLED, gone), (MEALS_STAND, [x for x in active if x not in gone])):
            if meant:
                _tell(change.occurrence, kind, meant, standing)


def _own_meeting(
    actor: Actor, booking_id: int, occurrence_id: int | None, served_on: date
) -> tuple[Booking, Occurrence]:
    booking, occurrences = bookings.find(actor, booking_id)
    if occurrence_id is None and len(occurrences) > 1:
        raise OccurrenceNeeded
    meant = next((each for each in occurrences if occurrence_id in (None, each.id)), None)
    if meant is None:
        raise OccurrenceNeeded
    if not people.standing(actor, booking, meant).owns:
        raise NotOfMeeting
    occurrence = moving.locked_occurrences(ids=[meant.id])[0]
    if occurrence.state not in hospitality.SERVED or occurrence.end_at <= clock.now():
        raise ServicesOver
    first, last = (clock.local(each).date() for each in (occurrence.start_at, occurrence.end_at))
    if not first <= served_on <= last:
        raise MealOtherDay
    return booking, occurrence


def _order(actor: Actor, diner: colleagues.Person, request: Request, at: datetime) -> int:
    try:
        if diner.staff_id == actor.staff_id:
            own = Diner(diner.staff_id, diner.department_id)
            return placing.place(own, request, placed_by=actor.staff_id, received_at=at).id
        return colleague_services.order_within(
            actor, staff_no=diner.staff_no, request=request, received_at=at
        ).id
    except AppError as refusal:
        raise MealRefused(
            name=diner.name, reason=refusal.msg, error=refusal.code, staff_id=diner.staff_id
        ) from refusal


def _link(
    actor: Actor, occurrence: Occurrence, kind: MealKind, meal_id: int, staff_id: int, at: datetime
) -> MealLink:
    link = MealLink(
        occurrence_id=occurrence.id,
        kind=kind.value,
        meal_id=meal_id,
        staff_id=staff_id,
        linked_by=actor.staff_id,
        linked_at=at,
        was_start_at=occurrence.start_at,
        note="",
    )
    db.session.add(link)
    db.session.flush()
    return link


def _links(occurrence_ids: Sequence[int]) -> list[MealLink]:
    statement = select(MealLink).where(MealLink.occurrence_id.in_(occurrence_ids)).order_by(MealLink.id)
    return list(db.session.scalars(statement)) if occurrence_ids else []


def _meals(links: Sequence[MealLink]) -> list[Meal]:
    """The meals behind links, as their canteens have them; three statements at most."""
    ids: dict[str, list[int]] = {kind.value: [] for kind in MealKind}
    for link in links:
        ids[link.kind].append(link.meal_id)
    fresh = {"populate_existing": True}
    of_guests = select(Reception).where(Reception.id.in_(ids[MealKind.RECEPTION]))
    filed = {row.id: row for row in db.session.scalars(of_guests.execution_options(**fresh))}
    of_staff = select(Order).where(Order.id.in_(ids[MealKind.ORDER]))
    ordered = {row.id: row for row in db.session.scalars(of_staff.execution_options(**fresh))}
    names = colleagues.people_of({row.staff_id for row in ordered.values()}) if ordered else {}
    found = []
    for link in links:
        if link.kind == MealKind.RECEPTION:
            found.append(_of_reception(link, filed[link.meal_id]))
        else:
            order = ordered[link.meal_id]
            found.append(_of_order(link, order, names[order.staff_id].name))
    return found


def _of_reception(link: MealLink, row: Reception) -> Meal:
    return Meal(
        id=link.id,
        kind=link.kind,
        kind_name=KIND_NAMES[MealKind.RECEPTION],
        meal_id=row.id,
        occurrence_id=link.occurrence_id,
        canteen=menu.get_canteen(row.canteen_id).name,
        date=row.served_on,
        period=row.period,
        people=row.guests + row.companions,
        state=row.state,
        state_name=reception_policies.STATE_NAMES[ReceptionState(row.state)],
        total_fen=row.total_fen,
        diner=None,
        note=link.note,
    )


def _of_order(link: MealLink, row: Order, diner: str) -> Meal:
    return Meal(
        id=link.id,
        kind=link.kind,
        kind_name=KIND_NAMES[MealKind.ORDER],
        meal_id=row.id,
        occurrence_id=link.occurrence_id,
        canteen=menu.get_canteen(row.canteen_id).name,
        date=row.served_on,
        period=row.period,
        people=1,
        state=row.state,
        state_name=ordering.STATE_NAMES[OrderState(row.state)],
        total_fen=row.total_fen,
        diner=diner,
        note=link.note,
    )


def _is_active(meal: Meal) -> bool:
    if meal.kind == MealKind.ORDER:
        return meal.state == OrderState.BOOKED
    return meal.state in (ReceptionState.SUBMITTED, ReceptionState.APPROVED)


def _is_off(change: Change) -> bool:
    was = change.before is not None and change.before.state in hospitality.SERVED
    return was and change.occurrence.state not in (*hospitality.SERVED, State.ENDED)


def _is_moved(change: Change) -> bool:
    before, now = change.before, change.occurrence
    if before is None:
        return False
    return (before.room_id, before.start_at, before.end_at) != (now.room_id, now.start_at, now.end_at) and (
        now.state in hospitality.SERVED
    )


def _cancel(actor: Actor, link: MealLink, now: datetime) -> bool:
    """Cancel a meal if its canteen still lets it be; whether it is cancelled."""
    is_order = link.kind == MealKind.ORDER
    try:
        # Whatever may be refused is refused before anything is written.
        if is_order:
            _ensure_order_cancellable(link, now)
        else:
            _ensure_reception_cancellable(link, now)
    except AppError as refusal:
        link.note = f"会议取消时未能取消：{refusal.msg}"[:200]
        return False
    if is_order:
        placing.cancel(
            link.staff_id, link.meal_id, cancelled_by=actor.staff_id, received_at=now, memo=_CALLED_OFF
        )
    else:
        # The system speaks for who filed it, whoever called the meeting off.
        reception_services.cancel_within(
            SYSTEM, reception_id=link.meal_id, reason=_CALLED_OFF, received_at=now
        )
    link.note = "随会议取消"
    return True


def _ensure_reception_cancellable(link: MealLink, now: datetime) -> None:
    """As its requester could cancel it: the system itself may do more."""
    receptions.lock(link.meal_id)
    view = reception_queries.get_reception(SYSTEM, link.meal_id)
    reception_policies.ensure_may(view.state, reception_policies.Step.CANCEL)
    lead = reception_queries.limits(view.canteen_id, now).lead
    reception_policies.ensure_in_time(view.serves_from, lead, now)


def _ensure_order_cancellable(link: MealLink, now: datetime) -> None:
    accounts.lock_balances(link.staff_id)
    order = ordering_queries.find_order_of(link.staff_id, link.meal_id)
    ordering.ensure_moves(OrderState(order.state), OrderState.CANCELLED)
    ordering.ensure_cancellable(order.meal_state, order.cancel_closes_at, now)


def _tell(
    occurrence: Occurrence, kind: Kind, links: Sequence[MealLink], standing: Mapping[int, Meal]
) -> None:
    told = {occurrence.organiser_id, *(link.linked_by for link in links)}
    told |= {link.staff_id for link in links if link.kind == MealKind.ORDER}
    first = standing[links[0].id]
    meal = f"{ordering.meal_name(first.date, first.period)}（{first.canteen}，共 {len(links)} 份）"
    telling.tell(occurrence, kind, told, event=kind.key.rpartition(".")[2], meal=meal)


following.follow(follow_up)
