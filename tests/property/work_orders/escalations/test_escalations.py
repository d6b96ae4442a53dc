"""Who is told when a clock runs out, exactly once each."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import StaffStatus
from backend.notifications.models import InboxMessage, UrgentCall
from backend.workdays.clocks import Counting
from property.service_levels.models import Escalation
from property.work_orders.escalations import policies, services
from tests.factories import NINE
from tests.property.estate import Estate
from tests.property.work_orders.test_holding import wish
from tests.threads import at_once

HOUR = timedelta(hours=1)
HANDLER, LEAD, SECTION, LEADER = {1}, {2}, {4, 3}, {5}


def test_who_is_on_duty_is_called_first_and_the_level_above_last():
    assert policies.chain([HANDLER, LEAD, SECTION, LEADER], 100, on_duty={4, 5}) == [4, 3, 5]
    assert policies.chain([HANDLER, LEAD, SECTION, {3}], 100, on_duty=()) == [3, 4]


# On the database


@pytest.fixture
def led(estate: Estate) -> Estate:
    """An estate with a policy of eight hours, and a lead of the group."""
    estate.policy(resolution=(Counting.WORKING, 480))
    estate.new_worker("lead", is_lead=True)
    return estate


def run(at) -> int:
    """The job at an instant."""
    db.session.rollback()
    with clock.at(at):
        return services.escalate_due()


def messages(estate: Estate) -> list[tuple[str, str]]:
    """Who was told what by escalations, in order."""
    db.session.rollback()
    names = {staff.id: name for name, staff in estate.people.items()}
    rows = db.session.scalars(
        select(InboxMessage).where(InboxMessage.kind.like("property.escalated%")).order_by(InboxMessage.id)
    )
    return [(names[row.staff_id], f"{row.fields['clock']}{row.fields['stage']}") for row in rows]


def test_steps_reach_handler_lead_section_and_leader_once_each(led: Estate):
    # T20
    order_id = led.working()
    fired = {}
    for hours in (3.9, 4, 4, 6.4, 6.4, 8, 8, 25.6, 25.6, 30):
        count = run(NINE + hours * HOUR)
        if count:
            fired[hours] = count

    assert fired == {4: 1, 6.4: 1, 8: 1, 25.6: 1}
    assert messages(led) == [
        ("worker", "解决已用时限 50%"),
        ("lead", "解决已用时限 80%"),
        ("dispatcher", "解决已到时限"),
        ("approver", "解决已超时（120%）"),
    ]
    with clock.at(NINE + 30 * HOUR):
        timeline = led.dispatcher.get(f"/property/work-orders/{order_id}").data["timeline"]
    assert [event["text"] for event in timeline if event["step"] == "escalate"] == [
        "解决已用时限 50%", "解决已用时限 80%", "解决已到时限", "解决已超时（120%）",
    ]  # fmt: skip


def test_an_answer_stops_the_first_clock_and_a_receipt_by_the_system_does_not(led: Estate):
    # T21: an order that nobody has taken has neither handler nor lead.
    led.triaged()
    led.working()

    assert run(NINE + 20 * timedelta(minutes=1)) == 1
    assert messages(led) == [("dispatcher", "响应已用时限 50%")]


def test_an_order_that_waits_is_told_to_the_section(led: Estate):
    led.report()

    assert run(NINE + 15 * timedelta(minutes=1)) == 1
    assert messages(led) == [("dispatcher", "响应已用时限 50%")]


def test_nothing_fires_while_it_is_held(led: Estate):
    order_id = led.working()
    led.done(led.worker, order_id, "hold", **wish(led, NINE + 6 * HOUR))

    assert run(NINE + 5 * HOUR) == 0
    with clock.at(NINE + 6 * HOUR):
        led.done(led.worker, order_id, "resume")
        assert services.escalate_due() == 0
    assert run(NINE + 25 * HOUR) == 0
    assert run(NINE + 26 * HOUR) == 1


def test_what_was_missed_while_no_scheduler_ran_fires_late_and_once(led: Estate):
    led.working()

    assert run(NINE + 29 * HOUR) == 4
    assert run(NINE + 29 * HOUR) == 0
    assert [who for who, _ in messages(led)] == ["worker", "lead", "dispatcher", "approver"]


def test_who_dispatches_elsewhere_is_not_told(led: Estate):
    away = led.compound.campus()
    led.client("elsewhere", "property_dispatcher", (ScopeKind.CAMPUS, away.id))
    led.client("here", "property_dispatcher", (ScopeKind.BUILDING, led.building.id))
    led.report()

    run(NINE + 15 * timedelta(minutes=1))

    assert {who for who, _ in messages(led)} == {"dispatcher", "here"}


def test_an_urgent_order_calls_until_somebody_acknowledges(led: Estate):
    led.client("second", "property_dispatcher")
    led.report(urgency="critical")

    assert run(NINE + 15 * timedelta(minutes=1)) == 1

    call = db.session.scalars(select(UrgentCall)).one()
    section = sorted(led.people[name].id for name in ("dispatcher", "second"))
    assert call.chain == [*section, led.people["approver"].id]
    assert [who for who, _ in messages(led)] == ["second", "dispatcher"]
    inbox = led.dispatcher.get("/inbox").data["messages"]
    asked = next(each for each in inbox if each["kind"] == "property.escalated_urgently")
    assert led.dispatcher.post(f"/inbox/{asked['id']}/acknowledge").status == 200
    db.session.rollback()
    assert db.session.scalars(select(UrgentCall.state)).one() == "acknowledged"


def test_three_runners_at_once_fire_each_step_once(led: Estate, soak: bool):
    orders = 20 if soak else 4
    for _ in range(orders):
        led.report()

    def runner() -> int:
        with led.compound.app.app_context():
            try:
                return services.escalate_due()
            finally:
                db.session.remove()

    with clock.at(NINE + 29 * HOUR):
        counts = at_once([runner] * 3)

    assert sum(counts) == 8 * orders
    db.session.rollback()
    assert len(db.session.scalars(select(Escalation)).all()) == 8 * orders
    assert len(messages(led)) == 8 * orders


def test_a_worker_who_left_is_passed_over(led: Estate):
    led.working()
    staff = led.people["worker"]

    @atomic
    def leave() -> None:
        db.session.merge(staff).status = StaffStatus.LEFT.value

    leave()
    run(NINE + 4 * HOUR)

    assert [who for who, _ in messages(led)] == ["lead"]
