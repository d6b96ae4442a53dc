"""Use cases among colleagues."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import aside, atomic
from backend.errors import Forbidden
from backend.money import yuan
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from backend.rules import queries as rule_queries
from canteen.accounts import operations as accounts
from canteen.accounts.errors import BalanceShort
from canteen.menu import queries as menu_queries
from canteen.ordering import placing
from canteen.ordering import policies as ordering_policies
from canteen.ordering.colleagues import handovers, messages, operations, policies, queries
from canteen.ordering.colleagues.errors import (
    ColleagueAlreadyOrdered,
    ColleagueBalanceShort,
    TooManyLookups,
    TransferOpen,
)
from canteen.ordering.colleagues.handovers import Movable, TransferView
from canteen.ordering.colleagues.models import TransferState
from canteen.ordering.colleagues.queries import (
    ColleagueOrderView,
    ConsentView,
    Person,
)
from canteen.ordering.colleagues.rules import LOOKUPS_PER_HOUR
from canteen.ordering.errors import AlreadyOrdered, OrderChanged, OrderNotFound
from canteen.ordering.models import Origin
from canteen.ordering.placing import Diner, Request

R = TypeVar("R")

# Where the phone shows what is told here.
CONSENTS_PAGE = "pages/canteen/colleagues"
TRANSFERS_PAGE = "pages/canteen/transfers"


@atomic
def look_up(actor: Actor, *, q: str) -> list[Person]:
    """Find colleagues to order for or to hand an order to. Raises TooManyLookups."""
    _count(actor)
    return queries.find_people(actor, q)


def _count(actor: Actor, times: int = 1) -> None:
    now = clock.now()
    limit = rule_queries.value(LOOKUPS_PER_HOUR, at=now)
    if not operations.count_lookups(actor.staff_id, times, limit, now):
        raise TooManyLookups(limit=limit)


@aside
def count_naming(actor: Actor, times: int = 1) -> None:
    """Count staff numbers whose names the answer tells as look-ups; also if the rest is refused.

    For whatever use case tells a name by a number. Raises TooManyLookups.
    """
    _count(actor, times)


def give_consent(actor: Actor, *, staff_no: str, until_on: date | None = None) -> ConsentView:
    """Allow a colleague to order for the actor; replaces what was allowed to the same colleague before.

    Raises ColleagueNotFound, ColleagueOneself, ConsentPast or TooManyLookups.
    """
    count_naming(actor)
    return _give_consent(actor, staff_no=staff_no, until_on=until_on)


@atomic
def _give_consent(actor: Actor, *, staff_no: str, until_on: date | None) -> ConsentView:
    policies.ensure_lasts(until_on, clock.today())
    colleague = queries.get_colleague(actor, staff_no)
    consent_id = operations.give_consent(actor.staff_id, colleague.staff_id, until_on, clock.now())
    record(actor, "canteen.consent_given", "consent", consent_id, staff_id=colleague.staff_id)
    until = f"至 {until_on.isoformat()}" if until_on is not None else "长期有效，对方可随时撤销"
    notify(
        messages.CONSENT_GIVEN,
        [colleague.staff_id],
        {"name": actor.name, "until": until},
        page=CONSENTS_PAGE,
        # Who gives it over and over tells of it once a day.
        dedupe=f"{actor.staff_id} {clock.today().isoformat()}",
    )
    return queries.get_consent_view(actor, consent_id)


@atomic
def revoke_consent(actor: Actor, *, consent_id: int) -> ConsentView:
    """Take a consent back; again is harmless. Orders placed under it stay.

    Raises ConsentNotFound, or Forbidden for the colleague to whom it was given.
    """
    consent = queries.get_consent_view(actor, consent_id)
    if consent.giver.staff_id != actor.staff_id:
        raise Forbidden
    if operations.revoke_consent(consent_id, clock.now()):
        record(actor, "canteen.consent_revoked", "consent", consent_id, staff_id=consent.colleague.staff_id)
    return queries.get_consent_view(actor, consent_id)


def order_for(actor: Actor, *, staff_no: str, request: Request) -> ColleagueOrderView:
    """Order a meal for a colleague, who has consented and pays.

    Raises ColleagueNotFound, ColleagueOneself, NoConsent, ColleagueAbsent, and what `placing.place` raises;
    of the colleague's balance no figure is told.
    """
    # Taken before the unit opens: waiting for a lock makes nobody late.
    return _order_for(actor, staff_no=staff_no, request=request, received_at=clock.now())


def order_within(
    actor: Actor, *, staff_no: str, request: Request, received_at: datetime
) -> ColleagueOrderView:
    """`order_for` within an open unit of work; several diners' balances were locked before, all at once."""
    diner = queries.get_colleague(actor, staff_no)
    consent_id = queries.get_consent(diner, actor)
    # An approval takes this lock before it looks for orders: either it finds ours, or we find the absence.
    accounts.lock_balances(diner.staff_id)
    meal = menu_queries.find_meal(request.canteen_id, request.served_on, request.period)
    if meal is not None:
        queries.ensure_present(diner, meal.serves_from, meal.serves_until)
    order = _naming(
        diner,
        lambda: placing.place(
            Diner(diner.staff_id, diner.department_id),
            request,
            placed_by=actor.staff_id,
            received_at=received_at,
            origin=Origin.COLLEAGUE,
        ),
    )
    operations.keep_consent(order.id, consent_id, actor.staff_id)
    placed = queries.with_diner(order, diner)
    _tell_diner(messages.ORDERED_FOR_YOU, actor, placed)
    record(
        actor,
        "canteen.ordered_for_colleague",
        "order",
        order.id,
        staff_id=diner.staff_id,
        consent_id=consent_id,
        amount_fen=order.total_fen,
    )
    return placed


