"""The administration of departments and members of staff over HTTP."""

import pytest

from backend import vault
from backend.actor import ScopeKind
from backend.db import db
from backend.identity.models import Department, PasswordCredential, RoleGrant, Staff
from tests.backend.identity.people import (
    as_client,
    bind,
    give_password,
    password_login,
    wechat_login,
)
from tests.threads import at_once

ID_NO = "11010519491231002X"


# Departments


def create(client, name, parent_id=None):
    return client.post("/admin/departments", {"name": name, "parent_id": parent_id})


def test_departments_make_a_tree(admin, compound, administrator):
    office = create(admin, "办公厅")
    assert office.status == 201
    section = create(admin, "综合处", office.data["id"]).data
    compound.staff("1001", department=db.session.get_one(Department, section["id"]))

    roots = admin.get("/admin/departments").data["list"]

    root = next(node for node in roots if node["name"] == "办公厅")
    assert root["staff_count"] == 0
    assert [(c["name"], c["parent_id"], c["staff_count"]) for c in root["children"]] == [
        ("综合处", root["id"], 1)
    ]


def test_a_department_is_renamed_and_moved_with_what_is_below(admin):
    office, bureau = create(admin, "办公厅").data, create(admin, "管理局").data
    section = create(admin, "综合处", office["id"]).data
    create(admin, "信息科", section["id"])

    moved = admin.put(f"/admin/departments/{section['id']}", {"name": "综合一处", "parent_id": bureau["id"]})

    assert moved.data["parent_id"] == bureau["id"]
    assert [child["name"] for child in moved.data["children"]] == ["信息科"]


def test_what_a_tree_refuses(admin):
    office = create(admin, "办公厅").data
    section = create(admin, "综合处", office["id"]).data
    assert create(admin, "办公厅").error == "identity.department_exists"
    assert create(admin, "综合处", office["id"]).error == "identity.department_exists"
    assert create(admin, "处", 999).error == "identity.unknown_department"
    assert create(admin, "办公厅/综合处").error == "identity.department_name_invalid"
    assert create(admin, " ").error == "app.invalid"
    for parent_id in (office["id"], section["id"]):
        answer = admin.put(f"/admin/departments/{office['id']}", {"name": "办公厅", "parent_id": parent_id})
        assert (answer.status, answer.error) == (409, "identity.department_cycle")
    missing = admin.put("/admin/departments/999", {"name": "处", "parent_id": None})
    assert (missing.status, missing.error) == (404, "identity.department_not_found")


def test_a_tree_is_at_most_eight_levels_deep(admin):
    parent_id = None
    for level in range(8):
        parent_id = create(admin, f"第{level}级", parent_id).data["id"]
    assert create(admin, "第九级", parent_id).error == "identity.department_too_deep"


def test_two_moves_at_once_never_make_a_cycle(admin):
    first, second = create(admin, "甲").data, create(admin, "乙").data

    def move(one, other):
        return admin.put(f"/admin/departments/{one['id']}", {"name": one["name"], "parent_id": other["id"]})

    answers = at_once([lambda: move(first, second), lambda: move(second, first)])

    assert sorted(answer.status for answer in answers) == [200, 409]


def test_two_departments_of_one_name_at_once_are_one(admin):
    answers = at_once([lambda: create(admin, "办公厅")] * 4)
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]


# Members of staff


@pytest.fixture
def departments(admin):
    office = create(admin, "办公厅").data
    return {
        "office": office["id"],
        "section": create(admin, "综合处", office["id"]).data["id"],
        "other": create(admin, "管理局").data["id"],
    }


def post(department_id, title="", *, is_primary=True):
    return {"department_id": department_id, "title": title, "is_primary": is_primary}


@pytest.fixture
def person(admin, departments):
    """A member of staff made over HTTP."""
    body = {
        "staff_no": "2001",
        "name": "赵　敏",
        "phone": "+86 137 0000 0001",
        "id_no": ID_NO.lower(),
        "card_no": "66882001",
        "postings": [post(departments["section"], "处长")],
    }
    return admin.post("/admin/staff", body).data


