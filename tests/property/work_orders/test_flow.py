"""An order from the report to its acceptance, with its timeline, clocks and messages."""

from datetime import timedelta

import pytest

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import db
from backend.notifications.models import InboxMessage
from tests.factories import NINE
from tests.property.estate import nothing_changes


def told(staff):
    db.session.rollback()
    found = db.session.query(InboxMessage).filter_by(staff_id=staff.id).order_by(InboxMessage.id)
    return [message.kind.removeprefix("property.") for message in found]


def minutes(number):
    return clock.at(NINE + timedelta(minutes=number))


def test_an_order_goes_its_whole_way(estate):
    estate.policy()
    order_id = estate.report()
    with minutes(10):
        estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    with minutes(20):
        shown = estate.done(estate.worker, order_id, "accept")
    assert (shown["state"], shown["can"]) == ("working", ["arrive", "finish", "hold", "transfer"])
    with minutes(30):
        estate.done(estate.worker, order_id, "arrive")
        estate.done(estate.worker, order_id, "finish", result="换了接头", labour_minutes=25)
    with clock.at(NINE + timedelta(days=1)):
        shown = estate.done(estate.requester, order_id, "verify", outcome="resolved")
        assert (shown["state"], shown["can"]) == ("to_rate", ["rate", "reopen"])
    assert [event["step"] for event in shown["timeline"]] == [
        *("submit", "triage", "dispatch", "accept", "arrive", "finish", "verify", "invite"),
    ]
    verdicts = {each["kind"]: (each["verdict"], each["ended_at"]) for each in shown["clocks"]}
    assert verdicts == {
        "response": ("met", "2026-11-23T09:20:00+08:00"),
        "resolution": ("met", "2026-11-23T09:30:00+08:00"),
    }
    assert told(estate.people["worker"]) == ["order_dispatched"]
    assert told(estate.people["requester"]) == ["order_accepted", "order_finished", "order_completed"]


def test_an_order_is_sent_back_with_what_is_missing(estate):
    """T29."""
    estate.policy()
    order_id = estate.finished()
    with nothing_changes(estate, order_id):
        refused = estate.do(estate.requester, order_id, "verify", outcome="partly")
        assert (refused.status, refused.error) == (422, "property.outcome_text_needed")
    with minutes(60):
        shown = estate.done(estate.requester, order_id, "verify", outcome="partly", text="还在滴水")
    assert (shown["state"], shown["reworks"]) == ("working", 1)
    assert shown["timeline"][-1]["text"] == "还在滴水"
    # The hour that it waited for acceptance is not counted.
    assert shown["resolution_due_at"] == "2026-11-23T14:00:00+08:00"
    assert told(estate.people["worker"])[-1] == "order_rework"
    estate.done(estate.worker, order_id, "finish", result="又换了阀门")
    assert estate.done(estate.verifier, order_id, "reject", text="地面未清理")["reworks"] == 2


def test_what_was_completed_is_reopened_with_new_clocks_and_the_old_verdicts_frozen(estate):
    estate.policy()
    order_id = estate.completed()
    with clock.at(NINE + timedelta(days=1)):
        shown = estate.done(estate.requester, order_id, "reopen", reason="又漏了")
    assert (shown["state"], shown["cycle"], shown["reopenings"]) == ("triaged", 1, 1)
    assert shown["response_due_at"] == "2026-11-24T09:30:00+08:00"
    by_cycle = {(each["cycle"], each["kind"]): each["verdict"] for each in shown["clocks"]}
    assert by_cycle == {
        (0, "response"): "met",
        (0, "resolution"): "met",
        (1, "response"): "running",
        (1, "resolution"): "running",
    }
    assert told(estate.people["dispatcher"]) == ["order_reopened"]


