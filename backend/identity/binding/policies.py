"""Rules of binding: pure functions. Source: WeChat's documentation of code2Session and getPhoneNumber."""

from dataclasses import dataclass
from datetime import datetime

from backend.identity.policies import ExternalSubject


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a bind ticket stands for."""

    app: str
    subject: ExternalSubject


def reference_text(subject: ExternalSubject) -> bytes:
    """What the reference of a bind request is made from: it exists whether or not the request does."""
    return "\n".join((subject.provider, subject.tenant, subject.subject)).encode()


def is_usable(used_at: datetime | None, expires_at: datetime, now: datetime) -> bool:
    """Whether a ticket may still bind."""
    return used_at is None and now < expires_at


def is_same_name(typed: str, on_roster: str) -> bool:
    """Whether a typed name is the one on the roster, but for blanks."""
    return bool(typed.strip()) and "".join(typed.split()) == "".join(on_roster.split())
