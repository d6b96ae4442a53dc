"""What people of the demo did by the use cases of the house: each on the day on which it would have been.

Figures that are frozen and states that triggers guard are never made up as rows: a bulletin's figures are
those that the statistics give, a grade is that of the scores. Everything takes place within the one unit of
work that loads the demo, so that nobody ever sees half of it.
"""

import inspect
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import or_, select, update

from backend import clock
from backend.actor import Actor, Grant, Permission, ScopeKind
from backend.db import db, table, unit
from backend.flows.demo.people import Member
from backend.flows.demo.plan import Plan
from backend.flows.demo.units import Outer
from backend.identity.models import Role, RolePermission
from backend.notifications.models import InboxMessage, OutboxRow, SendState

P = ParamSpec("P")
R = TypeVar("R")

_READ_AFTER = timedelta(days=4)


class _Entry(NamedTuple):
    """What is to be done at an instant."""

    at: datetime
    act: Callable[[], object]


def within(use_case: Callable[P, R]) -> Callable[P, R]:
    """A use case as a part of the unit of work that is open."""
    inner: Callable[P, R] = inspect.unwrap(use_case)
    return inner


def official(member: Member) -> Actor:
    """Somebody who bears no role: who acts for themselves."""
    grant = Grant(frozenset({Permission.SELF}), ScopeKind.COMPOUND, 0)
    return Actor(member.staff_id, member.staff_no, member.name, member.department_id, 0, (grant,))


class Agenda:
    """Acts by the instants at which they happen, and the people who act."""

    def __init__(self, plan: Plan) -> None:
        self.now = plan.now
        self.today = clock.local(plan.now).date()
        self._members = {member.staff_no: member for member in plan.members}
        self._permissions = _permissions()
        self._entries: list[_Entry] = []

    def add(self, day: date, act: Callable[[], object], hour: int = 10, minute: int = 0) -> None:
        """Let this be done then; what would lie in the future is done now."""
        self.add_at(clock.at_local(day, time(hour, minute)), act)

    def add_at(self, at: datetime, act: Callable[[], object]) -> None:
        """The same by the instant."""
        self._entries.append(_Entry(at, act))

    def run(self) -> None:
        """Do everything, by the order of instants; what is to be done at one in the order of adding."""
        for entry in sorted(self._entries, key=lambda each: each.at):
            with clock.at(min(entry.at, self.now)):
                entry.act()
        _settle_messages(clock.at_local(self.today, time.min))

    def member(self, staff_no: str) -> Member:
        """Somebody of the roster."""
        return self._members[staff_no]

    def actor(self, staff_no: str) -> Actor:
        """Somebody of the roster as who acts, with the permissions of their role."""
        found = self._members[staff_no]
        kind, scope_id = found.scope
        grant = Grant(self._permissions[found.role], ScopeKind(kind), scope_id)
        return Actor(found.staff_id, found.staff_no, found.name, found.department_id, 0, (grant,))

    def contact(self, of: Outer) -> Actor:
        """Who speaks for another organ's unit. Such a person has no account here: only the name is kept."""
        for found in self._members.values():
            if found.scope == (ScopeKind.UNIT.value, of.id):
                return self.actor(found.staff_no)
        grant = Grant(frozenset({Permission.EVALUATION_REPORT}), ScopeKind.UNIT, of.id)
        return Actor(0, "", of.contact, 0, 0, (grant,))


def _permissions() -> dict[str, frozenset[Permission]]:
    found: dict[str, set[Permission]] = {}
    rows: Any = db.session.execute(select(Role.code, RolePermission.permission).join(Role.permissions))
    for code, permission in rows:
        found.setdefault(code, set()).add(Permission(permission))
    return {code: frozenset(held) for code, held in found.items()}


def _settle_messages(midnight: datetime) -> None:
    """What people were told before today has reached them; the older of it they have read."""
    inbox, outbox = table(InboxMessage), table(OutboxRow)
    unit().execute(
        update(outbox)
        .where(outbox.c.state == SendState.WAITING.value, outbox.c.created_at < midnight)
        .values(state=SendState.SENT.value, sent_at=outbox.c.created_at, attempts=1)
    )
    unit().execute(
        update(inbox)
        .where(
            or_(inbox.c.kind.like("evaluation.%"), inbox.c.kind.like("feedback.%")),
            inbox.c.created_at < midnight - _READ_AFTER,
            inbox.c.read_at.is_(None),
        )
        .values(read_at=inbox.c.created_at)
    )  # fmt: skip # One condition a line would say no more.
