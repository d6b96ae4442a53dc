"""The clock cases of domain/property-and-feedback §5 that need an order, over HTTP."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from backend import clock
from backend.workdays.clocks import Counting
from property.work_orders.rules import AUTO_TRIAGE
from tests.backend.workdays.test_clocks import at
from tests.property.estate import Estate
from tests.property.work_orders.test_holding import wish

EIGHT_HOURS = (Counting.WORKING, 480)


@pytest.fixture
def during(estate: Estate) -> Callable[[str, Callable[[], Any]], Any]:
    """Does something while the clock is held at a wall time, with everybody logged in anew."""

    def do(wall: str, call: Callable[[], Any]) -> Any:
        with clock.at(at(wall)):
            estate.log_in()
            return call()

    return do


def report(estate: Estate) -> dict[str, Any]:
    """A new order as its reporter sees it."""
    order_id = estate.report()
    return estate.requester.get(f"/property/work-orders/{order_id}").data


def clocks(shown: dict[str, Any], cycle: int = 0) -> dict[str, tuple[str, str]]:
    """Verdict and due of each clock of a cycle."""
    return {
        each["kind"]: (each["verdict"], datetime.fromisoformat(each["due_at"]).strftime("%m-%d %H:%M"))
        for each in shown["clocks"]
        if each["cycle"] == cycle
    }


@pytest.mark.parametrize(
    ("reported", "resolution", "expected"),
    [
        pytest.param("2026-09-18 16:00", (Counting.WORKING, 240), "09-20 12:00", id="T1"),
        pytest.param("2026-10-09 16:30", (Counting.WORKING, 480), "10-10 16:30", id="T4"),
        pytest.param("2026-09-28 10:00", (Counting.WORKDAYS, 5), "10-10 17:00", id="T11"),
        pytest.param("2026-10-03 23:30", (Counting.NATURAL, 120), "10-04 01:30", id="T12"),
    ],
)
def test_an_order_is_promised_what_the_calendar_says(estate: Estate, during, reported, resolution, expected):
    estate.policy(resolution=resolution)
    shown = during(reported, lambda: report(estate))

    assert clocks(shown)["resolution"] == ("running", expected)
    assert datetime.fromisoformat(shown["resolution_due_at"]) == at(f"2026-{expected}")


def test_t13_a_hold_over_the_holidays_costs_no_time(estate: Estate, during):
    estate.policy()
    order_id = during("2026-09-30 14:00", estate.working)

    def hold() -> Any:
        estate.done(estate.worker, order_id, "hold", **wish(estate, at("2026-10-08 10:00")))
        waiting = estate.approver.get("/property/work-orders/holds").data["list"]
        return estate.approver.post(f"/property/work-orders/holds/{waiting[0]['id']}/approve", {}).data

    assert clocks(during("2026-09-30 15:00", hold))["resolution"] == ("paused", "10-08 10:00")
    shown = during("2026-10-08 10:00", lambda: estate.done(estate.worker, order_id, "resume"))
    assert clocks(shown)["resolution"] == ("running", "10-08 13:00")


def test_t17_a_due_in_an_unpublished_year_is_provisional(estate: Estate, during):
    estate.policy()
    shown = during("2026-12-31 16:00", lambda: report(estate))

    assert [each["is_provisional"] for each in shown["clocks"]] == [False, True]
    assert clocks(shown)["resolution"] == ("running", "01-01 12:00")


def test_t18_an_edited_calendar_moves_open_orders_alone(estate: Estate, during):
    estate.policy(resolution=EIGHT_HOURS)
    open_id = during("2026-11-26 14:00", estate.working)
    done_id = during("2026-11-26 14:00", estate.finished)
    during("2026-11-26 15:00", lambda: estate.done(estate.requester, done_id, "verify", outcome="resolved"))
    administrator = estate.client("administrator", "administrator")
    url = "/admin/workdays/overrides/2026-11-27"

    def shown(order_id: int) -> Any:
        estate.log_in()
        return clocks(estate.dispatcher.get(f"/property/work-orders/{order_id}").data)["resolution"]

    assert (shown(open_id), shown(done_id)) == (("running", "11-27 14:00"), ("met", "11-27 14:00"))
    closed = administrator.put(url, {"segments": [], "reason": "停电检修"})
    assert closed.status == 200
    assert (shown(open_id), shown(done_id)) == (("running", "11-30 14:00"), ("met", "11-27 14:00"))
    assert administrator.delete(url).status == 200
    assert shown(open_id) == ("running", "11-27 14:00")


def test_t19_a_raised_urgency_is_measured_from_submission(estate: Estate, during):
    version = estate.policy(resolution=EIGHT_HOURS)
    estate.line(version, (Counting.NATURAL, 5), (Counting.NATURAL, 120), position=2, urgency="critical")
    order_id = during("2026-11-16 09:00", estate.working)

    shown = during(
        "2026-11-16 12:00",
        lambda: estate.done(estate.dispatcher, order_id, "urgency", urgency="critical", reason="漏到配电间"),
    )

    assert clocks(shown) == {"response": ("met", "11-16 09:30"), "resolution": ("running", "11-16 11:00")}
    assert shown["is_overdue"]


def test_t21_a_receipt_by_the_system_is_no_answer(estate: Estate, during):
    estate.policy()
    estate.compound.rule(AUTO_TRIAGE, "all")
    order_id = during("2026-11-16 09:00", estate.report)

    shown = during(
        "2026-11-16 09:01", lambda: estate.dispatcher.get(f"/property/work-orders/{order_id}").data
    )
    assert shown["state"] == "triaged"
    assert clocks(shown)["response"] == ("running", "11-16 09:30")
    during(
        "2026-11-16 09:02",
        lambda: estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id),
    )
    shown = during("2026-11-16 09:31", lambda: estate.done(estate.worker, order_id, "accept"))
    assert clocks(shown)["response"] == ("missed", "11-16 09:30")


def test_t22_what_was_done_in_time_stays_in_time(estate: Estate, during):
    estate.policy(resolution=(Counting.WORKING, 60))
    order_id = during("2026-11-16 09:00", estate.working)
    during("2026-11-16 09:30", lambda: estate.done(estate.worker, order_id, "finish", result="已修好"))
    shown = during(
        "2026-11-17 10:00", lambda: estate.done(estate.requester, order_id, "verify", outcome="resolved")
    )

    assert clocks(shown)["resolution"][0] == "met"
    ended = next(each["ended_at"] for each in shown["clocks"] if each["kind"] == "resolution")
    assert datetime.fromisoformat(ended) == at("2026-11-16 09:30")


def test_rework_goes_on_counting_where_it_stood(estate: Estate, during):
    estate.policy(resolution=(Counting.WORKING, 60))
    order_id = during("2026-11-16 09:00", estate.working)
    during("2026-11-16 09:30", lambda: estate.done(estate.worker, order_id, "finish", result="已修好"))
    shown = during("2026-11-17 10:00", lambda: estate.done(estate.requester, order_id, "reject", text="还漏"))

    assert clocks(shown)["resolution"] == ("running", "11-17 10:30")


def test_a_reopened_order_has_new_clocks_and_keeps_the_old_verdict(estate: Estate, during):
    estate.policy(resolution=(Counting.WORKING, 60))
    order_id = during("2026-11-16 09:00", estate.completed)
    shown = during(
        "2026-11-18 11:00", lambda: estate.done(estate.requester, order_id, "reopen", reason="又漏")
    )

    assert clocks(shown, 0) == {"response": ("met", "11-16 09:30"), "resolution": ("met", "11-16 10:00")}
    assert clocks(shown, 1) == {
        "response": ("running", "11-18 11:30"),
        "resolution": ("running", "11-18 12:00"),
    }
