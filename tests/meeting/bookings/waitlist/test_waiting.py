"""Waiting for a room, and what is offered to whom for how long."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import atomic, db
from meeting.bookings.models import State
from meeting.bookings.waitlist import personal, services
from meeting.bookings.waitlist.models import WaitlistEntry
from meeting.bookings.waitlist.rules import MAX_WAITING, OFFER_MINUTES, WAITLIST_BY_LEVEL
from meeting.rooms import operations as room_operations
from meeting.rooms.models import Closure, ClosureKind, Quota, Right
from tests.factories import NINE
from tests.meeting.hall import at
from tests.statements import counted_statements


def test_who_waits_is_offered_what_is_given_up_and_the_offer_becomes_a_booking(queue, hall):
    taken = hall.book()["id"]
    entry_id = queue.enter(queue.first, note="要投影", contact_phone="13800000001", headcount=5)
    assert queue.entry(queue.first, entry_id)["ahead"] == 0
    queue.cancel(taken)
    shown = queue.entry(queue.first, entry_id)
    assert (shown["state"], shown["state_name"], shown["ahead"]) == ("offered", "待确认", None)
    assert shown["offer"]["room"]["name"] == "小会议室"
    assert shown["offer"]["lapses_at"] == "2026-11-23T09:30:00+08:00"
    assert queue.told("first") == ["meeting.waitlist_offered"]
    [hold] = hall.holds()
    assert (hold.offer_id, hold.hold_from, hold.lapses_at) == (shown["offer"]["id"], at(14), at(9, 30))
    accepted = queue.do(queue.first, entry_id, "accept").data
    assert (accepted["state"], accepted["offer"]) == ("booked", None)
    booking = hall.view(accepted["booking_id"], queue.first)
    assert (booking["subject"], booking["occurrences"][0]["note"]) == ("候补会", "要投影")
    assert booking["occurrences"][0]["state"] == "booked"
    [hold] = hall.holds()
    assert (hold.offer_id, hold.occurrence_id) == (None, booking["occurrences"][0]["id"])


def test_an_offer_keeps_everybody_else_out_while_it_lasts(queue, hall):
    taken = hall.book()["id"]
    queue.enter(queue.first)
    queue.cancel(taken)
    refused = hall.ask(by=hall.stranger)
    assert (refused.status, refused.error) == (409, "meeting.room_taken")
    with clock.at(at(9, 30)):
        assert hall.ask(by=hall.stranger).status == 201


def test_nobody_waits_for_what_is_free(queue, hall):
    free = queue.ask(queue.first)
    assert (free.status, free.error) == (409, "meeting.room_free")
    assert free.envelope["data"]["room"] == {"id": hall.small.id, "name": "小会议室"}
    # The time after a meeting counts.
    hall.change_room(hall.small, turnaround_minutes=15)
    hall.book(start=at(15, 10))
    queue.enter(queue.first)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"end": at(13).isoformat()}, 422, "meeting.end_before_start"),
        ({"start": at(8).isoformat()}, 422, "meeting.start_past"),
        ({"headcount": 9}, 422, "meeting.too_many_heads"),
        ({"room_id": 999}, 404, "meeting.room_not_found"),
        ({"room_id": None}, 422, "app.invalid"),
        ({"organiser_id": 999}, 422, "meeting.organiser_unknown"),
        ({"attendees": [{"staff_id": 999}]}, 422, "meeting.attendee_unknown"),
        ({"start": at(10).isoformat(), "end": at(10, 5).isoformat()}, 422, "meeting.not_bookable"),
    ],
)
def test_who_could_never_book_does_not_wait(queue, hall, fields, status, code):
    hall.book()
    refused = queue.ask(queue.first, **fields)
    assert (refused.status, refused.error) == (status, code)


def test_who_may_not_book_the_room_does_not_wait_for_it(queue, hall):
    hall.book()
    hall.allow(hall.small, Right.BOOK, staff=hall.people["organiser"])
    assert queue.ask(queue.first).error == "meeting.booking_refused"


def test_the_same_is_waited_for_once_and_not_too_much_at_once(queue, hall):
    hall.book(start=at(10), end=at(18))
    queue.enter(queue.first)
    assert queue.ask(queue.first, start=at(14, 30).isoformat()).error == "meeting.already_waiting"
    hall.compound.rule(MAX_WAITING, 2)
    queue.enter(queue.first, start=at(16).isoformat(), end=at(17).isoformat())
    full = queue.ask(queue.first, start=at(11).isoformat(), end=at(12).isoformat())
    assert (full.status, full.error) == (429, "meeting.waitlist_full")


def test_an_offer_that_is_not_taken_goes_to_the_next_in_order(queue, hall):
    taken = hall.book()["id"]
    one, two = queue.enter(queue.first), queue.enter(queue.second)
    assert queue.entry(queue.second, two)["ahead"] == 1
    queue.cancel(taken)
    with clock.at(at(9, 30)):
        assert queue.do(queue.first, one, "accept").error == "meeting.offer_over"
        assert queue.tidy() == 1
        assert queue.states((queue.first, one), (queue.second, two)) == ["missed", "offered"]
        assert queue.told("first") == ["meeting.waitlist_offered", "meeting.waitlist_lapsed"]
        assert queue.entry(queue.second, two)["offer"]["lapses_at"] == "2026-11-23T10:00:00+08:00"
        assert queue.do(queue.second, two, "accept").status == 200
        assert queue.do(queue.second, two, "accept").error == "meeting.entry_state"


def test_who_finds_a_lapsed_offer_in_the_way_comes_after_the_next_in_order(queue, hall):
    taken = hall.book()["id"]
    queue.enter(queue.first)
    two = queue.enter(queue.second)
    queue.cancel(taken)
    with clock.at(at(9, 30)):
        assert hall.ask(by=hall.stranger).status == 409
        queue.tidy()
        assert queue.entry(queue.second, two)["state"] == "offered"
    with clock.at(at(10)):
        assert hall.ask(by=hall.stranger).status == 201
    assert queue.entry(queue.second, two)["state"] == "missed"


@pytest.mark.parametrize(("verb", "state"), [("decline", "left"), ("leave", "left")])
def test_what_is_declined_goes_to_the_next_at_once(queue, hall, verb, state):
    taken = hall.book()["id"]
    one, two = queue.enter(queue.first), queue.enter(queue.second)
    queue.cancel(taken)
    assert queue.do(queue.first, one, verb).data["state"] == state
    assert queue.states((queue.first, one), (queue.second, two)) == [state, "offered"]
    assert queue.do(queue.first, one, verb).error == "meeting.entry_state"


def test_who_has_left_is_offered_nothing(queue, hall):
    taken = hall.book()["id"]
    one = queue.enter(queue.first)
    assert queue.do(queue.first, one, "decline").error == "meeting.entry_state"
    assert queue.do(queue.first, one, "leave").data["state"] == "left"
    queue.cancel(taken)
    assert (queue.offers(), hall.holds()) == ([], [])


def test_an_entry_is_its_own_peoples_business(queue, hall):
    hall.book()
    one = queue.enter(queue.first)
    for verb in ("leave", "accept", "decline"):
        assert queue.do(queue.second, one, verb).error == "meeting.entry_not_found"
    assert queue.second.get(f"/meeting/waitlist/{one}").status == 404
    assert queue.second.get("/meeting/waitlist").data["total"] == 0
    assert [each["id"] for each in queue.first.get("/meeting/waitlist").data["list"]] == [one]


def test_one_waits_for_a_colleague_and_both_may_take_the_offer(queue, hall):
    taken = hall.book(by=hall.stranger)["id"]
    organiser_id = hall.people["organiser"].id
    assert queue.ask(hall.stranger, organiser_id=organiser_id).error == "meeting.not_for_them"
    entry_id = queue.enter(hall.colleague, organiser_id=organiser_id)
    queue.cancel(taken, hall.stranger)
    assert queue.told("organiser") == queue.told("colleague") == ["meeting.waitlist_offered"]
    accepted = queue.do(hall.organiser, entry_id, "accept").data
    assert hall.view(accepted["booking_id"])["organiser"]["name"] == "张组织"


def test_a_higher_level_goes_first_only_where_a_rule_says_so(queue, hall):
    for by_level, expected in ((False, ["offered", "waiting"]), (True, ["waiting", "offered"])):
        start = at(16) if by_level else at(14)
        times = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
        if by_level:
            hall.compound.rule(WAITLIST_BY_LEVEL, True)
        taken = hall.book(start=start)["id"]
        entries = [
            (queue.first, queue.enter(queue.first, **times)),
            (queue.second, queue.enter(queue.second, level=3, **times)),
        ]
        queue.cancel(taken)
        assert queue.states(*entries) == expected


def test_the_first_that_fits_is_offered_and_others_what_is_left(queue, hall):
    taken = hall.book(start=at(13), end=at(16))["id"]
    hall.book(start=at(16), end=at(17))
    long = queue.enter(queue.first, start=at(15).isoformat(), end=at(17).isoformat())
    middle = queue.enter(queue.second)
    early = queue.enter(queue.third, start=at(13).isoformat(), end=at(14).isoformat())
    late = queue.enter(hall.stranger, start=at(14, 30).isoformat(), end=at(15, 30).isoformat())
    queue.cancel(taken)
    entries = [(queue.first, long), (queue.second, middle), (queue.third, early), (hall.stranger, late)]
    assert queue.states(*entries) == ["waiting", "offered", "offered", "waiting"]


@pytest.mark.parametrize(
    ("verb", "body", "is_offered"),
    [
        ("PUT", {"start": at(16).isoformat(), "end": at(17).isoformat()}, True),
        ("PUT", {"end": at(14, 30).isoformat()}, False),
        ("PUT", {"subject": "改名"}, False),
        ("room", {}, True),
    ],
)
def test_what_a_change_frees_is_offered(queue, hall, verb, body, is_offered):
    taken = hall.book()["id"]
    entry_id = queue.enter(queue.first)
    if verb == "room":
        body = {"room_id": hall.large.id}
    assert hall.organiser.put(f"/meeting/bookings/{taken}", body).status == 200
    assert queue.entry(queue.first, entry_id)["state"] == ("offered" if is_offered else "waiting")


def test_what_is_not_approved_is_offered(queue, hall):
    hall.change_room(hall.small, approval="always")
    refused = hall.book()["id"]
    expiring = hall.book(start=at(16))["id"]
    entry_id = queue.enter(queue.first)
    other = queue.enter(queue.second, start=at(16).isoformat(), end=at(17).isoformat())
    assert hall.do(hall.manager, refused, "reject", reason="另有安排").status == 200
    assert queue.states((queue.first, entry_id), (queue.second, other)) == ["offered", "waiting"]
    # What it becomes waits for approval like any booking.
    accepted = queue.do(queue.first, entry_id, "accept").data
    assert hall.view(accepted["booking_id"], queue.first)["state"] == "pending"
    assert hall.occurrences(expiring)[0].state == State.PENDING


def test_a_room_that_nobody_came_to_is_offered(queue, hall):
    hall.change_room(hall.small, is_checkin_required=True, grace_minutes=10)
    hall.book(end=at(16))
    entry_id = queue.enter(queue.first, start=at(15).isoformat(), end=at(16).isoformat())
    with clock.at(at(14, 10)):
        assert queue.tidy() == 1
        assert queue.entry(queue.first, entry_id)["offer"]["lapses_at"] == "2026-11-23T14:40:00+08:00"


def test_a_cancelled_series_is_offered_by_a_fixed_number_of_statements(queue, hall):
    many = {"recurrence": "FREQ=DAILY;COUNT=12"}
    empty = hall.book(start=at(10), **many)["id"]
    with counted_statements() as without:
        assert queue.cancel(empty).status == 200
    series = hall.book(**many)["id"]
    entry_ids = []
    for day in range(3):
        times = {name: (hour + timedelta(days=day)).isoformat() for name, hour in TWO.items()}
        entry_ids.append(queue.enter(queue.first, **times))
    with counted_statements() as sent:
        assert queue.cancel(series).status == 200
    assert queue.states(*((queue.first, each) for each in entry_ids)) == ["offered"] * 3
    # One statement where nobody waits; a few for each offer that is made.
    waits = [text for text in without if "meeting_waitlist" in text]
    assert len(waits) == 1
    assert len(sent) - len(without) <= 10 + 3 * 5


TWO = {"start": at(14), "end": at(15)}


def test_any_room_of_a_campus_is_waited_for_by_seats_and_equipment(queue, hall):
    wish = {"campus_id": hall.campus.id, "capacity": 50}
    free = queue.ask(queue.first, **wish)
    assert (free.error, free.envelope["data"]["room"]["name"]) == ("meeting.room_free", "大会议室")
    assert queue.ask(queue.first, **{**wish, "capacity": 500}).error == "meeting.nothing_fits"
    assert queue.ask(queue.first, equipment=["hologram"], **wish).error == "meeting.nothing_fits"
    whole, large = hall.book(hall.hall)["id"], hall.book(hall.large)["id"]
    hall.book(hall.small)
    entry_id = queue.enter(queue.first, **wish)
    shown = queue.entry(queue.first, entry_id)
    assert (shown["room"], shown["campus"]["id"], shown["capacity"]) == (None, hall.campus.id, 50)
    queue.cancel(large)
    assert queue.entry(queue.first, entry_id)["offer"]["room"]["name"] == "大会议室"
    # Declined: it waits on for another room, and is never offered the same again.
    assert queue.do(queue.first, entry_id, "decline").data["state"] == "waiting"
    services.tend()
    assert queue.entry(queue.first, entry_id)["state"] == "waiting"
    queue.cancel(whole)
    assert queue.entry(queue.first, entry_id)["offer"]["room"]["name"] == "多功能厅A"
    assert len(queue.offers()) == 2


def test_a_hall_is_offered_when_its_last_part_is_given_up(queue, hall):
    parts = [hall.book(part)["id"] for part in (hall.part_a, hall.part_b)]
    entry_id = queue.enter(queue.first, room_id=hall.hall.id)
    queue.cancel(parts[1])
    assert queue.entry(queue.first, entry_id)["state"] == "waiting"
    queue.cancel(parts[0])
    assert queue.entry(queue.first, entry_id)["state"] == "offered"
    assert {hold.room_id for hold in hall.holds()} == {hall.part_a.id, hall.part_b.id}
    assert hall.ask(hall.part_b, by=hall.stranger).status == 409


def test_what_the_rules_forbid_is_not_offered(queue, hall):
    taken = hall.book()["id"]
    one, two = queue.enter(queue.first), queue.enter(queue.second)
    limit = Quota(
        room_id=hall.small.id, subject="person", period="day", measure="count", amount=1, week_starts_on=1
    )
    hall.furnish(limit)
    hall.book(start=at(16), by=queue.first)
    queue.cancel(taken)
    assert queue.states((queue.first, one), (queue.second, two)) == ["waiting", "offered"]


def test_a_closed_room_is_waited_for_and_offered_once_the_closure_is_lifted(queue, hall):
    closure = Closure(
        room_id=hall.small.id,
        kind=ClosureKind.CLOSED.value,
        from_at=at(13),
        until_at=at(18),
        reason="检修",
        made_by=0,
        made_at=NINE,
    )
    hall.furnish(closure)
    entry_id = queue.enter(queue.first)
    assert services.tend() == 0

    @atomic
    def lift():
        db.session.get_one(Closure, closure.id).lifted_at = NINE
        room_operations.touch([hall.small.id])

    lift()
    assert services.tend() == 1
    assert queue.entry(queue.first, entry_id)["state"] == "offered"
    assert services.tend() == 0


def test_what_begins_without_a_room_has_passed_and_says_so(queue, hall):
    hall.book()
    entry_id = queue.enter(queue.first, is_confidential=True, subject="秘密会")
    with clock.at(at(14) - timedelta(seconds=1)):
        assert services.tend() == 0
    with clock.at(at(14)):
        assert services.tend() == 1
        assert services.tend() == 0
    with clock.at(NINE):
        assert queue.entry(queue.first, entry_id)["state"] == "passed"
    assert queue.told("first") == ["meeting.waitlist_passed"]
    assert queue.first.get("/meeting/waitlist").data["total"] == 0
    assert queue.first.get("/meeting/waitlist", state="all").data["total"] == 1


def test_nothing_is_offered_that_could_not_be_taken_any_more(queue, hall):
    hall.compound.rule(OFFER_MINUTES, 60)
    taken = hall.book()["id"]
    entry_id = queue.enter(queue.first)
    with clock.at(at(13, 54)):
        queue.cancel(taken)
        assert queue.entry(queue.first, entry_id)["state"] == "waiting"


def test_who_looks_after_a_room_sees_who_waits_for_it(queue, hall):
    hall.book()
    hall.book(hall.large)
    one = queue.enter(queue.first, is_confidential=True, subject="秘密会", note="机密")
    queue.enter(queue.second, room_id=hall.large.id)

    def rows(by):
        return by.get("/meeting/waitlist/queue", room_id=hall.small.id)

    [shown] = rows(hall.manager).data["list"]
    assert (shown["id"], shown["subject"], shown["organiser"]["name"]) == (one, "秘密会", "候一")
    [shown] = rows(hall.reader).data["list"]
    assert (shown["subject"], shown["note"], shown["organiser"], shown["entered_by"]) == (
        "内部会议",
        "",
        None,
        None,
    )
    assert rows(queue.second).error == "meeting.room_not_found"


def test_what_ends_early_is_offered(queue, hall):
    taken = hall.book(end=at(17))["id"]
    entry_id = queue.enter(queue.first, start=at(16).isoformat(), end=at(17).isoformat())
    with clock.at(at(15)):
        assert hall.do(hall.organiser, taken, "end").status == 200
        assert queue.entry(queue.first, entry_id)["state"] == "offered"


def test_an_offer_whose_room_was_closed_meanwhile_is_refused_and_stays(queue, hall):
    taken = hall.book()["id"]
    entry_id = queue.enter(queue.first)
    queue.cancel(taken)
    hall.change_room(hall.small, is_active=False)
    assert queue.do(queue.first, entry_id, "accept").error in (
        "meeting.not_bookable",
        "meeting.room_not_found",
    )
    assert queue.entry(queue.first, entry_id)["state"] == "offered"
    assert len(hall.holds()) == 1


def test_a_number_is_kept_only_while_it_may_be_needed_and_ones_entries_are_told(queue, hall):
    hall.book()
    entry_id = queue.enter(queue.first, contact_phone="13800000001")
    person_id = hall.people["first"].id
    [told] = personal.export_of(person_id)
    assert (told["会议"], told["会议室"], told["状态"]) == ("候补会", "小会议室", "候补中")
    assert "13800000001" not in str(told)
    queue.do(queue.first, entry_id, "leave")
    db.session.rollback()
    assert db.session.get_one(WaitlistEntry, entry_id, populate_existing=True).contact_phone_cipher is None
