"""Fixtures of the concierge's tests."""

import pytest

from tests.feedback.concierge.house import House


@pytest.fixture
def house(desk):
    """A desk with two services."""
    return House(desk)
