"""Who asks: people of several roles and scopes, whose sessions are opened anew when they have ended."""

import random
import threading
from contextvars import Context
from itertools import count

from flask import Flask
from sqlalchemy import select

from backend.actor import ScopeKind
from backend.authentication import CONSOLE_COOKIE
from backend.db import atomic, db
from backend.identity import operations as identity_operations
from backend.identity.models import Role, Staff
from tests.console.browser import Console
from tests.factories import Compound

# Beside somebody with every role, who comes first.
ROLES: tuple[tuple[str, ...], ...] = (
    (),
    ("administrator",),
    ("canteen_manager", "storekeeper", "purchaser", "food_safety_officer"),
    ("property_manager", "property_dispatcher"),
    ("meeting_manager", "meeting_steward"),
    ("logistics_reviewer", "feedback_desk", "notice_editor"),
)
_OFFICIALS = 40
# Hypothesis sets the seed of the module's own generator anew for every example.
CHANCE = random.SystemRandom()


class People:
    """Headers that say who asks, by number."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._compound = Compound(app)
        self._lock = threading.Lock()
        self._numbers = count(1)
        every = tuple(db.session.scalars(select(Role.code)))
        self._roles = (every, *ROLES)
        self.headers = [self._enter(number) for number in range(len(self._roles) * 2)]
        officials = select(Staff.id).where(Staff.staff_no.like("10%")).limit(_OFFICIALS)
        self.officials = [_bearer(staff_id) for staff_id in db.session.scalars(officials).all()]

    def again(self, number: int) -> None:
        """Let somebody new with the same roles take this number: the last one was logged out or left."""
        Context().run(self._replace, number)

    def _replace(self, number: int) -> None:
        with self._lock, self._app.app_context():
            self.headers[number] = self._enter(number)

    def _enter(self, number: int) -> dict[str, str]:
        """By the API's token; every other one is the same by the console's cookie, with its CSRF token."""
        roles = self._roles[number // 2]
        staff = self._compound.staff(
            f"H{next(self._numbers):08d}",
            roles=dict.fromkeys(roles, (ScopeKind.COMPOUND, 0)),
            subsidy_fen=1_000_000,
        )
        if number % 2 == 0:
            return _bearer(staff.id)
        console = Console(self._app, staff)
        cookie = console.browser.get_cookie(CONSOLE_COOKIE)
        assert cookie is not None
        return {"Cookie": f"{CONSOLE_COOKIE}={cookie.value}", "X-CSRF-Token": console.csrf}


@atomic
def _bearer(staff_id: int) -> dict[str, str]:
    staff = db.session.get(Staff, staff_id)
    assert staff is not None
    return {"Authorization": f"Bearer {identity_operations.open_session(staff, provider='wechat_mp')}"}
