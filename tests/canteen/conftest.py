"""Fixtures of the canteen's tests."""

from tests.canteen.lunch import lunch

__all__ = ["lunch"]
