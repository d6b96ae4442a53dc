"""Use cases of privacy. What ends in a message or erases beyond identity is in `backend.flows`."""

from datetime import time

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic, db
from backend.identity.privacy import operations, policies, queries
from backend.identity.privacy.errors import VersionOutdated
from backend.identity.privacy.models import Consent, Topic
from backend.identity.privacy.queries import PolicyView
from backend.identity.privacy.rules import DAILY_EXPORTS
from backend.identity.queries import lock_staff
from backend.rules import queries as rule_queries


@atomic
def publish_policy(actor: Actor, *, version: str, summary: str, text: str) -> PolicyView:
    """Publish the next version; the earlier ones stay readable, and everybody is asked again.

    Raises Forbidden or VersionTaken.
    """
    ensure_everywhere(actor, Permission.PRIVACY_MANAGE)
    operations.publish(actor, version=version, summary=summary, text=text)
    return queries.get_policy(version)


@atomic
def decide(actor: Actor, *, version: str, is_agreed: bool, topic: Topic = Topic.POLICY) -> Consent:
    """Agree to the version that holds, or not; each decision is kept and the last one counts.

    Raises VersionOutdated.
    """
    latest = queries.latest_version()
    if version != latest:
        raise VersionOutdated(version=latest)
    decision = operations.add_decision(actor, topic=topic, version=version, is_agreed=is_agreed)
    db.session.flush()  # The answer shows it.
    return decision


@atomic
def begin_export(actor: Actor) -> None:
    """Record that the actor takes a copy of their personal data. Raises TooManyExports."""
    # Whoever asks several times at once waits in line, so that each is counted.
    lock_staff(actor.staff_id)
    taken = queries.count_exports(actor.staff_id, clock.at_local(clock.today(), time.min))
    policies.ensure_may_export(taken, rule_queries.value(DAILY_EXPORTS))
    operations.record_export(actor)
