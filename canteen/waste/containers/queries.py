"""Reads of containers, scoped by the actor."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page, paginate
from canteen.menu.models import Canteen
from canteen.menu.policies import covers
from canteen.waste import queries as waste_queries
from canteen.waste.containers.errors import ContainerNotFound
from canteen.waste.models import Container, ContainerKind


def list_containers(
    actor: Actor,
    *,
    canteen_id: int,
    kind: ContainerKind | None = None,
    is_active: bool | None = None,
    q: str = "",
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The containers of a canteen by kind and code, those in use first. Raises CanteenNotFound."""
    waste_queries.ensure_manages(actor, canteen_id)
    statement = select(Container).where(Container.canteen_id == canteen_id)
    if kind is not None:
        statement = statement.where(Container.kind == kind.value)
    if is_active is not None:
        statement = statement.where(Container.is_active == is_active)
    if q:
        statement = statement.where(
            or_(Container.code.contains(q, autoescape=True), Container.name.contains(q, autoescape=True))
        )
    ordered = statement.order_by(Container.is_active.desc(), Container.kind, Container.code)
    return paginate(ordered, page=page, page_size=page_size)


def list_all(canteen_id: int) -> Sequence[Container]:
    """Every container of a canteen, by kind and code."""
    return db.session.scalars(
        select(Container).where(Container.canteen_id == canteen_id).order_by(Container.kind, Container.code)
    ).all()


def find_managed(actor: Actor, container_id: int) -> Container:
    """The container, if the actor manages its canteen's. Raises ContainerNotFound."""
    found = db.session.execute(
        select(Container, Canteen)
        .join(Canteen, Canteen.id == Container.canteen_id)
        .where(Container.id == container_id)
    ).one_or_none()
    if found is None or not covers(actor, Permission.WASTE_MANAGE, found[1]):
        raise ContainerNotFound
    container: Container = found[0]
    return container


def export(actor: Actor, *, canteen_id: int) -> tuple[str, Sequence[Container]]:
    """The canteen's name and all of its containers. Raises CanteenNotFound."""
    canteen = waste_queries.ensure_manages(actor, canteen_id)
    return canteen.name, list_all(canteen_id)
