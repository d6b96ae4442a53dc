"""What somebody needs to log in by the login page: a password, and a second factor that was set up before."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from backend import clock
from backend.actor import SYSTEM
from backend.identity.console import services as console_services
from backend.identity.models import Staff
from backend.identity.passwords import services as password_services
from backend.identity.second_factor import services as second_factor_services
from backend.identity.second_factor.policies import code_at
from tests.factories import Compound

PASSWORD = "Zhengque@2026"
# The code that confirmed a factor is used up: it was another step's.
_BEFORE = timedelta(minutes=5)


@dataclass(frozen=True)
class Credentials:
    """A member of staff, and the secret in their authenticator app."""

    staff: Staff
    secret: str = ""

    def code(self) -> str:
        """What the app shows now."""
        return code_at(self.secret, clock.now())


def with_password(compound: Compound, **staff: Any) -> Staff:
    """A member of staff who may log in by password."""
    made = compound.staff(**staff)
    password_services.set_password(SYSTEM, staff_id=made.id, password=PASSWORD, must_change=False)
    return made


def with_factor(compound: Compound, **staff: Any) -> Credentials:
    """One with a confirmed second factor, as a first login at the console sets it up."""
    made = with_password(compound, **staff)
    with clock.at(clock.now() - _BEFORE):
        login = console_services.log_in_console(staff_no=made.staff_no, password=PASSWORD)
        session = console_services.authenticate(login.token)
        assert session is not None
        secret = second_factor_services.begin_enrolment(session.actor).secret_text.replace(" ", "")
        console_services.confirm_enrolment(session.actor, code=code_at(secret, clock.now()))
    return Credentials(made, secret)
