"""Fixtures of weighing."""

from collections.abc import Iterator

import pytest

from backend import clock
from tests.canteen.waste.kitchen import ONE, Kitchen
from tests.canteen.waste.line import Line
from tests.factories import Compound
from tests.furnished import Worlds


@pytest.fixture
def kitchen(compound: Compound, worlds: Worlds) -> Iterator[Kitchen]:
    """A canteen that weighs, with the clock held at one o'clock of Monday."""
    with clock.at(ONE):
        yield worlds.one(Kitchen, compound)


@pytest.fixture
def line(compound: Compound, worlds: Worlds) -> Iterator[Line]:
    """A serving line by weight, with the clock held at one o'clock of Monday."""
    with clock.at(ONE):
        yield worlds.one(Line, compound)
