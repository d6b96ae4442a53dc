"""The server keeps what its OpenAPI document promises, whatever is thrown at it."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.actor import ScopeKind
from tests.factories import Compound

CHECKS = (
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)


@pytest.fixture
def login(compound: Compound):
    """Fresh tokens of somebody who may do everything; some operations end the session they come with."""
    canteen = compound.canteen()
    compound.period(canteen)
    compound.meal(canteen, {compound.dish(canteen): 5})
    roles = dict.fromkeys(("administrator", "canteen_manager"), (ScopeKind.COMPOUND, 0))
    staff = compound.staff(roles=roles, subsidy_fen=100_000)
    return lambda: compound.client(staff).token


def test_every_operation_answers_as_documented(app, login, soak):
    document = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = [result.ok() for result in document.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:

        @settings(
            max_examples=200 if soak else 6,
            deadline=None,
            database=None,
            derandomize=not soak,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers_as_documented(case):
            response = case.call(headers={"Authorization": f"Bearer {login()}"})
            case.validate_response(response, checks=CHECKS)

        answers_as_documented()


def test_a_wrong_method_is_refused_with_the_right_ones(anonymous):
    answer = anonymous.request("DELETE", "/canteen/orders")
    assert answer.error == "app.method_not_allowed"
    assert "GET" in answer.headers["Allow"]
