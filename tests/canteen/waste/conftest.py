"""Fixtures of weighing."""

from collections.abc import Iterator

import pytest

from backend import clock
from tests.canteen.waste.kitchen import ONE, Kitchen
from tests.canteen.waste.line import Line
from tests.factories import Compound


@pytest.fixture
def kitchen(compound: Compound) -> Iterator[Kitchen]:
    """A canteen that weighs, with the clock held at one o'clock of Monday."""
    with clock.at(ONE):
        yield Kitchen(compound)


@pytest.fixture
def line(compound: Compound) -> Iterator[Line]:
    """A serving line by weight, with the clock held at one o'clock of Monday."""
    with clock.at(ONE):
        yield Line(compound)
