"""Fixtures of the console's tests."""

from tests.canteen.lunch import lunch
from tests.canteen.menu.conftest import kitchen

__all__ = ["kitchen", "lunch"]
