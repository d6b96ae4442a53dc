"""Fixtures of bulletins."""

from collections.abc import Iterator

import pytest

from backend import clock
from canteen.waste.rules import COST_FEN_PER_KG as COST
from tests.canteen.bulletins.season import COST_FEN_PER_KG, JANUARY, Season
from tests.factories import Compound


@pytest.fixture
def season(compound: Compound) -> Iterator[Season]:
    """Three canteens of which nothing is known yet; the clock stands at 5 January 2027."""
    made = Season(compound)
    for canteen in made.canteens:
        compound.rule(COST, COST_FEN_PER_KG, canteen.id)
    with clock.at(JANUARY):
        yield made
