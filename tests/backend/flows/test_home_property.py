"""What waits on the first page of whoever reported a repair, works on one, or approves."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import db
from tests.factories import NINE
from tests.property.estate import estate
from tests.property.inspections.patrol import Patrol
from tests.property.work_orders.test_holding import wish
from tests.statements import counted_statements

__all__ = ["estate"]


def waiting(client):
    return {one["kind"]: (one["count"], one["page"]) for one in client.get("/home").data["waiting"]}


def test_a_repair_waits_for_its_reporter_until_it_is_accepted_and_rated(estate):
    order_id = estate.working()
    assert waiting(estate.requester) == {}
    estate.done(estate.worker, order_id, "finish", result="已修好", labour_minutes=30)
    page = f"pages/repairs/order?id={order_id}"
    [shown] = estate.requester.get("/home").data["waiting"]
    assert shown == {
        "kind": "repair_to_accept",
        "title": "待验收",
        "text": "您报修的问题已处理完，请验收",
        "count": 1,
        "page": page,
    }
    assert waiting(estate.mate) == {}, "it is not theirs to accept"
    estate.done(estate.requester, order_id, "verify", outcome="resolved")
    assert waiting(estate.requester) == {"repair_to_rate": (1, page)}
    estate.done(estate.requester, order_id, "rate", scores=dict.fromkeys(dimensions(estate, order_id), 5))
    assert waiting(estate.requester) == {}


def dimensions(estate, order_id):
    shown = estate.requester.get(f"/property/work-orders/{order_id}/rating").data
    return [each["code"] for each in shown["dimensions"]]


def test_several_repairs_lead_to_the_list(estate):
    for _ in range(2):
        estate.finished()
    assert waiting(estate.requester) == {"repair_to_accept": (2, "pages/repairs/list")}


def test_an_order_waits_for_the_worker_it_was_given_to_or_for_the_group(estate):
    order_id = estate.dispatched()
    given = {"repair_offered": (1, "pages/repairs/tasks")}
    assert (waiting(estate.worker), waiting(estate.mate)) == (given, {})
    estate.done(estate.worker, order_id, "accept")
    assert waiting(estate.worker) == {}
    estate.done(estate.dispatcher, estate.triaged(), "dispatch", group_id=estate.group.id)
    assert (waiting(estate.worker), waiting(estate.mate)) == (given, given)


def test_a_long_hold_waits_for_who_approves(estate):
    order_id = estate.working()
    assert waiting(estate.approver) == {}
    estate.done(estate.worker, order_id, "hold", **wish(estate, NINE + timedelta(days=3)))
    assert waiting(estate.approver) == {"repair_hold": (1, "pages/repairs/holds")}
    assert "repair_hold" not in waiting(estate.dispatcher)


def test_a_round_waits_for_its_group_while_it_can_be_done(estate):
    patrol = Patrol(estate)
    patrol.planned()  # Due at ten.
    assert waiting(estate.worker) == {}
    with clock.at(NINE + timedelta(hours=1)):
        now = {"inspection_round": (1, "pages/inspections/rounds")}
        assert (waiting(estate.worker), waiting(estate.requester)) == (now, {})


@pytest.mark.parametrize(("who", "most"), [("requester", 14), ("worker", 17)])
def test_the_statements_do_not_grow_with_the_repairs(estate, who, most):
    def statements():
        client.get("/home")  # The process reads its copy of the rules once a second.
        with counted_statements() as sent:
            client.get("/home")
        return [one for one in sent if one not in ("BEGIN", "ROLLBACK")]

    client = getattr(estate, who)
    for _ in range(2):
        estate.finished()
        estate.dispatched()
        db.session.rollback()
    assert len(statements()) <= most
