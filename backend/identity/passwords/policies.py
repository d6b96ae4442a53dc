"""Rules of passwords: pure functions."""

from datetime import datetime, timedelta
from typing import Final

from backend.config import Settings
from backend.identity.passwords.errors import WeakPassword

MIN_LENGTH: Final = 8
MAX_LENGTH: Final = 128
MIN_CLASSES: Final = 3


def ensure_acceptable(password: str, staff_no: str) -> None:
    """Refuse a password that is too easy to guess. Raises WeakPassword."""
    long_enough = MIN_LENGTH <= len(password) <= MAX_LENGTH
    if not long_enough or classes(password) < MIN_CLASSES or staff_no.lower() in password.lower():
        raise WeakPassword


def classes(password: str) -> int:
    """How many kinds of characters it has: capitals, small letters, digits, anything else."""
    return sum(
        (
            any("A" <= character <= "Z" for character in password),
            any("a" <= character <= "z" for character in password),
            any("0" <= character <= "9" for character in password),
            any(not (character.isascii() and character.isalnum()) for character in password),
        )
    )


def has_aged(changed_at: datetime, now: datetime, settings: Settings) -> bool:
    """Whether the password is so old that it must be changed."""
    return now - changed_at >= timedelta(days=settings.password_days)


def minutes_until(locked_until: datetime, now: datetime) -> int:
    """Whole minutes until the lock opens, at least one."""
    return max(1, -(-int((locked_until - now).total_seconds()) // 60))
