"""Fixtures of statistics."""

from collections.abc import Iterator

import pytest

from backend import clock
from tests.canteen.waste.statistics.pantry import LATER, Pantry
from tests.factories import Compound


@pytest.fixture
def pantry(compound: Compound) -> Iterator[Pantry]:
    """A canteen, with the clock held on the Tuesday of the week after."""
    with clock.at(LATER):
        yield Pantry(compound)
