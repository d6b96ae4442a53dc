"""Absences: filed by the person, decided by somebody else, never two at once."""

from datetime import date, timedelta

import pytest

from backend import clock
from backend.actor import Actor, ScopeKind
from backend.db import db
from backend.identity.absences import policies, queries
from backend.identity.absences.errors import (
    AbsenceBegun,
    AbsenceReversed,
    AbsenceStateConflict,
    AbsenceTooLong,
    AbsenceTooOld,
    OwnAbsence,
)
from backend.identity.absences.models import AbsenceState, Half
from backend.identity.absences.policies import FILED_WITHIN, Span
from tests.factories import MONDAY, NINE
from tests.threads import at_once

TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
AM, PM = Half.AM, Half.PM


@pytest.fixture
def person(compound):
    """An official."""
    staff = compound.staff("2001", name="王五", department=compound.department("综合处"))
    return compound.client(staff)


def trip(from_date="2026-11-24", until_date="2026-11-27", **more):
    return {"kind": "trip", "from_date": from_date, "until_date": until_date, **more}


def file(client, *days, **more):
    return client.post("/me/absences", trip(*days, **more))


# Pure rules


@pytest.mark.parametrize(
    ("span", "from_at", "until_at", "words"),
    [
        (Span(MONDAY, AM, MONDAY, PM), (23, 0), (24, 0), "11月23日"),
        (Span(MONDAY, AM, MONDAY, AM), (23, 0), (23, 12), "11月23日上午"),
        (Span(MONDAY, PM, MONDAY, PM), (23, 14), (24, 0), "11月23日下午"),
        (Span(MONDAY, PM, TUESDAY, AM), (23, 14), (24, 12), "11月23日下午至11月24日上午"),
        (Span(MONDAY, AM, FRIDAY, PM), (23, 0), (28, 0), "11月23日至11月27日"),
    ],
)
def test_half_days_leave_the_noon_break_out(span, from_at, until_at, words):
    def instant(day, hour):
        return clock.at_local(date(2026, 11, day), NINE.time().replace(hour=hour))

    assert (span.from_at, span.until_at) == (instant(*from_at), instant(*until_at))
    assert policies.in_words(span) == words


def test_a_span_over_the_new_year_names_its_years():
    span = Span(date(2026, 12, 31), AM, date(2027, 1, 2), PM)
    assert policies.in_words(span) == "2026年12月31日至2027年1月2日"


@pytest.mark.parametrize(
    ("span", "refusal"),
    [
        (Span(TUESDAY, AM, MONDAY, PM), AbsenceReversed),
        (Span(MONDAY, PM, MONDAY, AM), AbsenceReversed),
        (Span(MONDAY, AM, MONDAY + timedelta(days=366), AM), AbsenceTooLong),
        (Span(MONDAY - timedelta(days=32), AM, MONDAY, AM), AbsenceTooOld),
    ],
)
def test_a_span_is_in_order_and_of_this_time(span, refusal):
    with pytest.raises(refusal):
        policies.ensure_span(span, MONDAY, within=FILED_WITHIN)


@pytest.mark.parametrize("state", list(AbsenceState))
@pytest.mark.parametrize("to", list(AbsenceState))
def test_only_the_steps_of_the_table_are_taken(state, to):
    allowed = {
        ("pending", "approved"),
        ("pending", "rejected"),
        ("pending", "withdrawn"),
        ("approved", "withdrawn"),
        ("approved", "revoked"),
    }
    if (state.value, to.value) in allowed:
        policies.ensure_moves(state.value, to)
    else:
        with pytest.raises(AbsenceStateConflict):
            policies.ensure_moves(state.value, to)


def test_what_is_approved_is_withdrawn_before_it_begins_only():
    policies.ensure_withdrawable("approved", "trip", NINE, NINE - timedelta(seconds=1))
    policies.ensure_withdrawable("pending", "trip", NINE, NINE + timedelta(days=9))
    with pytest.raises(AbsenceBegun):
        policies.ensure_withdrawable("approved", "trip", NINE, NINE)


def test_nobody_decides_their_own():
    actor = Actor(7, "7", "甲", 1, 1, ())
    policies.ensure_not_own(actor, 8)
    with pytest.raises(OwnAbsence):
        policies.ensure_not_own(actor, 7)


# Over HTTP


def test_an_absence_is_filed_listed_and_withdrawn(person, compound):
    answer = file(person, reason="省厅会议", from_half="pm")
    assert answer.status == 201
    assert answer.data["state"] == "pending"
    assert answer.data["span"] == "11月24日下午至11月27日"
    assert (answer.data["from_at"], answer.data["until_at"]) == (
        "2026-11-24T14:00:00+08:00",
        "2026-11-28T00:00:00+08:00",
    )
    number = answer.data["id"]
    assert [each["id"] for each in person.get("/me/absences").data["list"]] == [number]
    stranger = compound.client(compound.staff())
    assert stranger.get("/me/absences").data["total"] == 0
    assert stranger.post(f"/me/absences/{number}/withdraw").error == "identity.absence_not_found"
    withdrawn = person.post(f"/me/absences/{number}/withdraw").data
    assert (withdrawn["state"], withdrawn["may_withdraw"]) == ("withdrawn", False)
    assert person.post(f"/me/absences/{number}/withdraw").error == "identity.absence_state"
    assert file(person).status == 201  # Its days are free again.


def test_what_makes_no_sense_is_refused_and_nothing_is_kept(person):
    assert file(person, "2026-11-25", "2026-11-24").error == "identity.absence_reversed"
    assert file(person, "2026-09-01").error == "identity.absence_too_old"
    assert file(person, reason="字" * 101).error == "app.invalid"
    assert person.post("/me/absences", trip() | {"kind": "party"}).error == "app.invalid"
    assert person.get("/me/absences").data["total"] == 0


