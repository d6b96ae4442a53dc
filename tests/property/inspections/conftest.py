"""Fixtures of the inspections' tests."""

import pytest

from tests.property.estate import Estate
from tests.property.inspections.patrol import Patrol


@pytest.fixture
def patrol(estate: Estate) -> Patrol:
    """An estate with two points, a checklist of three items, a route and the means to plan."""
    return Patrol(estate)
