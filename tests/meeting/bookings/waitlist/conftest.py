"""What the tests of the waitlist share."""

import pytest

from tests.meeting.bookings.waitlist.queue import Queue


@pytest.fixture
def queue(hall):
    """The hall with people who wait."""
    return Queue(hall)
