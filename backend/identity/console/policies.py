"""Rules of the console's login: pure functions."""

from datetime import datetime, timedelta
from typing import Final

from backend.config import Settings
from backend.identity.models import SessionStage

# How long a login may take from the password to the last step.
STAGE_MINUTES: Final = 10


def first_stage(*, has_factor: bool, needs_factor: bool, must_change_password: bool) -> SessionStage:
    """What a login lacks once the password was right."""
    if has_factor:
        return SessionStage.CODE_NEEDED
    if needs_factor:
        return SessionStage.ENROLMENT_NEEDED
    return after_factor(must_change_password=must_change_password)


def after_factor(*, must_change_password: bool) -> SessionStage:
    """What a login lacks once the second factor is done with."""
    return SessionStage.PASSWORD_CHANGE_NEEDED if must_change_password else SessionStage.COMPLETE


def expiry(stage: SessionStage, now: datetime, settings: Settings) -> datetime:
    """When a session of this stage ends in any case."""
    is_complete = stage is SessionStage.COMPLETE
    return now + timedelta(minutes=settings.console_absolute_minutes if is_complete else STAGE_MINUTES)
