"""Rules of identity: pure functions."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from backend.actor import Actor
from backend.config import Settings
from backend.identity.models import SessionKind

PASSWORD: Final = "password"  # noqa: S105 # The name of a provider.
WECHAT_MP: Final = "wechat_mp"
WECOM: Final = "wecom"
ZWDD: Final = "zwdd"

# Who acts in the trail before anybody has logged in.
ANONYMOUS = Actor(staff_id=0, staff_no="", name="未登录", department_id=0, session_id=0, grants=())

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_ID_NO = re.compile(r"[1-9][0-9]{16}[0-9X]")
_BETWEEN_HANZI = re.compile("(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
# GB 11643-1999, 4.2: the weights of the first 17 digits, and the check character by remainder of 11.
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class ExternalSubject:
    """Whom a login provider vouches for.

    `tenant` is the provider's name for our app, `subject` its name for the person. `proof` is what must
    still hold when the session opens (of a password: the hash that was verified); it is never shown.
    """

    provider: str
    tenant: str
    subject: str
    proof: str = field(default="", repr=False)


def hash_token(token: str) -> bytes:
    """What the database keeps of a token. Tokens are random, so that a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def idle_minutes(kind: str, settings: Settings) -> int:
    """After how many minutes without a request a session of this kind ends."""
    is_console = kind == SessionKind.CONSOLE
    return settings.console_idle_minutes if is_console else settings.session_idle_minutes


def has_ended(kind: str, seen_at: datetime, expires_at: datetime, now: datetime, settings: Settings) -> bool:
    """Whether a session has idled too long or reached its absolute end."""
    return now >= expires_at or now - seen_at >= timedelta(minutes=idle_minutes(kind, settings))


def should_touch(kind: str, seen_at: datetime, now: datetime, settings: Settings) -> bool:
    """Whether to note that the session is alive: rarely, so that reads stay reads."""
    return now - seen_at >= timedelta(minutes=max(1, idle_minutes(kind, settings) // 20))


def plain(text: str) -> str:
    """Letters and digits as typed on any keyboard, narrow and without blanks: `１ 001` is `1001`."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def normalise_name(name: str) -> str:
    """A name with single blanks, and none between Chinese characters: `王　芳` is `王芳`."""
    return _BETWEEN_HANZI.sub("", " ".join(name.split()))


def normalise_phone(text: str) -> str:
    """The digits of a phone number of mainland China without prefix, blanks and hyphens.

    What has another country's prefix keeps it, and is no mobile number for `is_mobile`.
    """
    number = plain(text).replace("-", "")
    for prefix in ("+86", "0086"):
        number = number.removeprefix(prefix)
    return number[2:] if len(number) == 13 and number.startswith("86") else number


def is_mobile(number: str) -> bool:
    """Whether a normalised number is a mobile number of mainland China."""
    return _MOBILE.fullmatch(number) is not None


def normalise_id_no(text: str) -> str:
    """An ID number without blanks, its check character a capital X."""
    return plain(text).upper()


def is_id_no(number: str, today: date) -> bool:
    """Whether a normalised number is a resident's ID number: date of birth and check character hold.

    Source: GB 11643-1999.
    """
    if not _ID_NO.fullmatch(number):
        return False
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return born_on <= today and number[17] == _ID_CHECKS[total % 11]


def mask_phone(number: str) -> str:
    """`138****1234`; nothing of a number that is too short to hide."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 10 else "****"


def mask_id_no(number: str) -> str:
    """`110***********1234`."""
    return f"{number[:3]}{'*' * 11}{number[-4:]}" if len(number) >= 15 else "*" * 11


def mask_card_no(card_no: str) -> str:
    """`****1234`; nothing of a short one."""
    return f"****{card_no[-4:]}" if len(card_no) >= 8 else "****"


def tidy_device(text: str) -> str:
    """A user agent as it is kept: printable, at most 120 characters."""
    return "".join(character for character in text if character.isprintable())[:120]


# What a user agent's text holds, the most particular first: a WeChat browser also calls itself Chrome.
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """What people call the device: `Chrome · Windows`; `未知设备` if the text names neither."""
    found = [
        next(names, "")
        for names in ((name for mark, name in marks if mark in user_agent) for marks in (_BROWSERS, _SYSTEMS))
    ]
    return " · ".join(name for name in found if name) or "未知设备"
