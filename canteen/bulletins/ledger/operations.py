"""Writes of hand-overs, within an open unit of work."""

from backend.db import db, unit
from canteen.bulletins.ledger.models import HandOver


def add(hand_over: HandOver) -> HandOver:
    """Add a row; rows are never changed."""
    unit()
    db.session.add(hand_over)
    db.session.flush()
    return hand_over
