"""Fixtures of the forecasts' tests."""

import pytest

from tests.canteen.production.forecasts.diary import Diary


@pytest.fixture
def diary(kitchen):
    """A canteen with two dishes and no past yet, on Monday at nine."""
    return Diary(kitchen)
