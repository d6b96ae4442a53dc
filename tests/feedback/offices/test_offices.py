"""Handling offices over HTTP, and who belongs to them."""

import pytest

from backend.actor import ScopeKind
from backend.db import atomic, db
from backend.identity.models import StaffStatus
from feedback.offices import queries
from feedback.offices.errors import OfficeClosed, OfficeNotFound

OFFICES = "/feedback/offices"


@pytest.fixture
def desk(compound):
    return compound.client(compound.staff(roles={"feedback_desk": (ScopeKind.COMPOUND, 0)}))


@atomic
def _suspend(staff):
    db.session.merge(staff).status = StaffStatus.SUSPENDED.value


def test_an_office_has_members_and_leads(compound, desk):
    lead, member = compound.staff(name="周主任"), compound.staff(name="小孙")
    people = [{"staff_no": lead.staff_no, "is_lead": True}, {"staff_no": member.staff_no}]
    made = desk.post(OFFICES, {"name": "物业科", "members": people})
    assert made.status == 201
    assert [(each["name"], each["is_lead"]) for each in made.data["members"]] == [
        ("周主任", True),
        ("小孙", False),
    ]
    office_id = made.data["id"]
    assert queries.offices_of(member.id) == {office_id}
    assert (queries.members(office_id), queries.leads(office_id)) == ({lead.id, member.id}, {lead.id})
    assert [each["id"] for each in desk.get(OFFICES).data["list"]] == [office_id]
    official = compound.client(compound.staff())
    assert official.get(OFFICES).status == official.post(OFFICES, {"name": "乙"}).status == 403


def test_refusals_name_what_is_wrong_and_change_nothing(compound, desk):
    desk.post(OFFICES, {"name": "物业科"})
    gone = compound.staff(status=StaffStatus.SUSPENDED.value)
    for wrong, error in (
        ({"name": "物业科"}, "feedback.office_taken"),
        ({"name": "乙", "campus_id": 99}, "feedback.office_place_unknown"),
        ({"name": "乙", "department_id": 99}, "feedback.office_place_unknown"),
        ({"name": "乙", "members": [{"staff_no": "nobody"}]}, "feedback.office_members_unknown"),
        ({"name": "乙", "members": [{"staff_no": gone.staff_no}]}, "feedback.office_members_unknown"),
    ):
        assert desk.post(OFFICES, wrong).error == error
    assert [each["name"] for each in desk.get(OFFICES).data["list"]] == ["物业科"]
    assert desk.put(f"{OFFICES}/99", {"name": "丙"}).error == "feedback.office_not_found"


def test_a_closed_office_is_given_nothing_and_who_left_hears_nothing(app, compound, desk):
    member, other = compound.staff(), compound.staff()
    office = desk.post(OFFICES, {"name": "保洁班", "members": [{"staff_no": member.staff_no}]}).data
    assert queries.leads(office["id"]) == {member.id}  # Without a lead, all of them.
    member_no = member.staff_no
    _suspend(member)
    assert queries.members(office["id"]) == set()
    people = [{"staff_no": member_no}, {"staff_no": other.staff_no}]
    closed = desk.put(f"{OFFICES}/{office['id']}", {"name": "保洁班", "members": people, "is_active": False})
    assert [each["is_active"] for each in closed.data["members"]].count(False) == 1
    db.session.rollback()  # What the request has written is seen from here on.
    with pytest.raises(OfficeClosed):
        queries.find(office["id"])
    with pytest.raises(OfficeNotFound):
        queries.find(10**6)
    assert queries.offices_of(other.id) == frozenset()
    assert queries.names() == {office["id"]: "保洁班"}
