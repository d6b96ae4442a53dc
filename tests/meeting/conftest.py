"""Fixtures of the meeting rooms' tests."""

from tests.meeting.hall import hall

__all__ = ["hall"]