_order_for = atomic(order_within)


def cancel_for(actor: Actor, *, order_id: int) -> ColleagueOrderView:
    """Cancel what the actor ordered for a colleague, who has it still, until the cancel cutoff.

    Raises OrderNotFound, NoConsent once the consent is over, OrderNotBooked or CancelClosed.
    """
    return _cancel_for(actor, order_id=order_id, received_at=clock.now())


@atomic
def _cancel_for(actor: Actor, *, order_id: int, received_at: datetime) -> ColleagueOrderView:
    diner = queries.get_placed(actor, order_id).diner
    queries.get_consent(diner, actor)
    placing.cancel(
        diner.staff_id,
        order_id,
        cancelled_by=actor.staff_id,
        received_at=received_at,
        memo=f"{actor.name}代为取消",
    )
    cancelled = queries.get_placed(actor, order_id)
    _tell_diner(messages.CANCELLED_FOR_YOU, actor, cancelled)
    record(actor, "canteen.cancelled_for_colleague", "order", order_id, staff_id=diner.staff_id)
    return cancelled


def transfer(actor: Actor, *, order_id: int, staff_no: str, message: str = "") -> TransferView:
    """Hand the actor's order to a colleague: at once with the colleague's consent, else as an offer.

    Raises OrderNotFound, OrderNotBooked, TransferClosed, ColleagueNotFound, ColleagueOneself,
    ColleagueAbsent, ColleagueAlreadyOrdered, ColleagueBalanceShort, TransferOpen for a second offer, and
    TooManyLookups.
    """
    count_naming(actor)
    return _transfer(actor, order_id=order_id, staff_no=staff_no, message=message)


@atomic
def _transfer(actor: Actor, *, order_id: int, staff_no: str, message: str) -> TransferView:
    now = clock.now()
    receiver = queries.get_colleague(actor, staff_no)
    consent_id = queries.find_consent(receiver.staff_id, actor.staff_id)
    if consent_id is None:
        transfer_id = _offer(actor, order_id, receiver, message, now)
    else:
        giver = queries.people_of([actor.staff_id])[actor.staff_id]
        order, revision = _hand_over(actor, order_id, giver, receiver, now)
        operations.end_offers(order_id, now)
        transfer_id = operations.add_transfer(
            order,
            receiver,
            state=TransferState.DONE,
            message=message,
            at=now,
            consent_id=consent_id,
            revision=revision,
        )
        _tell(messages.TRANSFERRED, actor, receiver.staff_id, order, transfer_id, message=_said(message))
    return handovers.get_transfer_view(actor, transfer_id)


def _offer(actor: Actor, order_id: int, receiver: Person, message: str, now: datetime) -> int:
    # Held, so that it does not change hands between our look and our offer.
    order = handovers.find_movable(actor.staff_id, order_id, lock=True)
    policies.ensure_transferable(order.state, order.serves_until, now)
    _ensure_can_receive(actor, receiver, order)
    waiting = handovers.open_offer(order_id)
    if waiting is not None:
        raise TransferOpen(name=queries.people_of([waiting.receiver_id])[waiting.receiver_id].name)
    offer_id = operations.add_transfer(order, receiver, state=TransferState.OFFERED, message=message, at=now)
    _tell(messages.TRANSFER_OFFERED, actor, receiver.staff_id, order, offer_id, message=_said(message))
    return offer_id


@atomic
def accept(actor: Actor, *, transfer_id: int, revision: int) -> TransferView:
    """Take an offered order over and pay for it; `revision` is the one that the actor has seen.

    Raises TransferNotFound, Forbidden for its giver, TransferNotOpen, OrderChanged, ColleagueAbsent,
    AlreadyOrdered, BalanceShort, OrderNotBooked or TransferClosed.
    """
    now = clock.now()
    offer = _open_transfer(actor, transfer_id, TransferState.DONE)
    if offer.receiver.staff_id != actor.staff_id:
        raise Forbidden
    try:
        order, after = _hand_over(actor, offer.order.id, offer.giver, offer.receiver, now, revision=revision)
    except OrderNotFound as gone:
        # It has changed hands between our look and our lock.
        raise policies.not_open(TransferState.ENDED) from gone
    operations.decide(transfer_id, TransferState.DONE, now, after)
    _tell(messages.TRANSFER_ACCEPTED, actor, offer.giver.staff_id, order, transfer_id)
    return handovers.get_transfer_view(actor, transfer_id)


