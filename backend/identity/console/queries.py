"""Reads of console sessions."""

from backend import clock
from backend.config import settings
from backend.identity import policies as identity_policies
from backend.identity import queries as identity_queries
from backend.identity.models import SessionKind
from backend.identity.queries import FoundSession


def find_session(token_hash: bytes, key: str | None = None) -> FoundSession | None:
    """The running console session whose token hashes to `token_hash`, or None.

    Its login may lack something: then `stage` says what, and the actor has no grants.
    """
    found = identity_queries.find_session(token_hash, key, kind=SessionKind.CONSOLE)
    if found is None or identity_policies.has_ended(
        found.kind, found.seen_at, found.expires_at, clock.now(), settings()
    ):
        return None
    return found
