"""What dishes have cost: written down when a price changes, and never rewritten."""

from datetime import date, timedelta

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db, unit
from canteen.menu import library
from canteen.menu.models import DishPrice, Portion
from tests.canteen.menu.test_dishes import change, create
from tests.factories import NINE


def history(dish_id):
    db.session.rollback()
    return [(one.portion, one.before_fen, one.after_fen) for one in library.price_history(dish_id)]


def test_a_new_dish_begins_its_history(kitchen):
    dish = create(kitchen).data
    assert history(dish["id"]) == [("standard", None, 800), ("half", None, 450)]
    (first, _) = library.price_history(dish["id"])
    assert (first.changed_at, first.changed_by_name[:2]) == (NINE, "职工")


def test_only_what_changes_its_price_is_written_down(kitchen):
    dish = create(kitchen).data
    change(kitchen, dish["id"], name="东坡肉", weight_g=220)
    change(kitchen, dish["id"], name="东坡肉", price_fen=900)
    assert history(dish["id"])[2:] == [("standard", 800, 900)]
    half = [{"portion": "half", "price_fen": 500, "weight_g": 100}]
    change(kitchen, dish["id"], price_fen=900, portions=half)
    assert history(dish["id"])[3:] == [("half", 450, 500)]


def test_the_price_of_the_kilogram_has_a_history_and_no_place_in_the_chart(kitchen):
    dish = create(kitchen, price_fen_per_kg=3600).data
    change(kitchen, dish["id"], price_fen_per_kg=3800)
    change(kitchen, dish["id"], price_fen_per_kg=None)
    by_weight = [one for one in history(dish["id"]) if one[0] == "weight"]
    assert by_weight == [("weight", None, 3600), ("weight", 3600, 3800), ("weight", 3800, None)]
    _, series = library.price_series(library.price_history(dish["id"]))
    assert set(series) == {Portion.STANDARD, Portion.HALF}


def test_a_portion_that_is_no_longer_sold_ends_its_history_and_may_begin_again(kitchen):
    dish = create(kitchen).data
    change(kitchen, dish["id"], portions=[])
    change(kitchen, dish["id"])
    assert history(dish["id"])[2:] == [("half", 450, None), ("half", None, 450)]
    change(kitchen, dish["id"], price_fen=None, portions=[])
    assert history(dish["id"])[4:] == [("standard", 800, None), ("half", 450, None)]


def test_a_refused_change_leaves_no_trace(kitchen):
    dish, _ = create(kitchen).data, create(kitchen, name="东坡肉")
    before = history(dish["id"])
    reader = kitchen.client("canteen_staff", ScopeKind.CANTEEN, kitchen.canteen.id)
    assert change(kitchen, dish["id"], name="东坡肉", price_fen=900).status == 409
    assert change(kitchen, dish["id"], by=reader, price_fen=900).status == 403
    assert history(dish["id"]) == before


def test_the_history_is_append_only(kitchen):
    create(kitchen)
    for statement in ("UPDATE dish_prices SET price_fen = 1", "DELETE FROM dish_prices"):

        @atomic
        def rewrite(statement=statement):
            unit().exec_driver_sql(statement)

        with pytest.raises(DatabaseError, match="append-only"):
            rewrite()


def test_prices_by_day_carry_on_until_they_change(kitchen):
    with clock.at(NINE - timedelta(days=3)):
        dish = create(kitchen).data
    change(kitchen, dish["id"], price_fen=850)
    change(kitchen, dish["id"], price_fen=900, portions=[])
    with clock.at(NINE + timedelta(days=2)):
        days, series = library.price_series(library.price_history(dish["id"]))
    assert days == [date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 25)]
    assert series == {Portion.STANDARD: [800, 900, 900], Portion.HALF: [450, None, None]}
    assert library.price_series([]) == ([], {})


def test_migrating_begins_the_history_of_dishes_that_are_there(kitchen):
    dish = kitchen.dish()
    downgrade(revision="0012")
    upgrade()
    db.session.rollback()
    rows = db.session.execute(
        select(
            DishPrice.dish_id,
            DishPrice.portion,
            DishPrice.price_fen,
            DishPrice.valid_from,
            DishPrice.changed_by,
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        (dish.id, "standard", 600, NINE, 0),
        (dish.id, "half", 300, NINE, 0),
    ]
