"""Fixtures of settlements."""

from collections.abc import Iterator

import pytest

from backend import clock
from tests.canteen.settlement.months import DECEMBER, Months
from tests.factories import Compound


@pytest.fixture
def months(compound: Compound) -> Iterator[Months]:
    """A canteen without any meal yet; the clock stands at 2 December 2026."""
    made = Months(compound)
    with clock.at(DECEMBER):
        yield made
