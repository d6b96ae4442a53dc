"""Taking answers of a locked round, within an open unit of work: each failed item raises its one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.actor import Actor
from backend.db import db, unit
from backend.media import operations as media_operations
from backend.media import queries as media_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from property.categories.models import Urgency
from property.inspections import queries as inspection_queries
from property.inspections.models import CheckItem, ItemKind, PlanKind
from property.inspections.rounds import policies, queries
from property.inspections.rounds.errors import (
    AnswerInvalid,
    AnswerStands,
    PhotoNeeded,
    PointNotVisited,
    TooManyPhotos,
)
from property.inspections.rounds.models import Answer, PointState, Recheck, Round, RoundPoint, Verdict
from property.work_orders.intake import raise_order
from property.work_orders.models import Origin, WorkOrder


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is sent; `value` is a truth value, a number, an option, or nothing for a photo."""

    item_id: int
    value: Any = None
    remark: str = ""
    photo_ids: Sequence[int] = ()


def take(actor: Actor, of: Round, point: RoundPoint, given: Sequence[Given], *, at: datetime) -> None:
    """Keep what was found at a visited point. Raises as `services.answer`."""
    unit()
    if point.state != PointState.VISITED:
        raise PointNotVisited
    items = _items(point)
    standing = {each.item_id: each for each in queries.answers_of([point.id]).get(point.id, ())}
    photos = media_queries.photos_of_owners(policies.PHOTO_OWNER, [each.id for each in standing.values()])
    for each in given:
        item = items.get(each.item_id)
        if item is None:
            raise AnswerInvalid(item=each.item_id, item_id=each.item_id, reason="不在检查表中")
        verdict, value = policies.judge(item, each.value)
        kept = standing.get(item.id)
        if kept is not None and kept.order_id is not None:
            _ensure_same(kept, item, verdict, value)
            continue
        answer = _kept(actor, point, item, kept, each, verdict, value, at)
        standing[item.id] = answer
        _attach(actor, item, answer, each, len(photos.get(answer.id, ())))
        if verdict is Verdict.FAILED:
            _raise(actor, of, point, item, answer, at)
        if of.recheck_of_id is not None:
            _settle(of.recheck_of_id, verdict)
    db.session.flush()  # The view reads what was kept.


def _items(point: RoundPoint) -> dict[int, CheckItem]:
    views = inspection_queries.items_of([point.version_id]).get(point.version_id, ())
    return {view.item.id: view.item for view in views if point.item_id in (None, view.item.id)}


def _ensure_same(kept: Answer, item: CheckItem, verdict: Verdict, value: str) -> None:
    if (kept.verdict, kept.value) != (verdict.value, value):
        order = db.session.get(WorkOrder, kept.order_id)
        number = order.number if order is not None else ""
        raise AnswerStands(item=item.text, item_id=item.id, order_id=kept.order_id, number=number)


def _kept(
    actor: Actor,
    point: RoundPoint,
    item: CheckItem,
    kept: Answer | None,
    given: Given,
    verdict: Verdict,
    value: str,
    at: datetime,
) -> Answer:
    answer = kept or Answer(round_point_id=point.id, item_id=item.id)
    answer.verdict, answer.value, answer.remark = verdict.value, value, given.remark
    answer.answered_at, answer.answered_by, answer.answered_by_name = at, actor.staff_id, actor.name
    answer.recheck = (Recheck.AWAITED if verdict is Verdict.FAILED else Recheck.NONE).value
    db.session.add(answer)
    db.session.flush()  # Its photos and its order name it.
    return answer


def _attach(actor: Actor, item: CheckItem, answer: Answer, given: Given, there: int) -> None:
    """Attach the photos that are new, after those that are there. Raises TooManyPhotos or PhotoNeeded."""
    photo_ids = list(dict.fromkeys(given.photo_ids))
    if there + len(photo_ids) > policies.MOST_PHOTOS:
        raise TooManyPhotos(limit=policies.MOST_PHOTOS)
    is_failed = answer.verdict == Verdict.FAILED
    is_needed = item.kind == ItemKind.PHOTO or (item.needs_photo_if_failed and is_failed)
    if is_needed and not there + len(photo_ids):
        raise PhotoNeeded(item=item.text, item_id=item.id)
    for position, photo_id in enumerate(photo_ids, start=there):
        media_operations.attach(actor, photo_id, policies.PHOTO_OWNER, answer.id, position=position)


def _raise(actor: Actor, of: Round, point: RoundPoint, item: CheckItem, answer: Answer, at: datetime) -> None:
    if item.category_id is None:
        raise RuntimeError(f"check item {item.id} can fail and has no category")
    before = queries.order_of(of.recheck_of_id) if of.recheck_of_id is not None else None
    order = raise_order(
        actor,
        origin=Origin.MAINTENANCE if of.kind == PlanKind.MAINTENANCE else Origin.INSPECTION,
        origin_id=answer.id,
        category_id=item.category_id,
        place=Ref(PlaceKind(point.place_kind), point.place_id),
        asset_id=point.asset_id,
        description=policies.complaint(point.name, item, answer.value, answer.remark),
        urgency=Urgency(item.urgency),
        follows_id=before.id if before is not None else None,
        at=at,
    )
    answer.order_id = order.id


def _settle(answer_id: int, verdict: Verdict) -> None:
    """What a re-check found of the item that failed."""
    failed = db.session.get(Answer, answer_id, populate_existing=True)
    if failed is not None:
        failed.recheck = (Recheck.FAILED if verdict is Verdict.FAILED else Recheck.PASSED).value