def test_two_absences_of_a_person_never_overlap(person, compound):
    file(person, "2026-11-24", "2026-11-25", until_half="am")
    refused = file(person, "2026-11-25", "2026-11-25")
    assert (refused.status, refused.error) == (409, "identity.absence_overlap")
    assert refused.envelope["msg"] == "与已有的出差（11月24日至11月25日上午，待审批）时间重叠"
    assert file(person, "2026-11-25", "2026-11-25", from_half="pm").status == 201
    assert file(compound.client(compound.staff()), "2026-11-24").status == 201


def test_of_many_overlapping_requests_at_once_one_is_kept(person):
    answers = at_once([lambda: file(person)] * 4)
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert person.get("/me/absences").data["total"] == 1


def test_an_approver_sees_all_and_finds_them(person, admin, compound):
    number = file(person).data["id"]
    leave = file(admin, "2026-12-01", "2026-12-02", kind="leave").data["id"]

    def found(**query):
        return [each["id"] for each in admin.get("/admin/absences", **query).data["list"]]

    assert found() == [leave, number]
    assert found(kind="leave") == [leave]
    assert found(q="王") == found(q="200") == [number]
    assert found(from_date="2026-11-28") == [leave]
    assert found(until_date="2026-11-30") == [number]
    assert found(state="approved") == []
    row = admin.get(f"/admin/absences/{number}").data
    assert (row["staff_no"], row["staff_name"], row["department"]) == ("2001", "王五", "综合处")
    assert (row["may_decide"], admin.get(f"/admin/absences/{leave}").data["may_decide"]) == (True, False)
    assert admin.get("/admin/absences/999999").status == 404


def test_who_manages_a_campus_only_reaches_none(person, compound):
    number = file(person).data["id"]
    campus = compound.campus()
    narrow = compound.client(compound.staff(roles={"administrator": (ScopeKind.CAMPUS, campus.id)}))
    assert narrow.get("/admin/absences").status == 403
    assert narrow.get(f"/admin/absences/{number}").status == 403
    for step in ("approve", "reject", "revoke"):
        answer = narrow.post(f"/admin/absences/{number}/{step}", {"answer": "好"})
        assert answer.error == "app.forbidden", step
    assert narrow.post("/admin/absences", trip(staff_no="2001")).status == 403


def test_rejecting_says_why_and_frees_the_days(person, admin, trail):
    number = file(person).data["id"]
    assert admin.post(f"/admin/absences/{number}/reject", {"answer": " "}).error == "app.invalid"
    rejected = admin.post(f"/admin/absences/{number}/reject", {"answer": "与值班冲突"}).data
    assert (rejected["state"], rejected["answer"], rejected["decided_by"]) == (
        "rejected",
        "与值班冲突",
        "李敏",
    )
    assert admin.post(f"/admin/absences/{number}/approve").error == "identity.absence_state"
    (message,) = person.get("/inbox").data["messages"]
    assert message["text"] == "您的出差（11月24日至11月27日）未获批准，原因：与值班冲突。"
    assert trail.only("identity.absence_rejected").object_id == str(number)
    assert file(person).status == 201


def test_nobody_decides_or_records_their_own_absence(admin, administrator):
    number = file(admin).data["id"]
    for step in ("approve", "reject"):
        answer = admin.post(f"/admin/absences/{number}/{step}", {"answer": "好"})
        assert (answer.status, answer.error) == (403, "identity.own_absence")
    recorded = admin.post("/admin/absences", trip("2026-12-01", "2026-12-02", staff_no="9001"))
    assert recorded.error == "identity.own_absence"
    assert admin.get("/me/absences").data["list"][0]["state"] == "pending"


def test_who_is_absent_is_who_is_approved_for_the_whole_time(person, admin, compound):
    number = file(person, until_half="am").data["id"]
    (row,) = admin.get("/admin/absences").data["list"]
    who = row["staff_id"]
    lunch = NINE + timedelta(days=1, hours=2.5), NINE + timedelta(days=1, hours=3.5)
    assert queries.absent_of([who], *lunch) == set()
    admin.post(f"/admin/absences/{number}/approve")
    db.session.rollback()  # What was read before is not the present.
    assert queries.absent_of([who, who + 1], *lunch) == {who}
    assert queries.absent_of([], *lunch) == set()
    friday_lunch = tuple(each + timedelta(days=3) for each in lunch)
    assert queries.absent_of([who], *friday_lunch) == set()  # It ends at half past twelve.


def test_an_approval_is_withdrawn_before_it_begins_and_revoked_after(person, admin, trail):
    first, second = file(person).data["id"], file(person, "2026-12-07", "2026-12-08").data["id"]
    for number in (first, second):
        admin.post(f"/admin/absences/{number}/approve")
    with clock.at(NINE + timedelta(days=1)):
        assert person.post(f"/me/absences/{first}/withdraw").error == "identity.absence_begun"
        assert person.post(f"/me/absences/{second}/withdraw").data["state"] == "withdrawn"
        revoked = admin.post(f"/admin/absences/{first}/revoke", {"answer": "提前返岗"}).data
    assert revoked["state"] == "revoked"
    assert trail.only("identity.absence_withdrawn").details["from_on"] == "2026-12-07"
    assert trail.only("identity.absence_revoked").details["kind"] == "trip"
    text = person.get("/inbox").data["messages"][0]["text"]
    assert "已被撤销，原因：提前返岗" in text
    assert "不会自动恢复" in text
    assert file(person).status == 201
