"""Who reported: the keyed hash by which people find their own, and the seal on an unnamed reporter's name."""

from typing import Any, Final

import structlog

from backend.actor import SYSTEM, Actor
from backend.audit import operations as audit
from backend.vault import decrypt, encrypt, keyed_hash
from feedback.reports import policies
from feedback.reports.models import Report

# In the timeline, an unnamed reporter is this.
UNNAMED: Final = Actor(
    staff_id=0, staff_no="", name=policies.UNNAMED, department_id=0, session_id=0, grants=()
)


def key_of(staff_id: int) -> bytes:
    """By what a person's reports are found; tells nothing without the key of the house."""
    return keyed_hash(f"report {staff_id}")


def sealed(staff_id: int) -> bytes:
    """A staff id that only the vault opens again."""
    return encrypt(str(staff_id))


def is_reporter(actor: Actor, report: Report) -> bool:
    """Whether the actor reported it, named or not."""
    return bool(actor.staff_id) and report.reporter_key == key_of(actor.staff_id)


def reporter_of(report: Report) -> int | None:
    """Who reported it, of the roster; None for somebody from outside, or where the name was forgotten.

    Opens the seal: for telling the reporter and for checks against themselves alone, never to be shown.
    """
    if report.reporter_cipher is not None:
        return opened(report.reporter_cipher)
    return report.reporter_id


def opened(cipher: bytes) -> int | None:
    """The staff id of a seal, or None once it was forgotten."""
    return int(decrypt(cipher)) if cipher else None


def acting(actor: Actor, report: Report) -> Actor:
    """As whom the actor stands in the timeline: an unnamed reporter as nobody."""
    return UNNAMED if report.is_anonymous and is_reporter(actor, report) else actor


def record(actor: Actor, report: Report, action: str, **details: Any) -> None:
    """Append to the trail; what an unnamed reporter does with their own is nobody's."""
    if acting(actor, report) is actor:
        audit.record(actor, action, "report", report.id, **details)
        return
    # Nor is it to be found by the request in which it happened.
    with structlog.contextvars.bound_contextvars(request_id=""):
        audit.record(SYSTEM, action, "report", report.id, is_anonymous=True, **details)
