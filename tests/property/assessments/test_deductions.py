"""Deductions and appeals over HTTP."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.db import db
from backend.notifications.models import InboxMessage
from property.assessments import policies
from property.assessments.errors import OutcomeInvalid
from property.assessments.models import AppealState
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.property.assessments.firms import FIRST, execute
from tests.threads import at_once


def photo(client):
    """The id of a photo that somebody has sent."""
    return send(client, small_jpeg()).data["id"]


def told(kind):
    """Who was told of it."""
    return set(db.session.scalars(select(InboxMessage.staff_id).where(InboxMessage.kind == kind)))


def test_a_deduction_is_told_with_its_evidence_and_may_be_appealed_for_five_workdays(firms):
    opened = firms.opened()
    made = firms.deducted(opened, photo_ids=[photo(firms.assessor)])
    assert len(made["photos"]) == 1
    assert made["orders"][0]["number"] == "W1"
    # Five workdays after Tuesday the first: Tuesday the eighth, at closing.
    assert made["appeal_until"] == "2026-12-08T17:30:00+08:00"
    assert told("property.deducted") == {firms.estate.people[f"speaker{firms.firm.id}"].id}
    theirs = firms.theirs.get(f"/property/deductions/{made['id']}").data
    assert (theirs["can"], theirs["standing"]) == (["appeal"], 1)
    assert firms.item(firms.shown(opened), "养护")["score"] == 3


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"points": 4.1}, "property.deduction_invalid"),
        ({"points": 0}, "property.deduction_invalid"),
        ({"happened_on": "2026-10-31"}, "property.deduction_day"),
        ({"happened_on": "2026-12-01"}, "property.deduction_day"),
        ({"order_ids": []}, "property.evidence_needed"),
        ({"order_ids": [999]}, "property.orders_not_theirs"),
        ({"photo_ids": [999]}, "media.photo_not_found"),
    ],
)
def test_a_deduction_that_cannot_be_is_refused(firms, fields, error):
    opened = firms.opened()
    body = {
        "item_id": firms.item(opened, "养护")["item_id"],
        "points": 1,
        "reason": "枯死",
        "happened_on": "2026-11-20",
        "order_ids": [firms.order(firms.firm).id],
        **fields,
    }
    answer = firms.assessor.post(f"/property/assessments/{opened['id']}/deductions", body)
    assert answer.error == error
    assert firms.shown(opened)["deductions"] == []


def test_points_are_taken_only_of_what_people_judge(firms):
    contract = firms.new_contract(firms.firm, ("cleaning",))
    opened = firms.opened(contract)
    path = f"/property/assessments/{opened['id']}/deductions"
    body = {"points": 1, "reason": "x", "happened_on": "2026-11-20", "order_ids": []}
    for title, why in (("响应及时", "由系统数据计分"), ("养护", "本月不适用")):
        answer = firms.assessor.post(path, {**body, "item_id": firms.item(opened, title)["item_id"]})
        assert (answer.status, why in answer.envelope["msg"]) == (422, True)
    # What is judged by documents needs no photo.
    papers = {**body, "item_id": firms.item(opened, "制度与档案")["item_id"]}
    assert firms.assessor.post(path, papers).status == 201


def test_the_contractor_appeals_once_and_in_time(firms):
    opened = firms.opened()
    first, second = firms.deducted(opened), firms.deducted(opened, "公共区域")
    path = f"/property/deductions/{first['id']}/appeal"
    body = {"text": "当天已经补植", "photo_ids": [photo(firms.theirs)]}
    assert firms.assessor.post(path, body).status == 403
    other = firms.speaker(firms.estate.contractor("别家"))
    assert other.post(path, {"text": "x"}).status == 404
    made = firms.theirs.post(path, body)
    assert (made.status, made.data["appeal"]["state"], len(made.data["appeal"]["photos"])) == (
        201,
        "filed",
        1,
    )
    again = firms.theirs.post(path, {"text": "再说"})
    assert (again.status, again.error) == (409, "property.appeal_exists")
    with clock.at(FIRST + timedelta(days=8)):
        theirs = firms.estate.compound.client(firms.estate.people[f"speaker{firms.firm.id}"])
        late = theirs.post(f"/property/deductions/{second['id']}/appeal", {"text": "x"})
        assert (late.status, late.error) == (409, "property.appeal_window_over")


def test_three_different_people_have_a_hand_in_it(firms):
    """Who deducted does not review; who reviewed does not decide; only reviewers decide."""
    opened = firms.opened()
    admin = firms.estate.client("admin", "administrator")
    appeal = firms.appealed(firms.deducted(opened, "养护", 2))
    review, decide = (f"/property/appeals/{appeal['id']}/{verb}" for verb in ("review", "decide"))
    body = {"outcome": "partly", "left": 0.5, "text": "部分属实"}
    assert admin.post(decide, body).error == "property.appeal_state"
    assert firms.assessor.post(review, body).error == "property.appeal_own"
    assert admin.post(review, {**body, "left": 2}).error == "property.appeal_outcome"
    assert admin.post(review, body).status == 200
    hidden = firms.theirs.get(f"/property/deductions/{appeal['deduction_id']}").data["appeal"]
    assert (hidden["state"], hidden["proposed"], hidden["review"]) == ("reviewed", None, "")
    assert admin.post(decide, body).error == "property.appeal_own"
    assert firms.second.post(decide, body).status == 403
    decided = firms.reviewer.post(decide, body).data
    assert (decided["appeal"]["state"], decided["standing"]) == ("partly", 0.5)
    assert firms.reviewer.post(decide, body).error == "property.appeal_state"
    assert firms.item(firms.shown(opened), "养护")["score"] == 3.5
    assert told("property.appeal_decided") == {
        firms.estate.people["assessor"].id,
        firms.estate.people[f"speaker{firms.firm.id}"].id,
    }
    with pytest.raises(DBAPIError, match=r"frozen"):
        execute(text("UPDATE assessment_appeals SET decision = 'x'"))


def test_who_speaks_for_the_firm_reviews_nothing_of_it(firms):
    staff = firms.estate.people[f"speaker{firms.firm.id}"]
    execute(
        text(
            "INSERT INTO role_grants (staff_id, role_id, scope_kind, scope_id, granted_at, granted_by)"
            " SELECT :staff, id, 'compound', 0, '2026-01-01 00:00:00+00', 0 FROM roles"
            " WHERE code = 'property_manager'"
        ).bindparams(staff=staff.id)
    )
    both = firms.estate.compound.client(staff)
    opened = firms.opened()
    refused = both.post(f"/property/assessments/{opened['id']}/refresh")
    assert (refused.status, refused.error) == (403, "property.own_contractor")


def test_a_mistake_is_taken_back_before_anybody_appeals(firms):
    opened = firms.opened()
    made = firms.deducted(opened)
    path = f"/property/deductions/{made['id']}/withdraw"
    assert firms.theirs.post(path, {"reason": "x"}).status == 403
    assert firms.assessor.post(path, {"reason": "记错"}).data["standing"] == 0
    assert firms.assessor.post(path, {"reason": "记错"}).error == "property.deduction_withdrawn"
    assert firms.theirs.post(f"/property/deductions/{made['id']}/appeal", {"text": "x"}).status == 409
    appealed = firms.deducted(opened)
    firms.appealed(appealed)
    refused = firms.assessor.post(f"/property/deductions/{appealed['id']}/withdraw", {"reason": "x"})
    assert refused.error == "property.appeal_exists"


def test_an_appeal_is_taken_back_and_the_month_may_be_locked(firms):
    opened = firms.opened()
    appeal = firms.appealed(firms.deducted(opened))
    rows = firms.assessor.get("/property/deductions", is_appeal_open=True).data
    assert rows["total"] == 1
    back = firms.theirs.post(f"/property/appeals/{appeal['id']}/withdraw")
    assert (back.data["appeal"]["state"], back.data["standing"]) == ("withdrawn", 1)
    assert firms.locked(opened)["latest"]["total"] == 98


def test_an_appeal_and_a_lock_at_once_leave_no_locked_month_that_did_not_know(firms):
    opened = firms.opened()
    made = firms.deducted(opened)
    revision = firms.shown(opened)["latest"]["revision"]
    lock, filed = at_once(
        [
            lambda: firms.reviewer.post(f"/property/assessments/{opened['id']}/lock", {"revision": revision}),
            lambda: firms.theirs.post(f"/property/deductions/{made['id']}/appeal", {"text": "x"}),
        ]
    )
    assert filed.status == 201
    assert lock.status in (200, 409)
    assert firms.shown(opened)["latest"]["state"] == ("locked" if lock.status == 200 else "open")


@pytest.mark.parametrize(
    ("outcome", "left", "stands"),
    [
        (AppealState.UPHELD, None, 0),
        (AppealState.REJECTED, None, 20),
        (AppealState.PARTLY, 5, 5),
        (AppealState.PARTLY, 20, None),
        (AppealState.PARTLY, 0, None),
        (AppealState.PARTLY, None, None),
    ],
)
def test_an_outcome_says_what_stands(outcome, left, stands):
    if stands is None:
        with pytest.raises(OutcomeInvalid):
            policies.outcome_tenths(outcome, 20, left)
    else:
        assert policies.outcome_tenths(outcome, 20, left) == stands
