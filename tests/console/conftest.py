"""Fixtures of the console's tests."""

from tests.canteen.lunch import lunch
from tests.canteen.menu.conftest import kitchen
from tests.meeting.hall import hall

__all__ = ["hall", "kitchen", "lunch"]
