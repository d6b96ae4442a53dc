"""What a canteen sells, on a menu or not: diners choose from it for meals whose menus are still to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import case, select
from sqlalchemy.orm import selectinload

from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen, Category, Dish
from canteen.menu.offers import OfferedPortion
from canteen.menu.policies import PORTION_ORDER

_BY_CATEGORY = case({each.value: place for place, each in enumerate(Category)}, value=Dish.category)


@dataclass(frozen=True, slots=True)
class SoldDish:
    """An active dish with a price; its portions in the order in which a menu shows them."""

    dish_id: int
    name: str
    category: str
    tags: Sequence[str]
    portions: Sequence[OfferedPortion]
    photo: PhotoLinks | None


def page_dishes(
    *, canteen_id: int, page: int, page_size: int, q: str = "", category: Category | None = None
) -> Page:
    """The dishes that an active canteen sells, by category and name; `q` is part of a name.

    Four statements, and one for the photos if any dish has one.

    Raises CanteenNotFound.
    """
    if not db.session.scalar(select(Canteen.is_active).where(Canteen.id == canteen_id)):
        raise CanteenNotFound
    statement = (
        select(Dish)
        .options(selectinload(Dish.portions))
        .where(Dish.canteen_id == canteen_id, Dish.is_active, Dish.price_fen.is_not(None))
        .order_by(_BY_CATEGORY, Dish.name, Dish.id)
    )
    if q:
        statement = statement.where(Dish.name.contains(q, autoescape=True))
    if category is not None:
        statement = statement.where(Dish.category == category.value)
    found = paginate(statement, page=page, page_size=page_size)
    photos = media_queries.links({dish.photo_id for dish in found.rows if dish.photo_id is not None})
    return replace(found, rows=[_sold(dish, photos) for dish in found.rows])


def _sold(dish: Dish, photos: Mapping[int, PhotoLinks]) -> SoldDish:
    portions = sorted(dish.portions, key=lambda each: PORTION_ORDER[each.portion])
    return SoldDish(
        dish_id=dish.id,
        name=dish.name,
        category=dish.category,
        tags=dish.tags,
        portions=[OfferedPortion(each.portion, each.price_fen, each.weight_g) for each in portions],
        photo=photos.get(dish.photo_id) if dish.photo_id is not None else None,
    )
