"""Writes of the ledgers, within an open unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from backend import clock
from backend.actor import Actor
from backend.db import db, table, unit
from canteen.food_safety.ledgers.models import AdditiveUse, HandOver, HandOverKind

R = TypeVar("R", HandOver, AdditiveUse)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A load as it is recorded."""

    handed_at: datetime
    kind: HandOverKind
    weight_g: int
    receiver: str
    use: str = ""
    vehicle_no: str = ""
    receipt_no: str = ""
    licence_no: str = ""
    signed_by: str = ""
    photo_ids: Sequence[int] = ()


def add(row: R) -> R:
    """Add a row; rows are never changed."""
    unit()
    db.session.add(row)
    db.session.flush()
    return row


def hand_over(actor: Actor, canteen_id: int, load: Loaded) -> HandOver:
    """Record a load."""
    return add(
        HandOver(
            canteen_id=canteen_id,
            handed_at=load.handed_at,
            handed_on=clock.local(load.handed_at).date(),
            kind=load.kind.value,
            weight_g=load.weight_g,
            receiver=load.receiver,
            licence_no=load.licence_no,
            use=load.use,
            vehicle_no=load.vehicle_no,
            receipt_no=load.receipt_no,
            signed_by=load.signed_by,
            recorded_at=clock.now(),
            recorded_by=actor.staff_id,
            recorded_by_name=actor.name,
        )
    )


def take_back(actor: Actor, row: R, **why: str) -> R:
    """Add the row that takes another one back."""
    columns = {each.name: getattr(row, each.name) for each in table(type(row)).c if each.name != "id"}
    own = {
        "void_of": row.id,
        "recorded_at": clock.now(),
        "recorded_by": actor.staff_id,
        "recorded_by_name": actor.name,
    }
    return add(type(row)(**{**columns, **own, **why}))