@atomic
def decline(actor: Actor, *, transfer_id: int) -> TransferView:
    """Leave an offered order with its holder. Raises TransferNotFound, Forbidden or TransferNotOpen."""
    offer = _open_transfer(actor, transfer_id, TransferState.DECLINED)
    if offer.receiver.staff_id != actor.staff_id:
        raise Forbidden
    operations.decide(transfer_id, TransferState.DECLINED, clock.now())
    _tell_of_end(messages.TRANSFER_DECLINED, actor, offer.giver.staff_id, offer)
    return handovers.get_transfer_view(actor, transfer_id)


@atomic
def withdraw(actor: Actor, *, transfer_id: int) -> TransferView:
    """Take one's own offer back. Raises TransferNotFound, Forbidden or TransferNotOpen."""
    offer = _open_transfer(actor, transfer_id, TransferState.WITHDRAWN)
    if offer.giver.staff_id != actor.staff_id:
        raise Forbidden
    operations.decide(transfer_id, TransferState.WITHDRAWN, clock.now())
    _tell_of_end(messages.TRANSFER_WITHDRAWN, actor, offer.receiver.staff_id, offer)
    return handovers.get_transfer_view(actor, transfer_id)


def _open_transfer(actor: Actor, transfer_id: int, to: TransferState) -> TransferView:
    """A transfer from or to the actor that may take this step."""
    found = handovers.get_transfer_view(actor, transfer_id)
    policies.ensure_step(found.state, to)
    return found


def _hand_over(
    actor: Actor,
    order_id: int,
    giver: Person,
    receiver: Person,
    now: datetime,
    *,
    revision: int | None = None,
) -> tuple[Movable, int]:
    """Hand the order over, in this revision if one is named; the order as it was, and its new revision."""
    balances = operations.lock_both(giver.staff_id, receiver.staff_id)
    order = handovers.find_movable(giver.staff_id, order_id)
    if revision is not None and order.revision != revision:
        raise OrderChanged
    policies.ensure_transferable(order.state, order.serves_until, now)
    _ensure_can_receive(actor, receiver, order)

    def move() -> int:
        return operations.hand_over(
            order, giver, receiver, balances=balances, entered_by=actor.staff_id, at=now
        )

    after = move() if receiver.staff_id == actor.staff_id else _naming(receiver, move)
    record(
        actor,
        "canteen.order_transferred",
        "order",
        order_id,
        giver_id=giver.staff_id,
        receiver_id=receiver.staff_id,
        amount_fen=order.total_fen,
    )
    return order, after


def _ensure_can_receive(actor: Actor, receiver: Person, order: Movable) -> None:
    queries.ensure_present(receiver, order.serves_from, order.serves_until)
    if queries.has_order(receiver.staff_id, order.served_on, order.period):
        is_oneself = receiver.staff_id == actor.staff_id
        raise AlreadyOrdered if is_oneself else ColleagueAlreadyOrdered(name=receiver.name)


def _naming(person: Person, act: Callable[[], R]) -> R:
    """Do it; what it refuses for the person's sake names them, and tells nothing of their money."""
    try:
        return act()
    except BalanceShort as short:
        raise ColleagueBalanceShort(name=person.name) from short
    except AlreadyOrdered as twice:
        raise ColleagueAlreadyOrdered(name=person.name) from twice


def _said(message: str) -> str:
    return f"留言：{message}" if message else ""


def _tell(kind: Kind, actor: Actor, staff_id: int, order: Movable, transfer_id: int, **fields: str) -> None:
    notify(
        kind,
        [staff_id],
        {
            "name": actor.name,
            "meal": ordering_policies.meal_name(order.served_on, order.period),
            "canteen": order.canteen_name,
            "amount": f"{yuan(order.total_fen)}元",
            **fields,
        },
        page=TRANSFERS_PAGE,
        dedupe=str(transfer_id),
        expires_at=order.serves_until,
    )


def _tell_of_end(kind: Kind, actor: Actor, staff_id: int, offer: TransferView) -> None:
    notify(
        kind,
        [staff_id],
        {
            "name": actor.name,
            "meal": ordering_policies.meal_name(offer.order.date, offer.order.period),
            "canteen": offer.canteen_name,
        },
        page=TRANSFERS_PAGE,
        dedupe=str(offer.id),
        expires_at=offer.closes_at,
    )


def _tell_diner(kind: Kind, actor: Actor, order: ColleagueOrderView) -> None:
    notify(
        kind,
        [order.diner.staff_id],
        {
            "name": actor.name,
            "meal": ordering_policies.meal_name(order.date, order.period),
            "canteen": menu_queries.get_canteen(order.canteen_id).name,
            "amount": f"{yuan(order.total_fen)}元",
        },
        page=ordering_policies.order_page(order.id),
        dedupe=str(order.id),
    )
