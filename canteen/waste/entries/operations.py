"""Writes of entries, within an open unit of work."""

from sqlalchemy.dialects import postgresql, sqlite

from backend.actor import Actor
from backend.db import table, unit
from backend.media import operations as media
from backend.media import queries as media_queries
from backend.media.errors import PhotoNotFound
from canteen.menu.errors import UnknownPhoto
from canteen.waste import operations as waste
from canteen.waste.entries.policies import Weighed
from canteen.waste.entries.queries import SheetMeal
from canteen.waste.models import WasteMeal

# What owns the photos of weighings.
PHOTO_OWNER = "weighing"

_MEAL = table(WasteMeal)
_KEY = ["canteen_id", "served_on", "period"]


def add_row(actor: Actor, meal: SheetMeal, row: Weighed) -> int:
    """Store one row of a sheet; returns its id. Raises UnknownPhoto."""
    wanted = row.wanted
    if wanted.photo_id is not None:
        _ensure_own(actor, wanted.photo_id)
    weighing_id = waste.record(
        canteen_id=meal.canteen.id,
        served_on=meal.served_on,
        period=meal.period.value,
        kind=row.kind,
        stage=wanted.stage,
        edible=wanted.edible,
        net_g=row.net_g,
        gross_g=wanted.gross_g,
        tare_g=row.tare_g,
        container_id=wanted.container_id,
        dish_id=wanted.dish_id,
        entered_by=actor.staff_id,
        reason=wanted.reason,
        photo_id=wanted.photo_id,
        disposition=row.disposition,
    )
    if wanted.photo_id is not None:
        media.attach(actor, wanted.photo_id, PHOTO_OWNER, weighing_id)
    return weighing_id


def _ensure_own(actor: Actor, photo_id: int) -> None:
    """Raise UnknownPhoto unless the actor has uploaded the photo and it belongs to nothing yet."""
    try:
        media_queries.get_loose(actor, photo_id)
    except PhotoNotFound as unknown:
        raise UnknownPhoto(fields={"photo_id": [UnknownPhoto.message]}) from unknown


def count_diners(meal: SheetMeal, diners: int | None) -> None:
    """Write down how many diners somebody counted, or that nobody did."""
    connection = unit()
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[connection.dialect.name]
    row = {
        "canteen_id": meal.canteen.id,
        "served_on": meal.served_on,
        "period": meal.period.value,
        "diners_counted": diners,
    }
    zeros = dict.fromkeys(
        (
            *("trays", "clean_trays", "tray_leftover_g", "rated_trays", "rated_served_g", "rated_leftover_g"),
            "quarantined",
        ),
        0,
    )
    connection.execute(
        dialect.insert(_MEAL)
        .values({**zeros, **row})
        .on_conflict_do_update(index_elements=_KEY, set_={"diners_counted": diners})
    )
