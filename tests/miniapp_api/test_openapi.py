"""The server keeps what its OpenAPI document promises, whatever is thrown at it.

Half of the paths name what is there, so that more than refusals is seen; the people who ask take turns.
To make up a request takes longer than to answer it: each is sent to an application on either database.
`python -m tests.hammer` does it at a real server, mixed with the load of a day, as long as one likes.
"""

from contextlib import ExitStack
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.actor import ScopeKind
from backend.authentication import CONSOLE_COOKIE
from tests.console.browser import Console
from tests.databases import settings_for
from tests.factories import Compound
from tests.security.planted import Addresses

CHECKS = (
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)


# The operations are dealt out: what one hand finds hides nothing that another would find, and two workers
# share the work.
HANDS = 6
EXAMPLES, EXAMPLES_IN_SOAK = 4, 200
# By the phone's token or by the console's cookie; each by somebody else than the one before.
ASKING = (
    ("token", ("administrator", "canteen_manager")),
    ("cookie", ("administrator", "canteen_manager")),
    ("token", ("property_manager", "meeting_manager", "food_safety_officer", "storekeeper")),
    ("token", ()),
)


class People:
    """Headers of whoever's turn it is; some operations end the session that they come with."""

    def __init__(self, compound: Compound) -> None:
        self._compound = compound
        self._staff = [
            compound.staff(roles=dict.fromkeys(roles, (ScopeKind.COMPOUND, 0)), subsidy_fen=100_000)
            for _, roles in ASKING
        ]
        self._headers = [self._enter(number) for number in range(len(ASKING))]
        self._turns = cycle(range(len(ASKING)))

    def next(self) -> dict[str, str]:
        """The headers of the next."""
        self._turn = next(self._turns)
        return self._headers[self._turn]

    def enter_again(self) -> None:
        """Log the last one in anew."""
        self._headers[self._turn] = self._enter(self._turn)

    def _enter(self, number: int) -> dict[str, str]:
        if ASKING[number][0] == "token":
            return {"Authorization": f"Bearer {self._compound.client(self._staff[number]).token}"}
        console = Console(self._compound.app, self._staff[number])
        cookie = console.browser.get_cookie(CONSOLE_COOKIE)
        return {"Cookie": f"{CONSOLE_COOKIE}={cookie.value}", "X-CSRF-Token": console.csrf}


class House:
    """An application on a database of its own, with people of several roles and something to find."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            compound = Compound(app)
            canteen = compound.canteen()
            compound.period(canteen)
            compound.meal(canteen, {compound.dish(canteen): 5})
            self._people = People(compound)
            self._addresses = Addresses(app)

    def there(self, path: str) -> dict[str, Any] | None:
        """What to put into the path that names something that is there; None if nothing is."""
        with self.app.app_context():
            return self._addresses.arguments(path)

    def check(self, case: Any) -> None:
        """Ask, and see whether the answer is as documented."""
        headers = dict(self._people.next())
        name, _, value = headers.pop("Cookie", "").partition("=")
        case.headers.pop("Authorization", None)  # What was made up would come before the cookie.
        response = case.call(app=self.app, headers=headers, cookies={name: value} if name else None)
        if response.status_code == 401 or (case.method != "GET" and response.status_code < 400):
            with self.app.app_context():
                self._people.enter_again()
        case.validate_response(response, checks=CHECKS)


@pytest.fixture
def houses(request, tmp_path, applications):
    """One on each database."""
    with ExitStack() as opened:
        made = []
        for kind in ("sqlite", "postgres"):
            folder = tmp_path / kind
            folder.mkdir()
            url = opened.enter_context(request.getfixturevalue(f"{kind}_template").copy(folder))
            made.append(House(opened.enter_context(applications.on(settings_for(folder, url)))))
        yield made


@pytest.mark.parametrize("hand", range(HANDS))
def test_every_operation_answers_as_documented(houses, hand, soak):
    document = schemathesis.openapi.from_wsgi("/api/openapi.json", houses[0].app)
    operations = [result.ok() for result in document.get_all_operations()]
    assert len(operations) > 20
    for operation in operations[hand::HANDS]:
        ensure_answers_are_documented(operation, houses, EXAMPLES_IN_SOAK if soak else EXAMPLES, soak)


def ensure_answers_are_documented(operation, houses, examples, is_random):
    """Make up so many requests, and ask in each house."""
    there = [house.there(operation.path) for house in houses]

    @hypothesis_settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=not is_random,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(operation, there[0]))
    def answers_as_documented(case):
        names_there = there[0] is not None and case.path_parameters == there[0]
        for house, arguments in zip(houses, there, strict=True):
            if names_there:
                case.path_parameters = dict(arguments or {})
            house.check(case)

    answers_as_documented()


def cases(operation, there):
    """What schemathesis makes up, half of it of what is there if the address names something that is."""
    made_up = operation.as_strategy()
    return made_up if there is None else st.one_of(made_up, operation.as_strategy(path_parameters=there))


def test_a_wrong_method_is_refused_with_the_right_ones(anonymous):
    answer = anonymous.request("DELETE", "/canteen/orders")
    assert answer.error == "app.method_not_allowed"
    assert "GET" in answer.headers["Allow"]
