"""Fixtures of the canteen's tests."""

from tests.canteen.kitchen import kitchen
from tests.canteen.lunch import lunch

__all__ = ["kitchen", "lunch"]
