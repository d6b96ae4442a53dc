"""The permission matrix of the pages, and the CSRF token of everything that a page's cookie may change."""

from datetime import date

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import Permission, ScopeKind
from backend.db import db
from backend.endpoints import DEVICE, PUBLIC
from backend.identity.models import Role
from backend.identity.operations import BASE_PERMISSIONS
from tests.console.browser import Console
from tests.factories import NINE

ROLES = (
    *("official", "administrator", "canteen_manager", "canteen_staff", "logistics_reviewer"),
    *("unit_reporter", "bulletin_approver", "property_dispatcher", "property_leader", "contractor_manager"),
    *("feedback_desk", "feedback_handler", "seal_keeper", "notice_editor", "leader"),
    *("meeting_manager", "meeting_steward", "purchaser", "storekeeper", "food_safety_officer"),
)


def addresses(app, prefix, methods):
    """Every (method, path, permission) below the prefix, with identifiers that name nothing."""
    values = {"date": "2026-11-23", "on_date": date(2026, 11, 23), "month": date(2026, 11, 1)}
    values |= {"period": "lunch", "app": "default", "step": "adopt"}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(prefix):
            continue
        arguments = {name: values.get(name, 999_999) for name in rule.arguments}
        with app.test_request_context():
            path = rule.build(arguments)[1]
        for method in sorted(rule.methods & methods):
            yield method, path, app.view_functions[rule.endpoint].permission


# What a role may open does not depend on the database: all are tried on the one that is made fastest. Whoever
# opens the most asks the pages' statements of the other one, too.
@pytest.mark.parametrize(
    ("settings", "role"),
    [*(("sqlite", role) for role in ROLES), ("postgresql", "administrator")],
    indirect=["settings"],
)
def test_a_role_opens_the_pages_of_its_permissions_and_no_other(app, compound, role):
    held = set(BASE_PERMISSIONS)
    if role != "official":
        found = db.session.scalars(select(Role).where(Role.code == role)).one()
        held |= {Permission(each.permission) for each in found.permissions}
    roles = {} if role == "official" else {role: (ScopeKind.COMPOUND, 0)}
    wrong = []
    with clock.at(NINE):
        compound.canteen()
        console = Console(app, compound.staff(roles=roles))
        for _, path, permission in addresses(app, "/console", {"GET"}):
            if permission is PUBLIC:
                continue
            status = console.get(path).status_code
            if status >= 500 or (status == 403) == (permission in held):
                wrong.append(f"{path} → {status}")
    assert wrong == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nobody_sees_a_page_without_a_login(app, compound):
    staff = compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)})
    bearer = compound.client(staff)
    wrong = []
    for _, path, permission in addresses(app, "/console", {"GET"}):
        if permission is PUBLIC:
            continue
        # Neither nobody, nor a token of the API in the cookie's place, nor one as a bearer token.
        for cookie, header in ((None, None), (bearer.token, None), (None, f"Bearer {bearer.token}")):
            browser = app.test_client()
            if cookie:
                browser.set_cookie("houqin_console", cookie)
            headers = {"Authorization": header} if header else {}
            answer = browser.get(path, headers=headers)
            if answer.status_code != 302 or "/console/login" not in answer.headers["Location"]:
                wrong.append(f"{path} → {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_cookie_alone_changes_nothing(app, compound):
    console = Console(app, compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))
    changes = {"POST", "PUT", "DELETE"}
    wrong = []
    for method, path, permission in addresses(app, "/api/v1", changes):
        if permission in (PUBLIC, DEVICE):  # A device signs; a cookie means nothing to it.
            continue
        for csrf in (None, "wrong", "错误"):
            headers = {"X-CSRF-Token": csrf.encode().decode("latin-1")} if csrf else {}
            answer = console._open(path, method=method, json={}, headers=headers)
            if answer.status_code != 403 or answer.json["error"] != "app.csrf_failed":
                wrong.append(f"{method} {path} → {answer.status_code}")
    assert wrong == []


def test_every_page_of_the_navigation_exists(app, compound):
    console = Console(
        app,
        compound.staff(
            roles=dict.fromkeys(
                (
                    *("administrator", "canteen_manager", "logistics_reviewer", "feedback_handler"),
                    *("seal_keeper", "meeting_manager", "food_safety_officer", "storekeeper"),
                ),
                (ScopeKind.COMPOUND, 0),
            )
        ),
    )
    compound.canteen()
    text = console.page("/console/")
    from console import navigation

    for section in navigation.SECTIONS:
        for item in section.items:
            assert f'href="{item.path}"' in text
            assert console.get(item.path).status_code == 200, item.path
