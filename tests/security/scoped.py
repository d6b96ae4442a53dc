"""People of the world that foreign identifiers are taken from, and what each is answered."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
from flask import Flask
from sqlalchemy import FromClause, event, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from backend.actor import ScopeKind
from backend.db import Base, atomic, db
from backend.errors import Conflict
from backend.identity.models import Role, RoleGrant, Staff
from backend.identity.operations import BASE_PERMISSIONS
from tests.console.browser import Console
from tests.factories import Compound
from tests.security.planted import row_of
from tests.security.planting import add_row
from tests.security.sampled import Sampler

UNIT = {"code": "new", "name": "新单位", "level": "city", "operation": "own", "serving": "counter"}
UPLOADED = b"not what was asked for"


class Undone(Conflict):
    """The unit of work reached its end, and was taken back so that the next request finds everything."""

    code = "test.undone"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and the stable name of what was refused; pages have none."""

    status: int
    error: str

    @property
    def is_closed(self) -> bool:
        """Whether nothing is told, not even by what is wrong with the request."""
        return self.status in (403, 404)

    def __str__(self) -> str:
        return f"{self.status} {self.error}".strip()


class World:
    """The demo with an additional campus that has nothing but a canteen and a building, and with people."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.compound = Compound(app)
        self.document = orjson.loads(app.test_client().get("/api/openapi.json").data)
        self.roles: tuple[str, ...] = tuple(db.session.scalars(select(Role.code).order_by(Role.id)))
        campus = self.compound.campus("新院区")
        self.elsewhere = (
            (ScopeKind.CAMPUS, campus.id),
            (ScopeKind.CANTEEN, self.compound.canteen(campus).id),
            (ScopeKind.BUILDING, add_row("buildings", campus_id=campus.id)),
            (ScopeKind.UNIT, add_row("evaluation_units", **UNIT)),
            (ScopeKind.CONTRACTOR, add_row("contractors", name="新公司")),
        )
        self._browsers: dict[int, Console] = {}
        self._tokens: dict[int, str] = {}
        self._permissions: dict[str, frozenset[str]] = {}
        self._undoes = False

    def person(self, roles: Iterable[str], scopes: Iterable[tuple[ScopeKind, int]]) -> Staff:
        """Somebody with these roles in each of these scopes, logged in on the phone and at the console."""
        staff = self.compound.staff()
        scopes = tuple(scopes)

        @atomic
        def grant() -> None:
            known = {role.code: role.id for role in db.session.scalars(select(Role))}
            for role in roles:
                for kind, scope_id in scopes:
                    db.session.add(
                        RoleGrant(
                            staff_id=staff.id, role_id=known[role], scope_kind=kind.value, scope_id=scope_id,
                            granted_at=staff.created_at, granted_by=0,
                        )
                    )  # fmt: skip # One column a line would say no more.

        grant()
        return self.let_in(staff)

    def let_in(self, staff: Staff) -> Staff:
        """Log somebody in, once."""
        if staff.id not in self._tokens:
            undoes, self._undoes = self._undoes, False
            self._tokens[staff.id] = self.compound.client(staff).token or ""
            self._browsers[staff.id] = Console(self.app, staff)
            self._undoes = undoes
        return staff

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Within this, no unit of work is kept: whoever reaches its end is answered `test.undone`."""
        engine = db.engine
        event.listen(engine, "commit", self._undo)
        self._undoes = True
        try:
            yield
        finally:
            self._undoes = False
            event.remove(engine, "commit", self._undo)

    def _undo(self, connection: Any) -> None:
        options = connection.get_execution_options()
        if self._undoes and (options.get("writes") or options.get("postgresql_readonly") is False):
            raise Undone

    def owners(self, rows: Mapping[str, Mapping[str, Any]]) -> list[Staff]:
        """Whoever the rows, by table, and what they refer to name: who made it, asked for it or got it."""
        staff_ids: dict[int, bool] = {}
        for name, row in rows.items():
            table = Base.metadata.tables[name]
            staff_ids |= _named_in(table, row)
            for key in table.foreign_keys:
                value = row.get(key.parent.name)
                if value is not None and "staff_id" in key.column.table.columns:
                    statement = select(key.column.table).where(key.column == value)
                    further = db.session.execute(statement).mappings().first()
                    staff_ids |= _named_in(key.column.table, further or {})
        found = [db.session.get(Staff, staff_id) for staff_id in staff_ids]
        return [staff for staff in found if staff is not None and staff.status == "active"]

    def permissions(self, role: str) -> frozenset[str]:
        """What a role may do, beside what everybody may."""
        if role not in self._permissions:
            found = db.session.scalars(select(Role).where(Role.code == role)).one()
            held = {each.permission for each in found.permissions}
            self._permissions[role] = frozenset({*held, *BASE_PERMISSIONS})
        return self._permissions[role]

    def ask(self, staff: Staff, method: str, rule: Rule, path: str, body: Mapping[str, Any]) -> Answer:
        """What this person is answered; the API is sent the shortest valid body, with `body` in it."""
        if not rule.rule.startswith("/api/v1"):
            return Answer(self._browsers[staff.id]._open(path, method=method).status_code, "")
        response = self.send(staff, method, rule, path, body)
        error = orjson.loads(response.data).get("error", "") if response.status_code >= 400 else ""
        return Answer(response.status_code, error)

    def page(self, staff: Staff, path: str) -> TestResponse:
        """A page of the console as this person gets it."""
        return self._browsers[staff.id].get(path)

    def send(self, staff: Staff, method: str, rule: Rule, path: str, body: Mapping[str, Any]) -> TestResponse:
        """The whole answer of the API."""
        return Context().run(
            self.app.test_client().open,
            path,
            method=method,
            headers={"Authorization": f"Bearer {self._tokens[staff.id]}", "Idempotency-Key": uuid4().hex},
            **self.sent(method, rule, body),
        )

    def sent(self, method: str, rule: Rule, body: Mapping[str, Any]) -> dict[str, Any]:
        """The shortest valid query and body, with `body` in it."""
        operation = self.operation(method, rule)
        sampler = Sampler(self.document, lambda name: self._identifier(name, rule.rule))
        sent: dict[str, Any] = {
            "query_string": {
                each["name"]: sampler.of(each["schema"], each["name"])
                for each in operation.get("parameters", ())
                if each.get("in") == "query" and each.get("required")
            }
        }
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            whole = {**sampler.of(content["application/json"]["schema"]), **body}
            sent |= {"data": orjson.dumps(whole), "content_type": "application/json"}
        elif content:
            sent |= {"data": {"file": (io.BytesIO(UPLOADED), "sheet.xlsx")}}
        return sent

    def operation(self, method: str, rule: Rule) -> Mapping[str, Any]:
        """The operation of the OpenAPI document that an address is."""
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
        return self.document["paths"].get(path, {}).get(method.lower(), {})

    def _identifier(self, name: str, address: str) -> Any:
        row = row_of(name, address) if name.endswith("_id") else None
        return None if row is None else row[name]


def _named_in(table: FromClause, row: Mapping[str, Any]) -> dict[int, bool]:
    return {
        row[column.name]: True
        for column in table.columns
        if row.get(column.name)
        and (
            column.name.endswith("_by")
            or any(key.target_fullname == "staff.id" for key in column.foreign_keys)
        )
    }
