"""What the identity tests do again and again."""

from typing import Any

from sqlalchemy import func, select

from backend.actor import SYSTEM
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity import operations
from backend.identity.models import LoginSession, Staff
from backend.identity.passwords import services as password_services
from tests.client import Answer, Client
from tests.simulator import APP, RunningSimulator

GOOD_PASSWORD = "Houqin-2026"
OTHER_PASSWORD = "Canteen#77"


class Trail:
    """The audit trail as a test reads it."""

    def events(self, action: str) -> list[AuditEvent]:
        """The events of one kind, the oldest first."""
        db.session.rollback()
        return list(
            db.session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id))
        )

    def only(self, action: str) -> AuditEvent:
        """The one event of this kind."""
        (event,) = self.events(action)
        return event


def wechat_login(client: Client, code: str, app: str = "default") -> Answer:
    """Log in by a WeChat code."""
    return client.post("/auth/login", {"provider": "wechat_mp", "app": app, "code": code})


def password_login(client: Client, staff_no: str, password: str) -> Answer:
    """Log in by a password."""
    return client.post("/auth/login", {"provider": "password", "staff_no": staff_no, "password": password})


def as_client(client: Client, answer: Answer) -> Client:
    """A client with the token of a login."""
    return Client(client.app, answer.data["token"])


def bind(staff: Staff, simulator: RunningSimulator) -> None:
    """Bind the WeChat account of the same number in the simulator."""

    @atomic
    def write() -> None:
        operations.bind_identity(
            SYSTEM,
            staff_id=staff.id,
            provider="wechat_mp",
            tenant=APP.appid,
            subject=simulator.openid(staff.staff_no),
        )

    write()


def give_password(staff: Staff, password: str = GOOD_PASSWORD, *, must_change: bool = False) -> None:
    """Give a password, as the command line does."""
    password_services.set_password(SYSTEM, staff_id=staff.id, password=password, must_change=must_change)


def session_count(staff: Staff) -> int:
    """How many sessions a member of staff has."""
    db.session.rollback()
    statement = select(func.count()).select_from(LoginSession).where(LoginSession.staff_id == staff.id)
    return db.session.scalar(statement) or 0


def change(row: Any, **columns: Any) -> None:
    """Write columns of a row, past all rules."""

    @atomic
    def write() -> None:
        present = db.session.get_one(type(row), row.id)
        for name, value in columns.items():
            setattr(present, name, value)

    write()