def listed(client, **query):
    return [row["staff_no"] for row in client.get("/admin/staff", **query).data["list"]]


def test_a_new_member_of_staff_is_masked_wherever_shown(admin, person):
    assert person["name"] == "赵敏"
    shown = {"phone": "137****0001", "id_no": "110***********002X", "card_no": "****2001"}
    assert {name: person[name] for name in shown} == shown
    assert person["postings"][0]["path"] == "办公厅/综合处"
    assert (person["providers"], person["has_password"], person["is_locked"]) == ([], False, False)
    assert admin.get(f"/admin/staff/{person['id']}").data == person
    row = admin.get("/admin/staff", query="2001").data["list"][0]
    assert {name: row[name] for name in shown} == shown


def test_phone_and_id_are_encrypted_beside_their_keyed_hashes(person):
    db.session.rollback()
    kept = db.session.get_one(Staff, person["id"])
    assert vault.decrypt(kept.phone_cipher) == "13700000001"
    assert vault.decrypt(kept.id_no_cipher) == ID_NO
    assert kept.phone_hash == vault.keyed_hash("13700000001")
    assert kept.id_no_hash == vault.keyed_hash(ID_NO)
    assert b"13700000001" not in kept.phone_cipher


def test_people_are_found_by_name_number_phone_and_department(admin, person, departments, compound):
    compound.staff("2002", name="钱多", department=db.session.get_one(Department, departments["other"]))
    assert listed(admin, query="敏") == ["2001", "9001"]
    assert listed(admin, query="200") == ["2001", "2002"]
    assert listed(admin, query="137 0000 0001") == ["2001"]
    assert listed(admin, query="13700000002") == []
    assert listed(admin, query="0001") == []
    assert listed(admin, query="%") == []
    assert listed(admin, query="_") == []
    assert listed(admin, query="' OR 1=1 --") == []
    assert listed(admin, department_id=departments["office"]) == ["2001"]
    assert listed(admin, department_id=departments["other"]) == ["2002"]
    assert listed(admin, department_id=999) == []
    assert listed(admin, status="left") == []
    page = admin.get("/admin/staff", page=2, page_size=1).data
    assert (page["total"], page["page"], len(page["list"])) == (3, 2, 1)
    assert admin.get("/admin/staff", status="retired").error == "app.invalid"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"staff_no": "2001"}, "identity.staff_no_taken"),
        ({"staff_no": "20 01"}, "identity.staff_no_taken"),
        ({"staff_no": "二零零一"}, "identity.staff_no_invalid"),
        ({"staff_no": "x" * 21}, "app.invalid"),
        ({"phone": "12345678901"}, "identity.phone_invalid"),
        ({"phone": "137****0001"}, "identity.phone_invalid"),
        ({"id_no": "110105194912310021"}, "identity.id_no_invalid"),
        ({"card_no": "66882001"}, "identity.card_taken"),
        ({"postings": []}, "app.invalid"),
        ({"postings": [post(999)]}, "identity.unknown_department"),
        ({"name": ""}, "app.invalid"),
        ({"roles": ["administrator"]}, "app.invalid"),
    ],
)
def test_what_no_new_member_of_staff_can_be(admin, person, departments, changes, error):
    body = {"staff_no": "2002", "name": "钱多", "postings": [post(departments["section"])], **changes}
    answer = admin.post("/admin/staff", body)
    assert answer.error == error
    assert admin.get("/admin/staff").data["total"] == 2


@pytest.mark.parametrize("primaries", [(False, False), (True, True)])
def test_exactly_one_post_is_the_primary_one(admin, departments, primaries):
    posts = [
        post(departments[name], is_primary=flag)
        for name, flag in zip(("section", "other"), primaries, strict=True)
    ]
    body = {"staff_no": "2002", "name": "钱多", "postings": posts}
    assert admin.post("/admin/staff", body).error == "identity.postings_invalid"


