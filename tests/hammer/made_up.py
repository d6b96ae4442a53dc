"""What schemathesis makes up of the OpenAPI document, with real identifiers, and checks of every answer."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.db import db
from tests.hammer.people import CHANCE, People
from tests.security.planted import Addresses, row_of
from tests.security.sampled import Sampler

CHECKS = [
    not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance,
]  # fmt: skip # One check a line would say no more.
EXAMPLES = 10


class MadeUp:
    """Every operation of the document, ten examples at a time, in an order of chance."""

    def __init__(
        self, app: Flask, port: int, people: People, counted: Counter[str], wrong: dict[str, str]
    ) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._people, self._counted, self._wrong = people, counted, wrong
        document = httpx.get(f"{self._base}/api/openapi.json", timeout=120).json()
        self._schemas = Sampler(document, lambda name: self._identifier(name, ""))
        self._document = document
        self._operations = [
            each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations()
        ]
        self._addresses = Addresses(app)
        self._known: dict[tuple[str, str], Any] = {}

    def batches(self) -> Iterator[Callable[[], None]]:
        """One batch for each operation, again and again."""
        while True:
            for operation in CHANCE.sample(self._operations, len(self._operations)):
                yield lambda operation=operation: self._batch(operation)

    def _batch(self, operation: Any) -> None:
        planted = self._addresses.arguments(operation.path) if CHANCE.random() < 0.8 else None
        strategy = operation.as_strategy(**({"path_parameters": planted} if planted else {}))

        @hypothesis_settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def ask(case: Any) -> None:
            if isinstance(case.body, dict) and case.media_type == "application/json":
                case.body = self._half_valid(operation, case.body)
            self._ask(case)

        ask()

    def _half_valid(self, operation: Any, body: dict[str, Any]) -> dict[str, Any]:
        """The shortest valid body, with half of what was made up in it."""
        if CHANCE.random() < 0.3:
            return body
        schema = self._document["paths"][operation.path][operation.method]["requestBody"]["content"]
        valid = self._schemas.of(schema["application/json"]["schema"])
        made_up = {name: value for name, value in body.items() if CHANCE.random() < 0.5}
        identifiers = {name: self._identifier(name, operation.path) for name in made_up}
        return {**valid, **made_up, **{name: row for name, row in identifiers.items() if row is not None}}

    def _identifier(self, name: str, address: str) -> Any:
        if (name, address) not in self._known:
            row = row_of(name, address) if name.endswith("_id") else None
            self._known[name, address] = None if row is None else row[name]
            db.session.rollback()
        return self._known[name, address]

    def _ask(self, case: Any) -> None:
        number = CHANCE.randrange(len(self._people.headers))
        headers = dict(self._people.headers[number])
        name, _, value = headers.pop("Cookie", "").partition("=")
        case.headers.pop("Authorization", None)  # What was made up would come before the cookie.
        response = case.call(
            base_url=self._base,
            headers=headers,
            cookies={name: value} if name else None,
            timeout=120,
        )
        self._counted[str(response.status_code)] += 1
        if response.status_code == 401:
            self._people.again(number)
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failures:
            for failure in failures.exceptions:
                self._note(case, number, response, failure)

    def _note(self, case: Any, number: int, response: Any, failure: BaseException) -> None:
        """Keep the first of each kind."""
        what = f"{case.method} {case.operation.path} {type(failure).__name__}"
        body = "" if case.body is NOT_SET else repr(case.body)[:600]
        asked = f"as {number}: {case.path_parameters} {case.query} {body}"
        answered = f"{response.text[:300]} | {str(failure)[:400]}"
        self._wrong.setdefault(what, f"{response.status_code} {asked} → {answered}")
