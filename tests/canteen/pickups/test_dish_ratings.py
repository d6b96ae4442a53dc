"""Dishes are rated beside the meal, each once, by who has eaten them."""

import pytest
from sqlalchemy import select

from backend.db import db
from backend.ratings import services as rating_services
from backend.ratings.models import Rating
from tests.canteen.pickups.test_rating import GOOD, serve
from tests.factories import MONDAY


def rated_dishes():
    db.session.rollback()
    statement = select(Rating.provider_id, Rating.grade, Rating.served_on, Rating.provider_kind)
    return db.session.execute(statement.where(Rating.service == "canteen.dish")).all()


def test_a_dish_is_rated_with_the_meal_and_counted_for_itself(lunch):
    order_id = serve(lunch)
    (dish,) = lunch.official.get(f"/canteen/orders/{order_id}/rating").data["dishes"]
    assert dish == {"dish_id": lunch.dishes[0].id, "name": lunch.dishes[0].name, "score": None}
    said = {**GOOD, "dishes": [{"dish_id": dish["dish_id"], "score": 4}]}
    assert lunch.official.post(f"/canteen/orders/{order_id}/rate", said).status == 201
    (dish,) = lunch.official.get(f"/canteen/orders/{order_id}/rating").data["dishes"]
    assert dish["score"] == 4
    assert rated_dishes() == [(lunch.dishes[0].id, 4, MONDAY, "dish")]
    assert rating_services.reconcile() == []


def test_a_meal_may_be_rated_without_any_dish(lunch):
    order_id = serve(lunch)
    assert lunch.official.post(f"/canteen/orders/{order_id}/rate", GOOD).status == 201
    assert rated_dishes() == []


@pytest.mark.parametrize(
    ("score", "is_other", "error"),
    [(6, False, "app.invalid"), (0, False, "app.invalid"), (4, True, "canteen.dish_not_eaten")],
)
def test_a_dish_that_was_not_eaten_or_no_score_takes_the_whole_rating_along(lunch, score, is_other, error):
    order_id = serve(lunch)
    dish_id = lunch.dishes[1 if is_other else 0].id
    said = {**GOOD, "dishes": [{"dish_id": dish_id, "score": score}]}
    answer = lunch.official.post(f"/canteen/orders/{order_id}/rate", said)
    assert (answer.status, answer.error) == (422, error)
    assert lunch.official.get(f"/canteen/orders/{order_id}/rating").data["rating"] is None
    assert rated_dishes() == []
