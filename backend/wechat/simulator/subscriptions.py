"""Who lets which template be sent, and how often: WeChat's own count, which no API tells."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backend.wechat.simulator.template_fields import MessageTemplate


class Concurrent(Exception):
    """Another send to the same person has not come to its end."""


@dataclass(slots=True)
class Consent:
    """What a person lets a template do. `is_off`: switched off in the mini-program's settings."""

    remaining: int = 0
    is_always: bool = False
    is_off: bool = False


class Subscriptions:
    """The consents of everybody. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._consents: dict[tuple[str, str], Consent] = {}
        self._sending: set[str] = set()

    def read(self, openid: str, template_id: str) -> Consent:
        """How the person stands to the template."""
        with self._lock:
            found = self._find(openid, template_id)
            return Consent(found.remaining, found.is_always, found.is_off)

    def accept(self, openid: str, template: MessageTemplate) -> None:
        """One more message may be sent, or of a long-term template any number."""
        with self._lock:
            consent = self._find(openid, template.template_id)
            consent.is_off = False
            if template.is_long_term:
                consent.is_always = True
            else:
                consent.remaining += 1

    def set_remaining(self, openid: str, template_id: str, remaining: int) -> None:
        """Grant or take away, which nobody is told of."""
        with self._lock:
            consent = self._find(openid, template_id)
            consent.remaining, consent.is_off = remaining, False

    def switch(self, openid: str, template_id: str, *, is_on: bool) -> None:
        """Switch the template off, which clears the count, or on again."""
        with self._lock:
            consent = self._find(openid, template_id)
            consent.is_off = not is_on
            if not is_on:
                consent.remaining, consent.is_always = 0, False

    def use(self, openid: str, template_id: str) -> bool:
        """Use one message up; False if none may be sent."""
        with self._lock:
            consent = self._find(openid, template_id)
            if consent.is_off or not (consent.is_always or consent.remaining > 0):
                return False
            if not consent.is_always:
                consent.remaining -= 1
            return True

    @contextmanager
    def sending(self, openid: str) -> Iterator[None]:
        """Within this block no other send to the person may begin. Raises Concurrent."""
        with self._lock:
            if openid in self._sending:
                raise Concurrent
            self._sending.add(openid)
        try:
            yield
        finally:
            with self._lock:
                self._sending.discard(openid)

    def _find(self, openid: str, template_id: str) -> Consent:
        return self._consents.setdefault((openid, template_id), Consent())
