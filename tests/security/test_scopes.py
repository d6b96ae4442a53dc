"""Whoever works elsewhere finds nothing: every address that takes an identifier, with one that is there.

The demo is the world. The people who ask hold their roles on a campus of their own, in a canteen, a building
and a unit of it and for a contractor, which have nothing yet, so that whatever is there is foreign to them.
Nothing that is asked is kept (`World.undoing`), so that everything is there for the next.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.exceptions import HTTPException

from backend import clock
from backend.actor import Permission, ScopeKind
from backend.app import create_app
from backend.db import db
from backend.flows.demo import seed
from tests.backend.flows.demo_house import DAYS, NOON, STAFF, small_demo
from tests.databases import settings_for
from tests.security import expected
from tests.security.planted import arguments_of, takes_identifier
from tests.security.planting import plant
from tests.security.scoped import World

# What a request may name beside its address, and where it lies.
PLACES = ("campus_id", "canteen_id", "building_id", "room_id", "unit_id", "contractor_id", "store_id")


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, soak: bool
) -> Iterator[World]:
    """The demo, what it has nothing of, and somewhere else.

    Who may see what does not depend on the database; the long run asks the other one.
    """
    folder = tmp_path_factory.mktemp("scopes")
    with laid_out(request, folder, soak=soak) as url, clock.at(NOON):
        app = create_app(settings_for(folder, url))
        with app.app_context(), pytest.MonkeyPatch.context() as patch:
            # Who may have a document is asked before it is drawn, which takes longer than all else.
            patch.setattr("weasyprint.HTML.write_pdf", lambda *_args, **_options: b"%PDF-1.7")
            seed(days=DAYS, staff=STAFF)  # It finds itself seeded in the file.
            plant()
            try:
                yield World(app)
            finally:
                db.session.remove()
                db.engine.dispose()


@contextmanager
def laid_out(request: pytest.FixtureRequest, folder: Path, *, soak: bool) -> Iterator[str]:
    """The address of a database: a file with the small demo, or an empty one on the server."""
    if soak:
        with request.getfixturevalue("postgres_template").copy(folder) as url:
            yield url
        return
    made = small_demo(request.getfixturevalue("sqlite_template"), request.getfixturevalue("tmp_path_factory"))
    shutil.copytree(made, folder, dirs_exist_ok=True)
    yield ""


def test_what_is_named_by_an_identifier_is_out_of_reach_from_elsewhere(world):
    manager = everywhere(world)
    strangers = [world.person(world.roles, world.elsewhere), world.person((), ())]
    opened, unproven, broken = {}, {}, {}
    with world.undoing():
        for method, rule, path, rows in addresses(world):
            name = f"{method} {rule.rule}"
            body = expected.BODIES.get(name, {})
            found = [world.ask(stranger, method, rule, path, body) for stranger in strangers]
            seen = [answer for answer in found if not answer.is_closed]
            if seen:
                opened[name] = str(seen[0])
            elif not is_there(world, (method, rule, path, body), manager, rows, found[0]):
                unproven[name] = str(found[0])
            if any(answer.status >= 500 for answer in found):
                broken[name] = " ".join(map(str, found))
    assert broken == {}
    assert {name: opened[name] for name in opened.keys() - expected.OPEN.keys()} == {}
    assert expected.OPEN.keys() - opened.keys() == set()
    assert unproven.keys() == expected.UNPROVEN.keys()


def test_every_role_by_itself_reaches_no_further(world, soak):
    # A query that asks for one role first and for another then is right for both, and wrong for one.
    people = {role: world.person([role], world.elsewhere) for role in world.roles}
    wrong = []
    with world.undoing():
        for method, rule, path, _ in addresses(world):
            name = f"{method} {rule.rule}"
            permission = getattr(world.app.view_functions[rule.endpoint], "permission", None)
            # To whom the permission itself is lacking it is closed anyhow: test_matrix.py.
            if name in expected.OPEN or not isinstance(permission, Permission):
                continue
            if permission is Permission.SELF and not soak:
                continue
            for role, person in people.items():
                if permission in world.permissions(role):
                    answer = world.ask(person, method, rule, path, expected.BODIES.get(name, {}))
                    if not answer.is_closed:
                        wrong.append(f"{role}: {name} → {answer}")
    assert wrong == []


def test_lists_and_sums_are_of_ones_own_places(world):
    stranger, manager = world.person(world.roles, world.elsewhere), everywhere(world)
    alike, broken = set(), []
    with world.undoing():
        for rule in nameless(world, "GET"):
            name, path = f"GET {rule.rule}", rule.rule
            mine = world.send(stranger, "GET", rule, path, {})
            if mine.status_code >= 500:
                broken.append(name)
            if mine.status_code in (403, 404, 422) or is_empty(mine):
                continue
            if told(mine) == told(world.send(manager, "GET", rule, path, {})):
                alike.add(name)
    assert broken == []
    assert alike - expected.ALIKE == set()


def test_no_body_or_query_names_a_place_elsewhere(world):
    stranger = world.person(world.roles, world.elsewhere)
    wrong = []
    with world.undoing():
        for method in ("POST", "PUT"):
            for rule in nameless(world, method):
                name = f"{method} {rule.rule}"
                sent = world.sent(method, rule, expected.BODIES.get(name, {})).get("data", b"")
                if not any(f'"{place}":'.encode() in sent for place in PLACES) or name in expected.ANYWHERE:
                    continue
                answer = world.ask(stranger, method, rule, rule.rule, expected.BODIES.get(name, {}))
                if not answer.is_closed:
                    wrong.append(f"{name} → {answer}")
    assert wrong == []


def test_no_page_offers_a_narrower_scope_what_is_refused_to_it(world, soak):
    """What belongs to the whole compound is read with less; its forms and buttons are not there then."""
    stranger = world.person(world.roles, world.elsewhere)
    statuses, opened = {}, []
    refused = set()
    with world.undoing():
        for rule, path in lists_and_forms(world):
            with world.page(stranger, path) as response:
                statuses["GET", path] = response.status_code
                if response.status_code == 200 and response.mimetype == "text/html":
                    opened.append((rule, response.text))
        for rule, page in opened:
            for method, path in offers(page):
                found = match(world, method, path)
                if found is None or f"{method} {found.rule}" in expected.OWN_PLACES:
                    continue
                if (method, path) not in statuses:
                    # Dialogs that name nothing were opened as pages.
                    if method == "GET" and not soak:
                        continue
                    body = expected.BODIES.get(f"{method} {found.rule}", {})
                    statuses[method, path] = world.ask(stranger, method, found, path, body).status
                if statuses[method, path] == 403:
                    refused.add(f"{rule.rule} → {method} {found.rule}")
    assert len(opened) > 100
    assert refused == set()


def lists_and_forms(world):
    """(rule, path) of the console's pages that name nothing, or something that is open to all."""
    for rule in world.app.url_map.iter_rules():
        is_page = rule.rule.startswith("/console") and "GET" in rule.methods
        if is_page and (not rule.arguments or f"GET {rule.rule}" in expected.OPEN):
            with world.app.test_request_context():
                yield rule, rule.build(arguments_of(rule)[0] if rule.arguments else {})[1]