def test_a_change_of_name_or_phone_leaves_sessions_and_shows_in_them(admin, person, compound, trail):
    client = compound.client(db.session.get_one(Staff, person["id"]))

    changed = admin.put(f"/admin/staff/{person['id']}", {"name": "赵小敏", "phone": "13700000009"})

    assert (changed.data["name"], changed.data["phone"]) == ("赵小敏", "137****0009")
    assert changed.data["id_no"] == person["id_no"]
    assert client.get("/me").data["name"] == "赵小敏"
    event = trail.only("identity.staff_changed")
    assert event.details == {"fields": ["name", "phone"], "status": "active", "sessions_ended": 0}
    client.post("/auth/logout")
    assert trail.only("identity.logged_out").actor_name == "赵小敏"


def test_a_change_that_changes_nothing_is_not_recorded(admin, person, trail):
    body = {
        "name": "赵敏",
        "phone": "13700000001",
        "id_no": ID_NO,
        "card_no": "66882001",
        "status": "active",
        "postings": [
            {name: person["postings"][0][name] for name in ("department_id", "title", "is_primary")}
        ],
    }
    assert admin.put(f"/admin/staff/{person['id']}", body).data == person
    assert admin.put(f"/admin/staff/{person['id']}", {}).data == person
    assert trail.events("identity.staff_changed") == []


def test_null_empties_phone_id_and_card(admin, person):
    changed = admin.put(f"/admin/staff/{person['id']}", {"phone": None, "id_no": None, "card_no": ""}).data
    assert (changed["phone"], changed["id_no"], changed["card_no"]) == (None, None, None)


@pytest.mark.parametrize("changes", ["move", "suspend"])
def test_another_department_or_a_suspension_ends_the_sessions(admin, person, departments, compound, changes):
    client = compound.client(db.session.get_one(Staff, person["id"]))
    body = {
        "move": {"postings": [post(departments["other"])]},
        "suspend": {"status": "suspended"},
    }[changes]

    assert admin.put(f"/admin/staff/{person['id']}", body).status == 200

    assert client.get("/me").status == 401


def test_a_second_post_ends_no_session(admin, person, departments, compound):
    client = compound.client(db.session.get_one(Staff, person["id"]))
    posts = [post(departments["section"], "处长"), post(departments["other"], "委员", is_primary=False)]

    changed = admin.put(f"/admin/staff/{person['id']}", {"postings": posts})

    assert [(p["path"], p["title"]) for p in changed.data["postings"]] == [
        ("办公厅/综合处", "处长"),
        ("管理局", "委员"),
    ]
    assert client.get("/me").data["postings"] == changed.data["postings"]


def test_whoever_leaves_loses_all_access_at_once(admin, person, compound, anonymous, simulator, trail):
    staff = db.session.get_one(Staff, person["id"])
    bind(staff, simulator)
    give_password(staff)
    admin.post(
        f"/admin/staff/{staff.id}/grants", {"role": "canteen_staff", "scope_kind": "canteen", "scope_id": 7}
    )
    client = as_client(anonymous, wechat_login(anonymous, simulator.code("2001")))

    left = admin.post(f"/admin/staff/{staff.id}/leave")

    assert (left.data["status"], left.data["left_on"]) == ("left", "2026-11-23")
    assert (left.data["providers"], left.data["has_password"]) == ([], False)
    assert client.get("/me").status == 401
    assert "bind_ticket" in wechat_login(anonymous, simulator.code("2001")).data
    assert password_login(anonymous, "2001", "Houqin-2026").status == 401
    assert admin.get(f"/admin/staff/{staff.id}/grants").data["list"] == []
    assert trail.only("identity.staff_left").object_id == str(staff.id)
    again = admin.post(f"/admin/staff/{staff.id}/leave")
    assert (again.status, again.error) == (409, "identity.already_left")


def test_whoever_comes_back_has_nothing_of_before(admin, person, anonymous):
    admin.post(f"/admin/staff/{person['id']}/leave")
    back = admin.put(f"/admin/staff/{person['id']}", {"status": "active"}).data
    assert (back["status"], back["left_on"], back["has_password"]) == ("active", None, False)
    assert admin.put(f"/admin/staff/{person['id']}", {"status": "left"}).error == "app.invalid"


