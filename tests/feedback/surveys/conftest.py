"""Fixtures of the surveys' tests: the clock stands at nine on Monday, 2026-11-23."""

from collections.abc import Iterator

import pytest

from backend import clock
from tests.factories import NINE
from tests.feedback.surveys.house import house

__all__ = ["house"]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Nine on Monday."""
    with clock.at(NINE):
        yield
