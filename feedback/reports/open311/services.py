"""Use cases of Open311: reports from outside, and the keys to send them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.errors import Gone, NotFound
from backend.places import queries as places
from backend.places.policies import Ref
from backend.rules import queries as rules
from feedback.reports import intake
from feedback.reports.errors import PlaceUnknown
from feedback.reports.models import Origin
from feedback.reports.open311 import operations, policies, queries
from feedback.reports.open311.errors import Open311Invalid
from feedback.reports.open311.policies import Wanted
from feedback.reports.open311.queries import KeyView
from feedback.reports.open311.rules import KEY_DAILY

OBJECT = "client_key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key, told this once."""

    id: int
    name: str
    key: str


@atomic
def submit(key: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Take in a report from outside; it is nobody's, and private until a person publishes it.

    Pictures and contacts that come with it are not kept: what is fetched from elsewhere, and who somebody is,
    Open311 needs not know. Raises KeyRefused, Open311Invalid, ServiceUnknown or TooManySubmissions.
    """
    client, now = operations.lock_presented(key), clock.now()
    wanted = policies.wanted_of(given)
    category = queries.service(wanted.service_code)
    today = clock.at_local(clock.local(now).date(), time.min)
    policies.ensure_within_quota(queries.count_sent(client.id, today), rules.value(KEY_DAILY))
    actor = Actor(0, "", f"开放接口：{client.name}", 0, 0, ())
    try:
        report = intake.raise_report(
            actor,
            origin=Origin.OPEN311,
            category_id=category.id,
            # A client program cannot send the photo that a phone would have to.
            category=replace(category, needs_photo=False),
            place=_place(wanted),
            position=wanted.position,
            text=wanted.text,
            # Whoever sends it through a public interface means it to be public.
            is_wall_consented=True,
            reporter_id=None,
            contact=client.name,
            at=now,
        )
    except PlaceUnknown as error:
        raise Open311Invalid(reason="address_id 所指的场所不存在或已停用") from error
    operations.add_submission(report.id, client.id, now)
    return {
        "service_request_id": report.number,
        "service_notice": "已收到，将由诉求专席审核；公开后可按编号查询",
        "account_id": None,
    }


@atomic
def create_key(actor: Actor, *, name: str) -> NewKey:
    """A key for a client program. Raises Forbidden or ClientKeyTaken."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    key = policies.new_key()
    row = operations.add_key(actor, name, key)
    record(actor, "feedback.client_key_created", OBJECT, row.id, name=name)
    return NewKey(row.id, row.name, key)


@atomic
def revoke_key(actor: Actor, *, key_id: int) -> KeyView:
    """Let a key open nothing any more; again does no harm. Raises Forbidden or ClientKeyNotFound."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    row = operations.lock_key(key_id)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        record(actor, "feedback.client_key_revoked", OBJECT, row.id, name=row.name)
    return queries.key_view(row)


def _place(wanted: Wanted) -> Ref | None:
    if not wanted.plate_token:
        return wanted.place
    try:
        return places.find_by_token(wanted.plate_token).place.ref
    except (NotFound, Gone) as error:
        raise PlaceUnknown from error