def test_what_was_completed_long_ago_is_reported_anew(estate):
    order_id = estate.completed()
    with clock.at(NINE + timedelta(days=7)):
        estate.log_in()
        with nothing_changes(estate, order_id):
            assert "reopen" not in estate.requester.get(f"/property/work-orders/{order_id}").data["can"]
            refused = estate.do(estate.requester, order_id, "reopen", reason="又漏了")
            assert (refused.status, refused.error) == (409, "property.reopen_too_late")


def test_nobody_judges_their_own_work(estate):
    """T27, of accepting: rating is closing's."""
    order_id = estate.report(by=estate.worker)
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "accept")
    estate.done(estate.worker, order_id, "finish", result="好了")
    with nothing_changes(estate, order_id):
        for verb, body in (("verify", {"outcome": "resolved"}), ("reject", {"text": "不好"})):
            refused = estate.do(estate.worker, order_id, verb, **body)
            assert (refused.status, refused.error) == (403, "property.own_work")
    shown = estate.done(estate.verifier, order_id, "verify", outcome="resolved")
    assert shown["state"] == "completed"  # There is nobody to be asked for a rating.


def test_a_step_out_of_order_changes_nothing_but_the_trail(estate):
    """T24."""
    order_id = estate.report()
    estate.done(estate.dispatcher, order_id, "reject", text="不属于报修范围")
    with nothing_changes(estate, order_id):
        for verb, body in {
            "accept": {},
            "dispatch": {"worker_id": estate.people["worker"].id},
            "grab": {},
            "resume": {},
            "finish": {"result": "好了"},
            "verify": {"outcome": "resolved"},
            "reopen": {"reason": "再来"},
            "cancel": {},
            "remind": {},
            "urgency": {"urgency": "urgent", "reason": "急"},
        }.items():
            by = estate.requester if verb in ("cancel", "remind", "reopen") else estate.dispatcher
            refused = estate.do(by, order_id, verb, **body)
            assert (refused.status, refused.error) == (409, "property.order_state"), verb
            assert refused.envelope["data"]["state"] == "declined"
    db.session.rollback()
    trail = db.session.query(AuditEvent).filter_by(action="property.order_step_refused").all()
    assert {(event.object_id, event.result) for event in trail} == {(str(order_id), "refused")}
    assert len(trail) == 10
    assert trail[0].details == {"verb": "accept", "code": "property.order_state"}


def test_what_is_given_back_needs_a_reason_and_resets_no_clock(estate):
    """T26."""
    estate.policy()
    order_id = estate.dispatched()
    with minutes(10):
        with nothing_changes(estate, order_id):
            assert estate.do(estate.worker, order_id, "return").status == 422
            assert estate.do(estate.worker, order_id, "return", reason=" ").status == 422
        before = estate.dispatcher.get(f"/property/work-orders/{order_id}").data["clocks"]
        shown = estate.done(estate.worker, order_id, "return", reason="不是我的专业")
    assert (shown["state"], shown["returns"], shown["worker_id"]) == ("triaged", 1, None)
    assert shown["clocks"] == before
    assert told(estate.people["dispatcher"]) == ["order_returned"]


def test_an_order_changes_hands_while_it_is_worked_on(estate):
    estate.policy()
    order_id = estate.working()
    assert estate.do(estate.worker, order_id, "transfer").status == 422
    shown = estate.done(estate.worker, order_id, "transfer", reason="要电工")
    assert (shown["state"], shown["transfers"], shown["worker_name"]) == ("triaged", 1, "")
    with minutes(45):
        shown = estate.done(estate.mate, order_id, "grab")
    response = next(each for each in shown["clocks"] if each["kind"] == "response")
    # Whoever came first ended it: the second is not late for it.
    assert (response["verdict"], response["ended_at"]) == ("met", "2026-11-23T09:00:00+08:00")


def test_who_dispatches_calls_an_order_back(estate):
    order_id = estate.dispatched()
    shown = estate.done(estate.dispatcher, order_id, "return", reason="派错了")
    assert (shown["state"], shown["returns"]) == ("triaged", 0)
    assert told(estate.people["worker"]) == ["order_dispatched", "order_taken_away"]