def test_unmasking_asks_for_a_reason_and_is_recorded(admin, person, administrator, trail):
    path = f"/admin/staff/{person['id']}/unmask"

    answer = admin.post(path, {"field": "phone", "reason": "联系本人"})

    assert answer.data == {"field": "phone", "value": "13700000001"}
    event = trail.only("identity.unmasked")
    assert (event.actor_id, event.object_id) == (administrator.id, str(person["id"]))
    assert event.details == {"field": "phone", "reason": "联系本人"}
    assert admin.post(path, {"field": "id_no", "reason": "核对身份"}).data["value"] == ID_NO
    assert admin.post(path, {"field": "card_no", "reason": "补卡"}).data["value"] == "66882001"
    for body in ({"field": "phone"}, {"field": "phone", "reason": " "}, {"field": "name", "reason": "好奇"}):
        assert admin.post(path, body).error == "app.invalid"
    assert len(trail.events("identity.unmasked")) == 3


def test_an_unmasked_number_is_not_kept_for_a_repeated_request(admin, person, trail):
    path, body = f"/admin/staff/{person['id']}/unmask", {"field": "phone", "reason": "联系本人"}
    assert admin.post(path, body, key="same").data == admin.post(path, body, key="same").data
    assert len(trail.events("identity.unmasked")) == 2


def test_there_may_be_nothing_to_unmask(admin, official):
    answer = admin.post(f"/admin/staff/{official.id}/unmask", {"field": "id_no", "reason": "核对身份"})
    assert (answer.status, answer.error) == (404, "identity.nothing_to_unmask")


def test_two_people_cannot_get_one_card_at_once(admin, compound):
    people = [compound.staff(number) for number in ("3001", "3002")]
    answers = at_once(
        [lambda one=one: admin.put(f"/admin/staff/{one.id}", {"card_no": "66883000"}) for one in people]
    )
    assert sorted(answer.status for answer in answers) == [200, 409]


# Who may


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/admin/departments"),
        ("POST", "/admin/departments"),
        ("PUT", "/admin/departments/1"),
        ("GET", "/admin/staff"),
        ("POST", "/admin/staff"),
        ("GET", "/admin/staff/1"),
        ("PUT", "/admin/staff/1"),
        ("POST", "/admin/staff/1/leave"),
        ("POST", "/admin/staff/1/unmask"),
        ("POST", "/admin/staff/1/reset-password"),
        ("POST", "/admin/staff/import"),
        ("GET", "/admin/staff/export"),
        ("GET", "/admin/roles"),
        ("GET", "/admin/staff/1/grants"),
        ("POST", "/admin/staff/1/grants"),
        ("DELETE", "/admin/staff/1/grants/1"),
    ],
)
def test_administration_is_for_administrators(compound, anonymous, official, method, path):
    body = {"json": {}} if method in ("POST", "PUT") else {}
    assert anonymous.request(method, path, **body).status == 401
    assert compound.client(official).request(method, path, **body).error == "app.forbidden"


def test_an_administrator_of_one_campus_reaches_none_of_the_roster(compound, official):
    campus = compound.campus()
    local = compound.client(compound.staff("9003", roles={"administrator": (ScopeKind.CAMPUS, campus.id)}))
    department = {"name": "处", "parent_id": None}
    for answer in (
        local.get("/admin/departments"),
        local.post("/admin/departments", department),
        local.get("/admin/staff"),
        local.get(f"/admin/staff/{official.id}"),
        local.put(f"/admin/staff/{official.id}", {"name": "王"}),
        local.post(f"/admin/staff/{official.id}/leave"),
        local.post(f"/admin/staff/{official.id}/unmask", {"field": "phone", "reason": "好奇"}),
        local.post(f"/admin/staff/{official.id}/reset-password"),
        local.get("/admin/roles"),
        local.post(f"/admin/staff/{official.id}/grants", {"role": "canteen_staff", "scope_kind": "compound"}),
        local.get("/admin/bind-requests"),
        local.get("/admin/staff/export"),
    ):
        assert (answer.status, answer.error) == (403, "app.forbidden")
    db.session.rollback()
    assert db.session.query(RoleGrant).count() == 1
    assert db.session.query(PasswordCredential).count() == 0
