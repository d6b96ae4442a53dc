"""The server keeps what its OpenAPI document promises, whatever is thrown at it."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
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


# The operations are dealt out: what one hand finds hides nothing that another would find, and two workers
# share the work.
HANDS = 6
EXAMPLES, EXAMPLES_IN_SOAK = 6, 200


@pytest.fixture
def login(compound: Compound):
    """Makes tokens of somebody who may do everything; some operations end the session they come with."""
    canteen = compound.canteen()
    compound.period(canteen)
    compound.meal(canteen, {compound.dish(canteen): 5})
    roles = dict.fromkeys(("administrator", "canteen_manager"), (ScopeKind.COMPOUND, 0))
    staff = compound.staff(roles=roles, subsidy_fen=100_000)
    return lambda: compound.client(staff).token


@pytest.mark.parametrize("hand", range(HANDS))
def test_every_operation_answers_as_documented(app, settings, login, hand, soak):
    document = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = [result.ok() for result in document.get_all_operations()]
    assert len(operations) > 20
    token = login()
    for operation in operations[hand::HANDS]:

        @hypothesis_settings(
            max_examples=EXAMPLES_IN_SOAK if soak else EXAMPLES,
            deadline=None,
            database=None,
            derandomize=not soak,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers_as_documented(case):
            nonlocal token
            response = case.call(headers={"Authorization": f"Bearer {token}"})
            if case.method != "GET" and response.status_code < 400:
                token = login()
            case.validate_response(response, checks=CHECKS)

        answers_as_documented()


def test_a_wrong_method_is_refused_with_the_right_ones(anonymous):
    answer = anonymous.request("DELETE", "/canteen/orders")
    assert answer.error == "app.method_not_allowed"
    assert "GET" in answer.headers["Allow"]
