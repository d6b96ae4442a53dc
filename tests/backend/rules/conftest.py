"""Fixtures of the rules' tests."""

import pytest

from backend import clock
from tests.backend.rules.office import Office
from tests.factories import NINE


@pytest.fixture
def office(compound):
    """A canteen, its manager and an administrator, with the clock held on Monday at nine."""
    with clock.at(NINE):
        yield Office(compound)
