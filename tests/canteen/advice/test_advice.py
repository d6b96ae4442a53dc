"""What a menu suggests: half portions first, and one friendly line."""

from datetime import timedelta

import pytest

from canteen.advice import policies, rules
from canteen.advice.policies import Offered
from canteen.waste.models import Kind
from canteen.waste.statistics.policies import Basis, Figure, Sample
from tests.factories import MONDAY

TODAY = MONDAY + timedelta(days=8)


def offered(dish_id: int, percent: int, *, has_half: bool = True, is_enough: bool = True) -> Offered:
    """A dish of which so much is left."""
    rate = Figure(Basis.DISH_RATE, percent, 100, Sample(9, 9, 9), is_enough)
    return Offered(dish_id, f"菜{dish_id}", has_half, rate)


@pytest.mark.parametrize(
    ("dishes", "halves", "ids", "line"),
    [
        ([], True, [], None),
        ([offered(1, 19)], True, [], None),
        ([offered(1, 90, is_enough=False)], True, [], None),
        ([offered(1, 20)], True, [1], "菜1可以先来半份，不够再添。"),
        ([offered(1, 20), offered(2, 40)], True, [2, 1], "菜2、菜1可以先来半份，不够再添。"),
        ([offered(n, 30) for n in (3, 1, 2)], True, [1, 2, 3], "菜1、菜2等可以先来半份，不够再添。"),
        (
            [offered(1, 50, has_half=False), offered(2, 30)],
            True,
            [1, 2],
            "菜2可以先来半份，不够再添。",
        ),
        ([offered(1, 50, has_half=False)], True, [1], "菜1份量较足，按胃口选就好，不够再添。"),
        ([offered(1, 50)], False, [1], "菜1份量较足，按胃口选就好，不够再添。"),
    ],
)
def test_what_is_left_often_is_said_in_one_line(dishes, halves, ids, line):
    often = policies.left_often(dishes, 20)

    assert [one.dish_id for one in often] == ids
    assert policies.line(often, halves=halves) == line


def ask(pantry, **query):
    """The advice of today's lunch."""
    path = f"/canteen/canteens/{pantry.canteen.id}/advice"
    return pantry.official.get(path, **{"date": TODAY.isoformat(), "period": "lunch", **query})


def test_a_dish_that_is_left_often_offers_its_half_portion_first(pantry):
    pantry.lunch(0)
    pantry.lunch(8)
    for dish in (pantry.pork, pantry.greens):
        pantry.weigh(0, kind=Kind.SERVE_DELTA, dish=dish, net_g=2_000)
        for _ in range(5):
            pantry.weigh(0, kind=Kind.DISH_LEFTOVER, dish=dish, net_g=100)

    # Greens have no half portion.
    assert ask(pantry).data == {"half_first": [pantry.pork.id], "line": "红烧肉可以先来半份，不够再添。"}
    assert ask(pantry, period="dinner").data == {"half_first": [], "line": None}
    assert ask(pantry, period="supper").status == 422


@pytest.mark.parametrize(
    ("off", "half_first", "says"), [(rules.HALF_FIRST, False, True), (rules.LINE, True, False)]
)
def test_managers_switch_either_off(pantry, off, half_first, says):
    pantry.lunch(0)
    pantry.lunch(8)
    pantry.weigh(0, kind=Kind.SERVE_DELTA, dish=pantry.pork, net_g=2_000)
    for _ in range(5):
        pantry.weigh(0, kind=Kind.DISH_LEFTOVER, dish=pantry.pork, net_g=100)
    pantry.compound.rule(off, False, pantry.canteen.id)

    found = ask(pantry).data

    assert (bool(found["half_first"]), found["line"] is not None) == (half_first, says)
