"""Roles and grants over HTTP: every change ends sessions at once."""

import pytest

from backend.actor import ScopeKind
from backend.db import db
from backend.identity.models import Staff
from tests.backend.identity.people import as_client, bind, session_count, wechat_login
from tests.canteen.evaluation import organs
from tests.threads import at_once


@pytest.fixture(autouse=True)
def canteen(compound):
    """The canteen, number 7, for which grants are given here."""
    return compound.canteen(id=7)


def grant(client, staff, role="canteen_staff", scope_kind="canteen", scope_id=7):
    return client.post(
        f"/admin/staff/{staff.id}/grants", {"role": role, "scope_kind": scope_kind, "scope_id": scope_id}
    )


def test_roles_are_listed_with_their_permissions(admin):
    roles = {role["code"]: role for role in admin.get("/admin/roles").data["list"]}
    assert roles["administrator"]["name"] == "系统管理员"
    assert "identity.manage" in roles["administrator"]["permissions"]


def test_a_grant_ends_the_sessions_and_holds_at_the_next_login(
    admin, official, administrator, compound, trail
):
    before = compound.client(official)

    granted = grant(admin, official)

    assert granted.status == 201
    assert (granted.data["role"], granted.data["granted_by"]) == ("canteen_staff", administrator.id)
    assert before.get("/me").status == 401
    now = compound.client(official).get("/me").data["permissions"]
    assert {"permission": "canteen.verify", "scope_kind": "canteen", "scope_id": 7} in now
    assert trail.only("identity.role_granted").details == {
        "role": "canteen_staff",
        "scope_kind": "canteen",
        "scope_id": 7,
        "sessions_ended": 1,
    }
    assert admin.get(f"/admin/staff/{official.id}/grants").data["list"] == [granted.data]


def test_a_revoked_grant_ends_the_sessions(admin, official, compound, trail):
    granted = grant(admin, official).data
    client = compound.client(official)

    assert admin.delete(f"/admin/staff/{official.id}/grants/{granted['id']}").status == 200

    assert client.get("/me").status == 401
    assert trail.only("identity.role_revoked").details["sessions_ended"] == 1
    gone = admin.delete(f"/admin/staff/{official.id}/grants/{granted['id']}")
    assert (gone.status, gone.error) == (404, "identity.grant_not_found")


def test_what_a_grant_cannot_be(admin, official, compound):
    campus = compound.campus()
    assert grant(admin, official, scope_kind="campus", scope_id=campus.id).status == 201
    assert grant(admin, official, scope_kind="campus", scope_id=campus.id).error == "identity.grant_exists"
    assert grant(admin, official, role="king").error == "identity.unknown_role"
    assert grant(admin, official, scope_kind="campus", scope_id=999).error == "identity.scope_invalid"
    assert grant(admin, official, scope_kind="building", scope_id=999).error == "identity.scope_invalid"
    assert grant(admin, official, scope_kind="canteen", scope_id=0).error == "identity.scope_invalid"
    assert grant(admin, official, scope_kind="canteen", scope_id=8).error == "identity.scope_invalid"
    assert grant(admin, official, scope_kind="compound", scope_id=1).error == "identity.scope_invalid"
    assert grant(admin, official, scope_kind="planet").error == "app.invalid"
    admin.post(f"/admin/staff/{official.id}/leave")
    assert grant(admin, official).error == "identity.staff_not_active"
    other = admin.get(f"/admin/staff/{compound.staff('1002').id}/grants").data["list"]
    assert other == []


def test_a_grant_of_another_person_is_not_found(admin, official, compound):
    granted = grant(admin, official).data
    other = compound.staff("1002")
    assert admin.delete(f"/admin/staff/{other.id}/grants/{granted['id']}").status == 404
    assert admin.delete(f"/admin/staff/999/grants/{granted['id']}").error == "identity.staff_not_found"


def test_one_grant_asked_for_twice_at_once_is_one(admin, official):
    answers = at_once([lambda: grant(admin, official)] * 3)
    assert sorted(answer.status for answer in answers) == [201, 409, 409]


def test_the_last_administrator_stays(admin, administrator):
    grants = admin.get(f"/admin/staff/{administrator.id}/grants").data["list"]
    for answer in (
        admin.delete(f"/admin/staff/{administrator.id}/grants/{grants[0]['id']}"),
        admin.put(f"/admin/staff/{administrator.id}", {"status": "suspended"}),
        admin.post(f"/admin/staff/{administrator.id}/leave"),
    ):
        assert (answer.status, answer.error) == (409, "identity.last_administrator")
    assert admin.get("/me").status == 200


def test_two_administrators_cannot_remove_each_other_at_once(admin, administrator, compound):
    second = compound.staff("9002", roles={"administrator": (ScopeKind.COMPOUND, 0)})
    other = compound.client(second)

    answers = at_once(
        [
            lambda: admin.post(f"/admin/staff/{second.id}/leave"),
            lambda: other.post(f"/admin/staff/{administrator.id}/leave"),
        ]
    )

    # The later one is refused as the last, or finds that its session has ended.
    assert sorted(answer.status for answer in answers)[0] == 200
    assert sorted(answer.status for answer in answers)[1] in (401, 409)
    db.session.rollback()
    left = db.session.query(Staff).filter_by(status="left").count()
    assert left == 1


def test_a_login_during_a_change_of_roles_ends_or_has_the_new_ones(admin, official, anonymous, simulator):
    bind(official, simulator)
    codes = [simulator.code("1001") for _ in range(4)]

    *logins, granted = at_once(
        [*(lambda code=code: wechat_login(anonymous, code) for code in codes), lambda: grant(admin, official)]
    )

    assert granted.status == 201
    alive = [as_client(anonymous, login).get("/me") for login in logins]
    for answer in alive:
        if answer.status == 200:
            assert "canteen.verify" in {held["permission"] for held in answer.data["permissions"]}
    assert session_count(official) == sum(answer.status == 200 for answer in alive)


def test_a_reporter_is_granted_for_one_unit(admin, official, compound):
    organ = organs.unit("COUNTY-1")
    granted = grant(admin, official, role="unit_reporter", scope_kind="unit", scope_id=organ.id)
    assert (granted.status, granted.data["scope_kind"], granted.data["scope_id"]) == (201, "unit", organ.id)
    reported = compound.client(official).get("/me").data["permissions"]
    assert {"permission": "evaluation.report", "scope_kind": "unit", "scope_id": organ.id} in reported

    unknown = grant(admin, official, role="unit_reporter", scope_kind="unit", scope_id=organ.id + 1)
    assert (unknown.status, unknown.error) == (422, "identity.scope_invalid")
    assert grant(admin, official, role="unit_reporter", scope_kind="unit", scope_id=0).status == 422