def offers(page):
    """(method, path) of what a page's forms and buttons send, and of the dialogs that they open."""
    sent = re.findall(r'data-api="(POST|PUT|DELETE) (/api/[^"?{]+)"', page)
    return sent + [("GET", path) for path in re.findall(r'data-from="(/console/[^"?{#]+)"', page)]


def match(world, method, path):
    """The rule of an address, or None."""
    try:
        return world.app.url_map.bind("localhost").match(path, method, return_rule=True)[0]
    except HTTPException:
        return None


def nameless(world, method):
    """The API's addresses without an argument, which ask for a permission."""
    for rule in world.app.url_map.iter_rules():
        permission = getattr(world.app.view_functions[rule.endpoint], "permission", None)
        is_ours = rule.rule.startswith("/api/v1") and isinstance(permission, Permission)
        if is_ours and method in rule.methods and not rule.arguments:
            yield rule


def is_empty(response):
    """Whether it is a list with nothing in it."""
    data = (response.is_json and response.json["data"]) or {}
    return data.get("list") == []


def told(response):
    """What was answered, but for who asked when."""
    return response.status_code, re.sub(rb'"request_id":"[0-9a-f]+"', b"", response.data)


def everywhere(world):
    """Somebody with every role for the whole compound, and for one contractor and one unit by name."""
    scopes = [(ScopeKind.COMPOUND, 0), (ScopeKind.CONTRACTOR, 1), (ScopeKind.UNIT, 1)]
    return world.person(world.roles, scopes)


def addresses(world):
    """(method, rule, path, rows by table) of whatever takes an identifier."""
    for rule in world.app.url_map.iter_rules():
        if not takes_identifier(rule):
            continue
        arguments, rows = arguments_of(rule)
        with world.app.test_request_context():
            path = rule.build(arguments)[1]
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, rule, path, rows


def is_there(world, request, manager, rows, closed):
    """Whether somebody gets another answer: who manages everything, or whose it is."""
    if world.ask(manager, *request) != closed:
        return True
    return any(world.ask(world.let_in(owner), *request) != closed for owner in world.owners(rows))
