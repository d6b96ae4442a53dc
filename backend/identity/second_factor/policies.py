"""Rules of the second factor: pure functions. Source of the codes: RFC 6238 and RFC 4226."""

import base64
import secrets
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from backend.actor import Actor, Permission
from backend.identity.policies import plain
from backend.identity.second_factor.errors import RecentProofRequired

DIGITS: Final = 6
STEP_SECONDS: Final = 30
# RFC 4226 recommends 160 bits, RFC 6238 to accept the step before for slow hands; one after, for slow clocks.
SECRET_BYTES: Final = 20
WINDOW: Final = 1
ISSUER: Final = "后勤通"
RECOVERY_CODES: Final = 10
# For how long a code that was entered vouches for who sits there.
PROOF_MINUTES: Final = 10

# Without the characters that are mistaken for one another when copied by hand. 10 of them have 49 bits.
_LEGIBLE: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_RECOVERY_LENGTH: Final = 10

# Whoever may do any of this changes what others see, owe or may do, or sees what is personal.
PRIVILEGED: Final = frozenset(
    {
        Permission.IDENTITY_MANAGE,
        Permission.IDENTITY_UNMASK,
        Permission.WORKDAYS_MANAGE,
        Permission.CANTEEN_MANAGE,
        Permission.ACCOUNTS_MANAGE,
        Permission.ABSENCES_MANAGE,
        Permission.RECEPTIONS_MANAGE,
        Permission.SETTLEMENTS_MANAGE,
        Permission.PRIVACY_MANAGE,
        Permission.WASTE_MANAGE,
        Permission.DEVICES_MANAGE,
        Permission.EVALUATION_MANAGE,
        Permission.BULLETINS_READ,
        Permission.BULLETINS_MANAGE,
        Permission.BULLETINS_PUBLISH,
        Permission.PROPERTY_MANAGE,
        Permission.ORDERS_APPROVE,
        Permission.INSPECTIONS_MANAGE,
        Permission.CONTRACTORS_MANAGE,
        Permission.CONTRACTORS_ASSESS,
        Permission.CONTRACTORS_REVIEW,
        Permission.PRODUCTION_MANAGE,
        Permission.PURCHASING_MANAGE,
        Permission.PURCHASING_APPROVE,
        Permission.SAFETY_MANAGE,
        Permission.HEALTH_READ,
        Permission.PLACES_MANAGE,
        Permission.RULES_MANAGE,
        Permission.AUDIT_READ,
        Permission.NOTIFICATIONS_MANAGE,
        Permission.SUGGESTIONS_MANAGE,
        Permission.FEEDBACK_MANAGE,
        Permission.ROOMS_MANAGE,
        Permission.MEETINGS_OVERRIDE,
        Permission.HOSPITALITY_MANAGE,
        Permission.REPORTS_APPROVE,
        Permission.REPORTS_UNSEAL,
        Permission.NOTICES_MANAGE,
        Permission.SURVEYS_MANAGE,
        Permission.REVIEWS_MANAGE,
        Permission.REVIEWS_PUBLISH,
    }
)


def needs_second_factor(actor: Actor) -> bool:
    """Whether the actor holds a privileged permission anywhere, and must have a second factor."""
    return any(not grant.permissions.isdisjoint(PRIVILEGED) for grant in actor.grants)


def new_secret() -> str:
    """A random secret in base32, as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def legible_secret(secret: str) -> str:
    """A secret in groups of four, for who types it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def provisioning_uri(secret: str, staff_no: str) -> str:
    """The otpauth address that an authenticator app scans."""
    return _totp(secret).get_provisioning_uri(staff_no, ISSUER)


def code_at(secret: str, instant: datetime) -> str:
    """The code that an authenticator app shows at that instant."""
    return _totp(secret).generate(int(instant.timestamp())).decode()


def step_at(instant: datetime) -> int:
    """The number of the step of 30 seconds since 1970 in which the instant lies."""
    return int(instant.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The latest step within the window whose code this is, or None. Compares each in constant time."""
    present = step_at(now)
    totp = _totp(secret)
    matching = [
        step
        for step in range(present - WINDOW, present + WINDOW + 1)
        if compare_digest(totp.generate(step * STEP_SECONDS), code.encode())
    ]
    return max(matching, default=None)


def normalise_code(text: str) -> str:
    """A code as typed on any keyboard, narrow, without blanks and hyphens: `abcde-23456` is `ABCDE23456`."""
    return plain(text).replace("-", "").upper()


def is_totp(code: str) -> bool:
    """Whether a normalised code has the shape of an authenticator app's."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def new_recovery_codes() -> list[str]:
    """Ten random recovery codes as they are told: `ABCDE-23456`."""
    half = _RECOVERY_LENGTH // 2
    drawn: set[str] = set()
    while len(drawn) < RECOVERY_CODES:
        code = "".join(secrets.choice(_LEGIBLE) for _ in range(_RECOVERY_LENGTH))
        drawn.add(f"{code[:half]}-{code[half:]}")
    return sorted(drawn)


def ensure_recent_proof(proved_at: datetime | None, now: datetime, minutes: int = PROOF_MINUTES) -> None:
    """Refuse unless a code was entered within the last minutes. Raises RecentProofRequired."""
    if proved_at is None or now - proved_at >= timedelta(minutes=minutes):
        raise RecentProofRequired(minutes=minutes)


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 # RFC 6238; what every app knows.
