"""Reads of the ledgers, scoped by the actor."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Select, select

from backend.actor import Actor, Permission
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from canteen.food_safety import reach
from canteen.food_safety.ledgers import policies
from canteen.food_safety.ledgers.errors import AdditiveNotFound, AdditiveUseNotFound, HandOverNotFound
from canteen.food_safety.ledgers.models import Additive, AdditiveUse, HandOver, HandOverKind
from canteen.food_safety.ledgers.policies import Load, Use
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen, Dish
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.stock.models import Batch


def find_recorded(actor: Actor, canteen_id: int) -> Canteen:
    """A canteen whose ledgers the actor keeps. Raises CanteenNotFound."""
    canteen = menu.get_canteen(canteen_id)
    policies.ensure_records(actor, canteen)
    return canteen


def page_hand_overs(
    actor: Actor,
    *,
    canteen_id: int,
    from_on: date,
    until_on: date,
    kind: HandOverKind | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The loads of these days as `Load`s, the latest first. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id)
    return paged_loads(canteen_id, from_on, until_on, kind=kind, page=page, page_size=page_size)


def paged_loads(
    canteen_id: int,
    from_on: date,
    until_on: date,
    *,
    kind: HandOverKind | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The loads of these days, the latest first; the caller has made sure that they may be seen."""
    statement = _handed(canteen_id, from_on, until_on)
    if kind is not None:
        statement = statement.where(HandOver.kind == kind.value)
    ordered = statement.order_by(HandOver.handed_at.desc(), HandOver.id.desc())
    found = paginate(ordered, page=page, page_size=page_size)
    return Page(_with_fate(found.rows), found.total, found.page, found.page_size)


def find_hand_over(actor: Actor, hand_over_id: int) -> Load:
    """A load of a canteen whose ledgers the actor keeps. Raises HandOverNotFound."""
    found = db.session.get(HandOver, hand_over_id)
    if found is None or found.void_of is not None:
        raise HandOverNotFound
    try:
        find_recorded(actor, found.canteen_id)
    except CanteenNotFound as unseen:
        raise HandOverNotFound from unseen
    return _with_fate([found])[0]


def photos_of(actor: Actor, hand_over_id: int) -> list[PhotoLinks]:
    """Links to the photos of a load. Raises HandOverNotFound."""
    found = db.session.get(HandOver, hand_over_id)
    if found is None:
        raise HandOverNotFound
    try:
        reach.get_canteen(actor, found.canteen_id)
    except CanteenNotFound as unseen:
        raise HandOverNotFound from unseen
    links = media_queries.links_of_owners(policies.PHOTO_OWNER, [hand_over_id])
    return links.get(hand_over_id, [])


def loads_between(canteen_id: int, from_on: date, until_on: date) -> list[Load]:
    """Every load of these days, the first one first; two statements."""
    ordered = _handed(canteen_id, from_on, until_on).order_by(HandOver.handed_at, HandOver.id)
    return _with_fate(db.session.scalars(ordered))


def _handed(canteen_id: int, from_on: date, until_on: date) -> Select[HandOver]:
    return select(HandOver).where(
        HandOver.canteen_id == canteen_id,
        HandOver.handed_on.between(from_on, until_on),
        HandOver.void_of.is_(None),
    )


def _with_fate(rows: Iterable[HandOver]) -> list[Load]:
    found = list(rows)
    ids = [each.id for each in found]
    taken_back = set(db.session.scalars(select(HandOver.void_of).where(HandOver.void_of.in_(ids))))
    return [Load(each, each.id in taken_back) for each in found]


def list_additives(actor: Actor, *, canteen_id: int, with_inactive: bool = False) -> Sequence[Additive]:
    """The additives on a canteen's list, by name. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id)
    return additives_of(canteen_id, with_inactive=with_inactive)


def additives_of(canteen_id: int, *, with_inactive: bool = False) -> Sequence[Additive]:
    """The same for a caller who has made sure that they may be seen."""
    statement = select(Additive).where(Additive.canteen_id == canteen_id)
    if not with_inactive:
        statement = statement.where(Additive.is_active)
    return db.session.scalars(statement.order_by(Additive.name)).all()


def find_additive(actor: Actor, additive_id: int, permission: Permission) -> Additive:
    """An additive of a canteen within reach. Raises AdditiveNotFound."""
    found = db.session.get(Additive, additive_id, populate_existing=True)
    if found is None or not menu_policies.covers(actor, permission, menu.get_canteen(found.canteen_id)):
        raise AdditiveNotFound
    return found


def page_uses(
    actor: Actor,
    *,
    canteen_id: int,
    from_on: date,
    until_on: date,
    additive_id: int | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The uses of these days as `Use`s, the latest first. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id)
    statement = _used(canteen_id, from_on, until_on)
    if additive_id is not None:
        statement = statement.where(AdditiveUse.additive_id == additive_id)
    ordered = statement.order_by(AdditiveUse.used_at.desc(), AdditiveUse.id.desc())
    found = paginate(ordered, page=page, page_size=page_size)
    return Page(_used_with_fate(found.rows), found.total, found.page, found.page_size)


def find_use(actor: Actor, use_id: int) -> Use:
    """A use at a canteen where the actor records. Raises AdditiveUseNotFound."""
    found = db.session.get(AdditiveUse, use_id)
    if found is None or found.void_of is not None:
        raise AdditiveUseNotFound
    if not menu_policies.covers(actor, Permission.SAFETY_RECORD, menu.get_canteen(found.canteen_id)):
        raise AdditiveUseNotFound
    return _used_with_fate([found])[0]


def uses_between(canteen_id: int, from_on: date, until_on: date) -> list[Use]:
    """Every use of these days, the first one first; two statements."""
    ordered = _used(canteen_id, from_on, until_on).order_by(AdditiveUse.used_at, AdditiveUse.id)
    return _used_with_fate(db.session.scalars(ordered))


def _used(canteen_id: int, from_on: date, until_on: date) -> Select[AdditiveUse]:
    return select(AdditiveUse).where(
        AdditiveUse.canteen_id == canteen_id,
        AdditiveUse.used_on.between(from_on, until_on),
        AdditiveUse.void_of.is_(None),
    )


def _used_with_fate(rows: Iterable[AdditiveUse]) -> list[Use]:
    found = list(rows)
    ids = [each.id for each in found]
    taken_back = set(db.session.scalars(select(AdditiveUse.void_of).where(AdditiveUse.void_of.in_(ids))))
    return [Use(each, each.id in taken_back) for each in found]


def dish_name(canteen_id: int, dish_id: int) -> str | None:
    """What a dish of the canteen is called; None if there is none."""
    return db.session.scalar(select(Dish.name).where(Dish.id == dish_id, Dish.canteen_id == canteen_id))


def batch_lot(canteen_id: int, batch_id: int, ingredient_id: int | None) -> str | None:
    """The lot of a batch of the canteen, of this ingredient if one is given; None if there is none."""
    statement = select(Batch.lot).where(Batch.id == batch_id, Batch.canteen_id == canteen_id)
    if ingredient_id is not None:
        statement = statement.where(Batch.ingredient_id == ingredient_id)
    return db.session.scalar(statement)


def is_additive(ingredient_id: int) -> bool:
    """Whether there is such an ingredient and it is an additive."""
    return bool(db.session.scalar(select(Ingredient.is_additive).where(Ingredient.id == ingredient_id)))
