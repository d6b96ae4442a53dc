"""Fixtures of the menu's tests."""

import pytest

from backend import clock
from tests.canteen.menu.kitchen import Kitchen
from tests.factories import NINE


@pytest.fixture
def kitchen(compound, worlds):
    """A canteen with its manager, with the clock held on Monday at nine."""
    with clock.at(NINE):
        yield worlds.one(Kitchen, compound)
