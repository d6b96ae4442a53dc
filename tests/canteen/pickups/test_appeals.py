"""Appeals against missed meals: once, in time, decided by somebody else at the canteen."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from canteen.accounts.services import reconcile
from canteen.pickups.no_shows import policies
from canteen.pickups.no_shows.errors import NoShowStateConflict
from canteen.pickups.no_shows.models import NoShowState
from canteen.pickups.no_shows.operations import forget_reasons
from canteen.pickups.no_shows.rules import APPEAL_DAYS, REFUND_EXCUSED
from tests.canteen.missing import DUE, record_at, records, told
from tests.threads import at_once

REASON = {"reason": "临时接到紧急任务"}


@pytest.fixture
def missed(lunch):
    """The order of 1500 fen that the official has missed, an hour after it was recorded."""
    order_id = lunch.place(1, 1).data["id"]
    record_at(lunch)
    with clock.at(DUE + timedelta(hours=1)):
        yield order_id


@pytest.fixture
def manager(lunch):
    """The canteen's manager."""
    role = {"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}
    return lunch.compound.client(lunch.compound.staff(roles=role))


def appeal(lunch, order_id, by=None):
    return (by or lunch.official).post(f"/canteen/no-shows/{order_id}/appeal", REASON)


def decide(manager, order_id, accepted=True, **more):
    body = {"accepted": accepted, "answer": "情况属实" if accepted else "理由不充分", **more}
    return manager.post(f"/canteen/admin/no-shows/{order_id}/decide", body)


def balance(lunch):
    return lunch.official.get("/canteen/account").data["balance_fen"]


@pytest.mark.parametrize(
    ("before", "reachable"),
    [
        ("recorded", {"appealed", "excused", "picked_up"}),
        ("appealed", {"upheld", "excused", "picked_up"}),
        ("upheld", {"picked_up"}),
        ("excused", {"picked_up"}),
        ("picked_up", set()),
    ],
)
def test_a_record_moves_as_the_table_says(before, reachable):
    for after in NoShowState:
        if after in reachable:
            policies.ensure_moves(before, after)
        else:
            with pytest.raises(NoShowStateConflict):
                policies.ensure_moves(before, after)


def test_an_appeal_is_heard_and_the_person_is_told(lunch, missed, manager):
    own = lunch.official.get(f"/canteen/no-shows/{missed}").data
    assert (own["can_appeal"], own["appeal_closes_at"]) == (True, "2026-11-30T16:30:00+08:00")
    assert appeal(lunch, missed).data["state"] == "appealed"
    (waiting,) = manager.get("/canteen/admin/no-shows", state="appealed").data["list"]
    assert (waiting["appeal_reason"], waiting["is_own"]) == (REASON["reason"], False)
    decided = decide(manager, missed).data
    assert (decided["state"], decided["state_name"], decided["answer"]) == ("excused", "已免责", "情况属实")
    (message,) = told("canteen.no_show_decided")
    assert message.text == "您的11月23日午餐未取餐记录处理结果：已免责，不计未取餐。情况属实"
    assert balance(lunch) == 1500  # The meal was made: nothing is refunded by default.
    assert lunch.official.get(f"/canteen/orders/{missed}").data["state"] == "no_show"
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert {"canteen.no_show_appealed", "canteen.no_show_decided"} <= set(actions)


def test_one_appeals_once_and_in_time(lunch, missed, manager):
    lunch.compound.rule(APPEAL_DAYS, 3, lunch.canteen.id)
    with clock.at(DUE + timedelta(days=3)):
        late = appeal(lunch, missed)
        assert (late.status, late.error) == (409, "canteen.appeal_closed")
        assert not lunch.official.get(f"/canteen/no-shows/{missed}").data["can_appeal"]
    with clock.at(DUE + timedelta(days=3, seconds=-1)):
        assert appeal(lunch, missed).status == 200
        again = appeal(lunch, missed)
        assert (again.status, again.error) == (409, "canteen.no_show_state")
        assert "申诉中" in again.envelope["msg"]
    assert decide(manager, missed, accepted=False).data["state"] == "upheld"
    assert appeal(lunch, missed).error == "canteen.no_show_state"


def test_a_decision_is_final_but_for_the_proof_that_it_was_eaten(lunch, missed, manager):
    assert decide(manager, missed, accepted=False).error == "canteen.no_show_state"  # Nobody has appealed.
    appeal(lunch, missed)
    assert decide(manager, missed, accepted=False).status == 200
    refused = decide(manager, missed)
    assert (refused.status, refused.error) == (409, "canteen.no_show_state")
    assert decide(manager, missed, was_picked_up=True).data["state"] == "picked_up"
    order = lunch.official.get(f"/canteen/orders/{missed}").data
    assert (order["state"], order["picked_up_at"]) == ("picked_up", "2026-11-23T12:30:00+08:00")


def test_where_the_rule_says_so_who_is_excused_gets_the_money_back_and_only_once(lunch, missed, manager):
    lunch.compound.rule(REFUND_EXCUSED, True, lunch.canteen.id)
    appeal(lunch, missed)
    assert decide(manager, missed).data["refunded_fen"] == 1500
    assert balance(lunch) == 3000
    # It was eaten after all.
    assert decide(manager, missed, was_picked_up=True).data["refunded_fen"] == 0
    assert balance(lunch) == 1500
    assert reconcile() == []


def test_two_decisions_at_once_count_once(lunch, missed, manager):
    lunch.compound.rule(REFUND_EXCUSED, True, lunch.canteen.id)
    appeal(lunch, missed)
    answers = at_once([lambda: decide(manager, missed)] * 4)
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert balance(lunch) == 3000
    assert reconcile() == []


def test_somebody_elses_record_is_not_there(lunch, missed, manager):
    stranger = lunch.client()
    assert stranger.get(f"/canteen/no-shows/{missed}").error == "canteen.no_show_not_found"
    assert appeal(lunch, missed, by=stranger).status == 404
    assert stranger.get("/canteen/no-shows").data["list"] == []
    elsewhere = {"canteen_manager": (ScopeKind.CANTEEN, lunch.compound.canteen().id)}
    other = lunch.compound.client(lunch.compound.staff(roles=elsewhere))
    assert decide(other, missed).error == "canteen.no_show_not_found"
    assert other.get("/canteen/admin/no-shows").data["list"] == []
    assert manager.get("/canteen/admin/no-shows", canteen_id=lunch.canteen.id).data["total"] == 1
    assert decide(lunch.counter, missed).status == 403


def test_nobody_decides_about_their_own(lunch):
    role = {"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}
    manager = lunch.compound.client(lunch.compound.staff(roles=role, subsidy_fen=5000))
    order_id = lunch.place(1, by=manager).data["id"]
    record_at(lunch)
    with clock.at(DUE):
        assert manager.get("/canteen/admin/no-shows").data["list"][0]["is_own"]
        refused = decide(manager, order_id)
    assert (refused.status, refused.error) == (403, "canteen.own_no_show")
    assert records()[0].state == "recorded"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"accepted": True, "answer": " "}, "answer"),
        ({"answer": "好"}, "accepted"),
        ({"accepted": False, "was_picked_up": True, "answer": "好"}, "was_picked_up"),
    ],
)
def test_half_a_decision_is_refused_at_its_field(missed, manager, body, field):
    answer = manager.post(f"/canteen/admin/no-shows/{missed}/decide", body)
    assert (answer.status, list(answer.envelope["data"]["fields"])) == (422, [field])


def test_a_manager_narrows_the_list(lunch, missed, manager):
    def count(**query):
        return manager.get("/canteen/admin/no-shows", **query).data["total"]

    assert count(state="recorded", from_date="2026-11-23", to_date="2026-11-23") == 1
    assert count(state="excused") == count(from_date="2026-11-24") == count(department_id=999_999) == 0
    assert manager.get("/canteen/admin/no-shows", state="x").status == 422


def test_of_an_erased_appeal_only_stays_that_there_was_one(lunch, missed, manager):
    appeal(lunch, missed)
    decide(manager, missed)
    erase = atomic(forget_reasons)
    (record,) = records()
    assert erase(record.staff_id) == 1
    (record,) = records()
    assert (record.state, record.appeal_reason, record.answer) == ("excused", "（已删除）", "")
    # Nothing of anybody else's.
    assert erase(record.staff_id + 1) == 0
