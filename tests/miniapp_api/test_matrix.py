"""The permission matrix: every endpoint tried by every role and by nobody."""

from datetime import date

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import Permission, ScopeKind
from backend.db import db
from backend.endpoints import DEVICE, PUBLIC
from backend.identity.models import Role
from backend.identity.operations import BASE_PERMISSIONS
from tests.client import Client
from tests.factories import NINE

ROLES = (
    "official",
    "administrator",
    "canteen_manager",
    "canteen_staff",
    "meeting_steward",
    "meeting_manager",
    "property_dispatcher",
    "property_worker",
    "property_manager",
    "property_leader",
    "contractor_manager",
    "logistics_reviewer",
    "leader",
    "canteen_inspector",
    "unit_reporter",
    "bulletin_approver",
    "feedback_desk",
    "feedback_handler",
    "seal_keeper",
    "notice_editor",
    "purchaser",
    "storekeeper",
    "food_safety_officer",
)


def endpoints(app):
    """Every (method, path, permission) of the API, with identifiers that name nothing.

    A device signs instead of logging in: to everybody else its endpoints are closed.
    """
    values = {"date": "2026-11-23", "on_date": date(2026, 11, 23), "period": "lunch"}
    values["plate"] = "0" * 16  # What is shorter and all digits is an identifier.
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            # A callback asks for the signature of its platform instead of a login.
            if not rule.rule.startswith("/api/v1") or rule.rule.startswith("/api/v1/callbacks/"):
                continue
            path = rule.build({name: values.get(name, 999_999) for name in rule.arguments})[1]
            permission = app.view_functions[rule.endpoint].permission
            found += [(method, path, permission) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def permissions_of(role):
    held = set(BASE_PERMISSIONS)
    if role != "official":
        found = db.session.scalars(select(Role).where(Role.code == role)).one()
        held |= {Permission(each.permission) for each in found.permissions}
    return held


# What a role may do does not depend on the database: all are tried on the one that is made fastest. Whoever
# gets furthest asks every endpoint's statements of the other one, too.
@pytest.mark.parametrize(
    ("settings", "role"),
    [*(("sqlite", role) for role in ROLES), ("postgresql", "administrator")],
    indirect=["settings"],
)
def test_a_role_may_do_what_its_permissions_say_and_nothing_else(app, compound, role):
    roles = {} if role == "official" else {role: (ScopeKind.COMPOUND, 0)}
    staff = compound.staff(roles=roles)
    held = permissions_of(role)
    wrong = []
    with clock.at(NINE):
        client = compound.client(staff)
        for method, path, permission in endpoints(app):
            status = client.request(method, path).status
            if method != "GET" and status < 400:
                # Some endpoints end the session that they are called with.
                client = compound.client(staff)
            may = permission is PUBLIC or (permission is not DEVICE and permission in held)
            if status >= 500 or (status in (401, 403)) == may:
                wrong.append(f"{method} {path} → {status}")
    assert wrong == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nobody_gets_past_the_login(app):
    wrong = []
    for method, path, permission in endpoints(app):
        for token in (None, "not-a-token"):
            answer = Client(app, token).request(method, path)
            if permission is not PUBLIC and answer.status != 401:
                wrong.append(f"{method} {path} → {answer.status}")
    assert wrong == []
