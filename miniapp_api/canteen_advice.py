"""What a menu suggests against waste."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Permission
from backend.endpoints import Shared
from backend.http import endpoint
from canteen.advice import queries
from canteen.advice.rules import TOPIC
from canteen.advice.schemas import AdviceOut, AdviceQuery

blueprint = Blueprint("canteen_advice", __name__, description="点餐提示")


@endpoint(
    blueprint,
    "GET",
    "/canteen/canteens/<id:canteen_id>/advice",
    permission=Permission.SELF,
    query=AdviceQuery,
    out=AdviceOut,
    shared=Shared(TOPIC, seconds=60),
)
def get_advice(canteen_id: int, query: dict[str, Any]) -> Any:
    """What a meal suggests: half portions first, and a line"""
    return queries.get_advice(canteen_id=canteen_id, **query)
