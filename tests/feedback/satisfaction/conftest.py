"""Fixtures of satisfaction's tests: the clock stands at nine on Monday, 2026-11-23."""

from collections.abc import Iterator

import pytest

from backend import clock
from tests.factories import NINE
from tests.feedback.satisfaction.planting import garden

__all__ = ["garden"]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Nine on Monday."""
    with clock.at(NINE):
        yield