def test_an_automatic_acceptance_ends_no_clock(estate):
    """T21."""
    from property.work_orders.rules import AUTO_TRIAGE

    estate.compound.rule(AUTO_TRIAGE, "urgent")
    order_id = estate.report(urgency="urgent")
    shown = estate.dispatcher.get(f"/property/work-orders/{order_id}").data
    assert (shown["state"], shown["timeline"][-1]["actor_name"]) == ("triaged", "系统")
    assert {each["verdict"] for each in shown["clocks"]} == {"running"}
    assert told(estate.people["dispatcher"]) == ["urgent_reported"]
    assert estate.order(estate.report()).state == "submitted"


def test_an_order_for_a_group_is_taken_by_one_of_it(estate):
    order_id = estate.triaged()
    estate.done(estate.dispatcher, order_id, "dispatch", group_id=estate.group.id)
    assert told(estate.people["mate"]) == told(estate.people["worker"]) == ["order_dispatched"]
    stranger = estate.new_worker("stranger", group=estate.new_group("二班"))
    assert estate.do(stranger, order_id, "accept").status == 403
    assert estate.done(estate.mate, order_id, "accept")["worker_name"] == "王师傅"
    refused = estate.do(estate.worker, order_id, "accept")
    assert (refused.status, refused.error) == (409, "property.order_state")


@pytest.mark.parametrize("verb", ["accept", "return"])
def test_an_order_for_one_worker_is_not_taken_by_another(estate, verb):
    order_id = estate.dispatched()
    refused = estate.do(estate.mate, order_id, verb, **({"reason": "x"} if verb == "return" else {}))
    assert (refused.status, refused.error) == (403, "property.order_not_yours")


def test_work_needs_the_proof_that_its_category_demands(estate):
    order_id = estate.working(category="proved")
    refused = estate.do(estate.worker, order_id, "finish", result="好了")
    assert (refused.status, refused.error) == (422, "property.proof_missing")


def test_a_worker_takes_no_more_than_fits(estate):
    full = estate.new_worker("full", name="满师傅", capacity=1)
    first, second = estate.triaged(), estate.triaged(category="light")
    estate.done(full, first, "grab")
    with nothing_changes(estate, second):
        refused = estate.do(full, second, "grab")
        assert (refused.status, refused.error) == (409, "property.worker_full")
        assert refused.envelope["data"] == {"worker": "满师傅", "open": 1, "capacity": 1}
        worker = {"worker_id": estate.people["full"].id}
        assert estate.do(estate.dispatcher, second, "dispatch", **worker).status == 409
    estate.done(estate.dispatcher, second, "dispatch", **worker, is_over_capacity_ok=True)
    assert estate.done(full, second, "accept")["state"] == "working"


def test_work_is_given_to_workers_alone(estate):
    order_id = estate.triaged()
    for body in ({"worker_id": estate.people["requester"].id}, {"group_id": 999}):
        refused = estate.do(estate.dispatcher, order_id, "dispatch", **body)
        assert (refused.status, refused.error) == (422, "property.not_a_worker")
    for body in ({}, {"worker_id": estate.people["worker"].id, "group_id": estate.group.id}):
        assert estate.do(estate.dispatcher, order_id, "dispatch", **body).status == 422


def test_what_a_phone_could_not_send_counts_from_when_it_happened(estate):
    estate.policy()
    order_id = estate.dispatched()
    with minutes(100):
        shown = estate.done(estate.worker, order_id, "accept", happened_at="2026-11-23T09:20:00+08:00")
        response = next(each for each in shown["clocks"] if each["kind"] == "response")
        assert (response["verdict"], response["ended_at"]) == ("met", "2026-11-23T09:20:00+08:00")
        assert shown["timeline"][-1]["is_late"] is False
        refused = estate.do(estate.worker, order_id, "arrive", happened_at="2026-11-23T12:00:00+08:00")
        assert (refused.status, refused.error) == (422, "property.happened_in_future")
    with minutes(300):
        shown = estate.done(estate.worker, order_id, "arrive", happened_at="2026-11-23T09:30:00+08:00")
    # Two hours are honoured: what is told later counts as of then.
    assert (shown["arrived_at"], shown["timeline"][-1]["is_late"]) == ("2026-11-23T12:00:00+08:00", True)


