"""Fixtures of the register's tests."""

import pytest

from backend import clock
from tests.factories import NINE
from tests.property.assets.register import Register


@pytest.fixture
def register(compound):
    with clock.at(NINE):
        yield Register(compound)
