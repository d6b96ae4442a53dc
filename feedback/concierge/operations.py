"""Writes of the concierge, within an open unit of work."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError

from backend import clock, revisions
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, on_commit, unit
from backend.identity import queries as identity
from backend.places import queries as places
from backend.places.policies import Ref
from backend.vault import encrypt
from feedback.concierge import fields, policies, queries
from feedback.concierge.defaults import Standard
from feedback.concierge.errors import ServiceNotFound, ServiceTaken
from feedback.concierge.fields import FormField
from feedback.concierge.models import RequestAnswers, ServiceForm, ServiceItem
from feedback.concierge.queries import ServiceView
from feedback.offices import queries as offices
from feedback.offices.errors import OfficeClosed
from feedback.reports import intake
from feedback.reports.models import Origin, Report


@contextmanager
def refusing_clashes() -> Iterator[None]:
    """Flush what this block adds or changes; a name or code that is taken raises ServiceTaken."""
    try:
        yield
        db.session.flush()
    except IntegrityError as error:
        raise ServiceTaken from error


def hold() -> list[ServiceView]:
    """All services, locked: nobody else orders them meanwhile."""
    unit()
    db.session.execute(select(ServiceItem.id).order_by(ServiceItem.id).with_for_update())
    return queries.list_all()


def add(actor: Actor, columns: Mapping[str, Any], form: Sequence[FormField]) -> ServiceItem:
    """A new service with the first revision of its form. Raises ServiceTaken."""
    unit()
    item = ServiceItem(**columns, revision=1)
    with refusing_clashes():
        db.session.add(item)
    _add_form(actor, item, form)
    return item


def set_columns(
    actor: Actor, item_id: int, columns: Mapping[str, Any], form: Sequence[FormField]
) -> dict[str, list[Any]]:
    """Change a service; another form is its next revision. Returns what is different, as it was and is.

    Raises ServiceNotFound or ServiceTaken.
    """
    unit()
    item = db.session.get(ServiceItem, item_id, populate_existing=True, with_for_update=True)
    if item is None:
        raise ServiceNotFound
    changes = {
        name: [getattr(item, name), value] for name, value in columns.items() if getattr(item, name) != value
    }
    with refusing_clashes():
        for name, (_, value) in changes.items():
            setattr(item, name, value)
    if list(queries.find(item_id).form) != list(form):
        item.revision += 1
        changes["revision"] = [item.revision - 1, item.revision]
        _add_form(actor, item, form)
    return changes


def set_positions(item_ids: Sequence[int]) -> None:
    """Let these services stand in this order, from position 1."""
    order = {item_id: place for place, item_id in enumerate(item_ids, 1)}
    unit().execute(
        update(ServiceItem)
        .where(ServiceItem.id.in_(item_ids))
        .values(position=case(order, value=ServiceItem.id))
    )


def add_standards(actor: Actor, standards: Sequence[Standard], categories: Mapping[str, int]) -> int:
    """Add those of the standard services whose code and name are free; returns how many.

    `categories` are those of demands by code; what belongs under one that is not there is left out.
    """
    taken = {name for each in hold() for name in (each.code, each.name)}
    missing = [
        each
        for each in standards
        if each.category in categories and each.code not in taken and each.name not in taken
    ]
    for each in missing:
        columns = {
            "code": each.code,
            "name": each.name,
            "icon": each.icon,
            "intro": each.intro,
            "category_id": categories[each.category],
            "words": policies.tidy(each.words),
            "hours": each.hours,
            "open_limit": each.open_limit,
            "position": each.position,
        }
        add(actor, columns, each.form)
    return len(missing)


def changed() -> None:
    """Let what is cached of the catalogue be read again, once the unit is committed."""
    on_commit(lambda: revisions.bump(queries.TOPIC))


def raise_request(
    actor: Actor,
    service: ServiceView,
    *,
    answers: Mapping[str, Any],
    place: Ref | None = None,
    text: str = "",
    photo_ids: Sequence[int] = (),
) -> Report:
    """A request of the service as a report with its answers.

    Without a place it is about the first one that the form asked for. Raises AnswersInvalid,
    ServicePhotoNeeded, TooManyOpenRequests, and as `intake.raise_report` and `intake.ensure_within_quota`.
    """
    now = clock.now()
    known = places.paths(fields.refs_in(service.form, answers))
    standing = {ref: each.path for ref, each in known.items() if each.is_in_use}
    fitted = fields.answer(service.form, answers, now=now, places=standing)
    policies.ensure_photo(service.name, service.needs_photo, photo_ids)
    # Whoever asks twice at once waits in line, so that they are counted.
    identity.lock_staff(actor.staff_id)
    policies.ensure_within_limit(
        service.name, queries.count_open(actor.staff_id, service.id), service.open_limit
    )
    intake.ensure_within_quota(actor.staff_id, now)
    where = policies.where_of(service.form, fitted.plain) if place is None else None
    ref = where[1] if where else place
    at = known.get(ref) or places.paths([ref]).get(ref) if ref is not None else None
    report = intake.raise_report(
        actor,
        origin=Origin.CONCIERGE,
        category_id=service.category_id,
        place=ref,
        position=None,
        text=policies.text_of(service.name, service.form, fitted, but=where[0] if where else None, text=text),
        photo_ids=photo_ids,
        office_id=_office_of(service, at.campus_id if at is not None else 0),
        at=now,
    )
    sealed = encrypt(orjson.dumps(fitted.sealed).decode()) if fitted.sealed else None
    db.session.add(
        RequestAnswers(
            report_id=report.id,
            item_id=service.id,
            revision=service.revision,
            answers=fitted.plain,
            sealed_cipher=sealed,
        )
    )
    db.session.flush()  # What is built upon a request names its answers.
    record(
        actor, "feedback.service_requested", "report", report.id, number=report.number, service=service.name
    )
    return report


def _office_of(service: ServiceView, campus_id: int) -> int | None:
    """To whom a request goes at once; to the desk if that office was closed, or serves another campus."""
    if not service.is_direct or service.office_id is None:
        return None
    try:
        office = offices.find(service.office_id)
    except OfficeClosed:
        return None
    is_elsewhere = office.campus_id is not None and campus_id and office.campus_id != campus_id
    return None if is_elsewhere else office.id


def _add_form(actor: Actor, item: ServiceItem, form: Sequence[FormField]) -> None:
    made = ServiceForm(
        item_id=item.id,
        revision=item.revision,
        fields=fields.dump(form),
        made_at=clock.now(),
        made_by=actor.staff_id,
    )
    db.session.add(made)
    db.session.flush()  # Reads within the unit find the revision.
