"""A transfer against everything else that wants the same order: exactly one wins, and money stays equal."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend import clock
from backend.db import db
from canteen.accounts.models import AccountBalance
from canteen.accounts.services import reconcile
from canteen.ordering.models import Order
from tests.canteen.ordering.colleagues.pair import Pair
from tests.factories import NINE
from tests.threads import at_once


@pytest.fixture
def rounds(lunch, soak):
    """Several pairs, each for one race."""
    return [Pair(lunch) for _ in range(20 if soak else 4)]


def total_fen():
    db.session.rollback()
    return db.session.scalar(select(func.sum(AccountBalance.balance_fen)))


def holder(order):
    db.session.rollback()
    row = db.session.get(Order, order["id"], populate_existing=True)
    return row.staff_id, row.state


def won(answers):
    assert all(answer.status < 500 for answer in answers), [answer.envelope for answer in answers]
    return [answer.status < 400 for answer in answers]


def test_transfer_against_pickup(rounds):
    for pair in rounds:
        pair.consent()
        order = pair.order()
        with clock.at(NINE + timedelta(hours=3)):
            token = pair.giver.get(f"/canteen/orders/{order['id']}/pickup-code").data["token"]
            answers = at_once(
                [
                    lambda p=pair, o=order: p.hand_over(o),
                    lambda p=pair, t=token: p.lunch.counter.post("/canteen/pickups", {"token": t}),
                ]
            )
        transferred, picked_up = won(answers)
        assert transferred != picked_up
        expected = (pair.receiver_row.id, "booked") if transferred else (pair.giver_row.id, "picked_up")
        assert holder(order) == expected
    assert reconcile() == []


def test_transfer_against_cancel(rounds):
    for pair in rounds:
        pair.consent()
        before = total_fen()
        order = pair.order()
        answers = at_once(
            [
                lambda p=pair, o=order: p.hand_over(o),
                lambda p=pair, o=order: p.giver.post(f"/canteen/orders/{o['id']}/cancel"),
            ]
        )
        transferred, cancelled = won(answers)
        assert transferred != cancelled
        assert holder(order)[0] == (pair.receiver_row if transferred else pair.giver_row).id
        assert total_fen() == before - (600 if transferred else 0)
    assert reconcile() == []


def test_two_acceptances_and_a_withdrawal(rounds):
    for pair in rounds:
        before = total_fen()
        order = pair.order()
        offer = pair.hand_over(order).data
        path = f"/canteen/transfers/{offer['id']}"
        answers = at_once(
            [
                *[lambda p=pair, at=path: p.receiver.post(f"{at}/accept", {"revision": 1})] * 3,
                lambda p=pair, at=path: p.giver.post(f"{at}/withdraw"),
            ]
        )
        assert sum(won(answers)) == 1
        assert {answer.error for answer in answers if answer.status >= 400} == {"canteen.transfer_not_open"}
        taken_back = answers[-1].status == 200
        assert holder(order) == ((pair.giver_row if taken_back else pair.receiver_row).id, "booked")
        assert total_fen() == before - 600
    assert reconcile() == []


def test_transfer_against_the_receivers_own_order(rounds):
    for pair in rounds:
        pair.consent()
        before = total_fen()
        order = pair.order()
        answers = at_once(
            [
                lambda p=pair, o=order: p.hand_over(o),
                lambda p=pair: p.lunch.place(1, by=p.receiver),
            ]
        )
        transferred, ordered = won(answers)
        assert transferred != ordered
        assert {answer.error for answer in answers if answer.status >= 400} == {"canteen.already_ordered"}
        assert total_fen() == before - (600 if transferred else 1200)
    assert reconcile() == []


def test_two_who_swap_nothing_do_not_lock_each_other_out(lunch, soak):
    """Each hands an order of a meal of their own to the other: balances are locked in one order."""
    lunch.compound.meal(lunch.canteen, [(lunch.dishes[0], None)], period="dinner")
    for _ in range(10 if soak else 3):
        pair = Pair(lunch)
        pair.consent()
        pair.giver.post("/canteen/consents", {"staff_no": pair.receiver_row.staff_no})
        mine = pair.order()
        theirs = lunch.place(1, by=pair.receiver, period="dinner").data
        answers = at_once(
            [
                lambda p=pair, o=mine: p.hand_over(o),
                lambda p=pair, o=theirs: p.hand_over(o, by=p.receiver, to=p.giver_row),
            ]
        )
        assert won(answers) == [True, True]
        assert holder(mine)[0] == pair.receiver_row.id
        assert holder(theirs)[0] == pair.giver_row.id
    assert reconcile() == []


def test_one_order_goes_to_one_of_several_colleagues(lunch):
    pair = Pair(lunch)
    others = [Pair(lunch).receiver_row for _ in range(4)]
    for other in others:
        lunch.compound.client(other).post("/canteen/consents", {"staff_no": pair.giver_row.staff_no})
    order = pair.order()
    answers = at_once([lambda to=other: pair.hand_over(order, to=to) for other in others])
    assert Counter(won(answers)) == {True: 1, False: 3}
    assert {answer.error for answer in answers if answer.status >= 400} == {"canteen.order_not_found"}
    assert reconcile() == []
