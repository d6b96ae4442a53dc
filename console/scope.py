"""The scope switcher: at which canteen the actor is working now.

The choice is a cookie of the browser, never trusted: it only picks among what the actor reaches.
"""

from dataclasses import dataclass

from flask import request

from backend.actor import Actor, Permission
from canteen.menu import queries as menu_queries
from canteen.menu.queries import CanteenChoice

COOKIE = "houqin_canteen"


@dataclass(frozen=True, slots=True)
class Scope:
    """The canteens that the actor reaches, and the one chosen; None if there is none."""

    canteens: list[CanteenChoice]
    canteen: CanteenChoice | None

    @property
    def canteen_id(self) -> int:
        """The chosen canteen; 0, which no canteen has, if there is none."""
        return self.canteen.id if self.canteen else 0


def of(actor: Actor) -> Scope:
    """The scope of this request: found once, however often it is asked for."""
    found: Scope | None = request.environ.get("houqin.scope")
    if found is None:
        found = request.environ["houqin.scope"] = _find(actor)
    return found


def covers(actor: Actor, permission: Permission) -> bool:
    """Whether the actor holds the permission at the chosen canteen, and not only somewhere else."""
    canteen = of(actor).canteen
    if canteen is None:
        return False
    return actor.reach(permission).covers(campus_id=canteen.campus_id, canteen_id=canteen.id)


def _find(actor: Actor) -> Scope:
    if not any(actor.can(each) for each in menu_queries.CHOOSES_CANTEEN):
        return Scope([], None)
    canteens = menu_queries.canteens_in_reach(actor)
    wanted = request.cookies.get(COOKIE, "")
    chosen = next((each for each in canteens if str(each.id) == wanted), canteens[0] if canteens else None)
    return Scope(canteens, chosen)
