"""Who ate is counted after the meal, and again whenever something becomes known late."""

from canteen.menu.models import Portion
from canteen.waste.models import Stage
from canteen.waste.statistics import services
from tests.canteen.waste.kitchen import db_rows
from tests.threads import at_once


def written(pantry):
    """(diners of Monday's lunch, portions in grams by dish)."""
    meals = db_rows("SELECT * FROM waste_meals WHERE canteen_id = :c", c=pantry.canteen.id)
    dishes = db_rows("SELECT * FROM waste_dishes WHERE canteen_id = :c", c=pantry.canteen.id)
    return [row["diners"] for row in meals], {row["dish_id"]: row["portions_g"] for row in dishes}


def test_pick_ups_walk_ins_weighed_meals_and_receptions_are_counted_once_each(pantry):
    meal = pantry.lunch(0)
    pork, greens = pantry.pork, pantry.greens
    both, host = pantry.compound.staff(), pantry.compound.staff()
    pantry.eats(meal, (pork, "standard", 200), (greens, "standard", 150), staff=both)
    pantry.eats(meal, (pork, Portion.WEIGHT.value, 333), staff=both, origin="by_weight")
    pantry.eats(meal, (pork, "half", 100), origin="walk_in")
    pantry.eats(meal, (pork, "standard", 200), state="no_show")
    pantry.receives(meal, 3, [host, both], greens, 5)

    assert services.count_again() == 1

    # Two orders of one person, a walk-in, three guests and a host; the other companion had ordered.
    assert written(pantry) == ([6], {pork.id: 300, greens.id: 1_150})


def test_a_late_pick_up_counts_again_and_a_repetition_changes_nothing(pantry):
    meal = pantry.lunch(0)
    pantry.lunch(1)
    pantry.eats(meal, (pantry.pork, "standard", 200))
    assert services.count_again() == 2  # Nobody came on Tuesday, and that is known, too.
    assert services.count_again() == 0

    pantry.eats(meal, (pantry.pork, "standard", 200))
    assert services.count_again() == 1
    assert written(pantry) == ([2, 0], {pantry.pork.id: 400})
    assert services.count_diners() == 0


def test_it_leaves_what_was_weighed_and_counted_by_hand(pantry):
    meal = pantry.lunch(0)
    pantry.plates(0, 5_000, 50)
    pantry.eats(meal)

    services.count_again()

    (row,) = db_rows("SELECT * FROM waste_meals WHERE canteen_id = :c", c=pantry.canteen.id)
    assert (row["diners"], row["diners_counted"]) == (1, 50)
    (stage,) = db_rows("SELECT * FROM waste_stages WHERE canteen_id = :c", c=pantry.canteen.id)
    assert (stage["stage"], stage["net_g"]) == (Stage.PLATE.value, 5_000)


def test_several_runners_write_the_same(pantry, app):
    meal = pantry.lunch(0)
    for _ in range(3):
        pantry.eats(meal, (pantry.pork, "standard", 200))

    def run() -> int:
        with app.app_context():
            return services.count_again()

    at_once([run] * 4)

    assert written(pantry) == ([3], {pantry.pork.id: 600})
