"""What the identity tests do again and again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from backend import clock, vault
from backend.actor import SYSTEM, Actor
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.identity import operations
from backend.identity.console import services as console_services
from backend.identity.console.operations import ConsoleLogin
from backend.identity.models import LoginSession, SecondFactor, Staff
from backend.identity.passwords import services as password_services
from backend.identity.second_factor import policies
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


def password_login(client: Client, staff_no: str, password: str, **more: str) -> Answer:
    """Log in to the API by a password; `second_factor_code` may come along."""
    login = {"provider": "password", "staff_no": staff_no, "password": password, **more}
    return client.post("/auth/login", login)


def console_login(staff: Staff, password: str = GOOD_PASSWORD) -> tuple[ConsoleLogin, Actor]:
    """The first step into the console; and whom its pages see."""
    login = console_services.log_in_console(staff_no=staff.staff_no, password=password)
    return login, console_actor(login.token)


def console_actor(token: str) -> Actor:
    """Whom the console's pages see behind a cookie."""
    found = console_services.authenticate(token)
    assert found is not None
    return found.actor


class Phone:
    """An authenticator app."""

    def __init__(self, secret: str) -> None:
        self.secret = secret.replace(" ", "")

    def code(self, *, steps: int = 0) -> str:
        """What it shows now, or would some steps of 30 seconds later."""
        return policies.code_at(self.secret, clock.now() + timedelta(seconds=30 * steps))

    def wrong_code(self) -> str:
        """A code of no step near."""
        near = {self.code(steps=steps) for steps in range(-3, 4)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


def give_factor(staff: Staff) -> Phone:
    """A confirmed second factor, past all rules; the phone that has it."""
    secret = policies.new_secret()

    @atomic
    def write() -> None:
        factor = SecondFactor(staff_id=staff.id, secret_cipher=vault.encrypt(secret), begun_in=0)
        factor.confirmed_at = clock.now()
        db.session.add(factor)

    write()
    return Phone(secret)


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
