"""argon2id, with the second recommended parameters of RFC 9106 (64 MiB). Takes about a tenth of a second."""

import secrets
import string
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backend.identity.passwords import policies

_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
# A hash of random bytes that nobody kept: whoever has no password costs the same work.
NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$9ptp35YcZk2Y+ApcGk0FyA$ybB9fV7rSJy31txjdC07gBRXePDfVsajnQG7TOvzAYM"
)
# Without the characters that are mistaken for one another when read aloud or copied by hand.
_LEGIBLE: Final = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))


def hash_password(password: str) -> str:
    """The argon2id hash, with its salt and parameters."""
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; without a hash it does not, after the same work."""
    try:
        return _HASHER.verify(password_hash or NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def initial_password(staff_no: str) -> str:
    """A random password that satisfies the rules, to be changed at the first login."""
    while True:
        password = "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(5)) for _ in range(3))
        if policies.classes(password) > policies.MIN_CLASSES and staff_no.lower() not in password.lower():
            return password
