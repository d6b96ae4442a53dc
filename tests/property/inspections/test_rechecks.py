"""What was repaired is checked again, by somebody else."""

from datetime import timedelta

from backend import clock
from property.inspections.rounds import closing
from tests.factories import NINE
from tests.property.inspections.patrol import BASE

TEN = NINE + timedelta(hours=1)


def failed(patrol) -> tuple[int, int]:
    """A round whose first point's pressure failed, and the order of it."""
    round_id = patrol.planned()
    with clock.at(TEN):
        patrol.walk(round_id, pressure=0.9)
    return round_id, patrol.orders()[-1].id


def repair(patrol, order_id: int) -> None:
    """The order is dispatched, done by `worker` and verified."""
    estate = patrol.estate
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "accept")
    estate.done(estate.worker, order_id, "finish", result="已换阀", labour_minutes=30)
    estate.done(estate.verifier, order_id, "verify", outcome="resolved")


def asked(patrol, by=None) -> list[int]:
    """The re-checks that somebody may do."""
    found = (by or patrol.estate.mate).get(f"{BASE}/mine").data["list"]
    return [each["id"] for each in found if each["is_recheck"]]


def test_a_repaired_item_is_checked_again_and_passes(patrol):
    round_id, order_id = failed(patrol)
    with clock.at(TEN + timedelta(minutes=10)):
        assert closing.ask_rechecks() == 0
        repair(patrol, order_id)
        assert (closing.ask_rechecks(), closing.ask_rechecks()) == (1, 0)
        (again,) = asked(patrol)
        shown = patrol.estate.mate.get(f"{BASE}/{again}").data
        own = patrol.scan(again, patrol.pump, patrol.estate.worker)
    with clock.at(TEN + timedelta(days=5)):  # It waits until it is done.
        assert closing.close_all() == 0
        patrol.scan(again, patrol.pump, patrol.estate.mate)
        other = patrol.answer(again, 1, patrol.estate.mate, door=True)
        patrol.answer(again, 1, patrol.estate.mate, pressure=0.4)
        ended = patrol.finish(again, patrol.estate.mate).data

    assert shown["kind_name"] == "复查"
    assert shown["recheck_of"]["round_id"] == round_id
    assert shown["recheck_of"]["order"]["id"] == order_id
    assert [len(point["items"]) for point in shown["points_list"]] == [1]
    assert (own.status, own.error) == (403, "inspections.own_repair")
    assert other.error == "inspections.answer_invalid"
    assert (ended["state"], ended["in_time"], ended["passed"]) == ("finished", False, 1)
    first = patrol.manager.get(f"{BASE}/{round_id}").data["points_list"][0]["items"][1]["answer"]
    assert (first["recheck"], first["recheck_round_id"]) == ("passed", again)
    assert len(patrol.orders()) == 1


def test_what_fails_again_is_a_new_order_that_follows_the_old_one(patrol):
    _, order_id = failed(patrol)
    with clock.at(TEN + timedelta(minutes=10)):
        repair(patrol, order_id)
        closing.ask_rechecks()
        (again,) = asked(patrol)
        patrol.scan(again, patrol.pump, patrol.estate.mate)
        patrol.answer(again, 1, patrol.estate.mate, pressure=0.9)
        patrol.finish(again, patrol.estate.mate)
        second = patrol.orders()[-1]
        repair(patrol, second.id)
        assert closing.ask_rechecks() == 1

    assert second.follows_id == order_id
    assert [each.recheck for each in patrol.answers() if each.verdict == "failed"] == ["failed", "asked"]


def test_what_was_not_repaired_is_not_checked_again(patrol):
    _, order_id = failed(patrol)
    with clock.at(TEN + timedelta(minutes=10)):
        patrol.estate.done(patrol.estate.dispatcher, order_id, "reject", text="计划更换")
        assert closing.ask_rechecks() == 0

    assert [each.recheck for each in patrol.answers() if each.verdict == "failed"] == ["dropped"]