def test_a_reminder_meanwhile_is_no_step_that_came_before(estate):
    order_id = estate.dispatched()
    with minutes(50):
        estate.done(estate.requester, order_id, "remind")
    with minutes(60):
        shown = estate.done(estate.worker, order_id, "accept", happened_at="2026-11-23T09:20:00+08:00")
    assert (shown["timeline"][-1]["at"], shown["timeline"][-1]["is_late"]) == (
        "2026-11-23T09:20:00+08:00",
        False,
    )


def test_an_order_whose_parts_are_open_is_not_done(estate):
    order_id = estate.working()
    parts = [{"category": "light", "description": "灯也坏了"}]
    shown = estate.done(estate.dispatcher, order_id, "split", parts=parts)
    part = shown["parts"][0]
    assert (part["state"], part["description"]) == ("triaged", "灯也坏了")
    refused = estate.do(estate.worker, order_id, "finish", result="好了")
    assert (refused.status, refused.error) == (409, "property.parts_open")
    assert estate.do(estate.dispatcher, part["id"], "split", parts=parts).error == "property.nested_split"
    estate.done(estate.mate, part["id"], "grab")
    estate.done(estate.mate, part["id"], "finish", result="换灯")
    assert estate.done(estate.verifier, part["id"], "verify", outcome="resolved")["state"] == "completed"
    assert estate.done(estate.worker, order_id, "finish", result="好了")["state"] == "finished"


def test_a_duplicate_follows_its_master(estate):
    master_id = estate.report()
    other = estate.compound.staff()
    copy_id = estate.report(by=estate.compound.client(other))
    copy_of_copy = estate.report(by=estate.compound.client(other))
    estate.done(estate.dispatcher, copy_of_copy, "duplicate", master_id=copy_id)
    shown = estate.done(estate.dispatcher, copy_id, "duplicate", master_id=master_id)
    assert (shown["state"], shown["master"]["id"]) == ("duplicate", master_id)
    assert {each["verdict"] for each in shown["clocks"]} == {"void"}
    assert estate.order(copy_of_copy).master_id == master_id
    estate.done(estate.dispatcher, master_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, master_id, "accept")
    estate.done(estate.worker, master_id, "finish", result="好了")
    estate.done(estate.requester, master_id, "verify", outcome="resolved")
    assert told(other) == ["order_duplicate", "order_duplicate", "master_done", "master_done"]


def test_a_duplicate_needs_a_master_that_stands(estate):
    order_id, declined = estate.report(), estate.report()
    estate.done(estate.dispatcher, declined, "reject", text="不属于报修")
    for master_id in (order_id, declined, 999):
        refused = estate.do(estate.dispatcher, order_id, "duplicate", master_id=master_id)
        assert (refused.status, refused.error) == (422, "property.master_invalid")


def test_urgency_is_changed_with_a_reason_and_counts_from_the_report(estate):
    """T19."""
    from backend.workdays.clocks import Counting

    version = estate.policy()
    estate.line(version, (Counting.NATURAL, 15), (Counting.NATURAL, 120), position=2, urgency="critical")
    order_id = estate.working()
    with clock.at(NINE + timedelta(hours=3)):
        assert estate.do(estate.dispatcher, order_id, "urgency", urgency="critical").status == 422
        shown = estate.done(estate.dispatcher, order_id, "urgency", urgency="critical", reason="跑水")
        assert estate.do(estate.worker, order_id, "urgency", urgency="ordinary", reason="x").status == 403
    assert shown["resolution_due_at"] == "2026-11-23T11:00:00+08:00"
    assert shown["is_overdue"]
    assert shown["timeline"][-1]["text"] == "一般 → 特急：跑水"
