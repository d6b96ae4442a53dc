"""What proves the work of an order: photos before and after, and a signature, as its category demands.

A before-proof may be given on arrival or on finishing, and stands for the whole of the order. An after-proof
comes with each finishing, because what was proved before a rework proves nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from backend.actor import Actor
from backend.db import db
from backend.media import operations as media_operations
from backend.media.models import Photo
from backend.money import yuan
from backend.rules import queries as rule_queries
from property.categories.models import Category, Proof
from property.work_orders import policies
from property.work_orders.errors import CostNotAgreed, ProofMissing, TooManyProofs
from property.work_orders.models import WorkOrder
from property.work_orders.rules import COST_LIMIT_FEN

MOST_PHOTOS: Final = 9

_PHOTO_OR_SIGNATURE: Final = "photo_or_signature"
_TITLES: Final[Mapping[str, str]] = {
    "before_photo": "维修前照片",
    "before_signature": "维修前签字",
    "before_photo_or_signature": "维修前照片或签字",
    "after_photo": "维修后照片",
    "after_signature": "报修人签字",
    "after_photo_or_signature": "维修后照片或报修人签字",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many pictures of each kind there are."""

    photos: int = 0
    signatures: int = 0


def lacking(demanded: Proof, given: Evidence) -> list[str]:
    """What a proof still wants: `photo`, `signature`, `photo_or_signature`."""
    if demanded is Proof.EITHER:
        return [] if given.photos or given.signatures else [_PHOTO_OR_SIGNATURE]
    wanted = []
    if demanded in (Proof.PHOTO, Proof.BOTH) and not given.photos:
        wanted.append("photo")
    if demanded in (Proof.SIGNATURE, Proof.BOTH) and not given.signatures:
        wanted.append("signature")
    return wanted


def ensure_proved(
    order: WorkOrder,
    category: Category,
    *,
    before: Sequence[int] = (),
    after: Sequence[int] = (),
    signature_ids: Sequence[int] = (),
) -> None:
    """Raise ProofMissing unless the category's proofs are given, with this finishing or (before) earlier."""
    before_proof, after_proof = Proof(category.proof_before), Proof(category.proof_after)
    now_given = Evidence(len(after), len(signature_ids))
    missing = [f"after_{each}" for each in lacking(after_proof, now_given)]
    if lacking(before_proof, Evidence(len(before), len(signature_ids))):
        kept = _kept(order.id)
        given = Evidence(len(before) + kept.photos, len(signature_ids) + kept.signatures)
        missing = [*(f"before_{each}" for each in lacking(before_proof, given)), *missing]
    if missing:
        raise ProofMissing(missing=missing, titles="、".join(_TITLES[each] for each in missing))


def attach(
    actor: Actor,
    order: WorkOrder,
    *,
    before: Sequence[int] = (),
    after: Sequence[int] = (),
    signature_ids: Sequence[int] = (),
) -> None:
    """Make the actor's loose photos the order's proofs. Raises TooManyProofs or PhotoNotFound."""
    given = (
        (policies.PHOTOS_BEFORE, before),
        (policies.PHOTOS_AFTER, after),
        (policies.PHOTOS_SIGNATURE, signature_ids),
    )
    for owner_kind, photo_ids in given:
        if len(photo_ids) > MOST_PHOTOS:
            raise TooManyProofs(most=MOST_PHOTOS)
        for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
            media_operations.attach(actor, photo_id, owner_kind, order.id, position=position)


def ensure_agreed(order: WorkOrder) -> None:
    """Raise CostNotAgreed if the order costs the house more than may be spent without an approver."""
    limit = rule_queries.value(COST_LIMIT_FEN)
    if needs_agreement(order.cost_fen, limit, order.approved_fen):
        raise CostNotAgreed(cost=yuan(order.cost_fen), limit=yuan(limit), approved_fen=order.approved_fen)


def needs_agreement(cost_fen: int, limit_fen: int, agreed_fen: int) -> bool:
    """Whether a cost is above both the limit and what was agreed to."""
    return cost_fen > max(limit_fen, agreed_fen)


def _kept(order_id: int) -> Evidence:
    rows: Any = db.session.execute(
        select(Photo.owner_kind, func.count())
        .where(
            Photo.owner_kind.in_([policies.PHOTOS_BEFORE, policies.PHOTOS_SIGNATURE]),
            Photo.owner_id == order_id,
        )
        .group_by(Photo.owner_kind)
    )
    counts = dict(rows.all())
    return Evidence(counts.get(policies.PHOTOS_BEFORE, 0), counts.get(policies.PHOTOS_SIGNATURE, 0))
