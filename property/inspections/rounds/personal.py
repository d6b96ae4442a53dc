"""What rounds keep about a person, for the copy of their data."""

from typing import Any

from sqlalchemy import func, select

from backend.db import db
from property.inspections.rounds.models import Answer, Presence, Round, RoundPoint
from property.inspections.rounds.policies import PRESENCE_NAMES


def visits_of(staff_id: int) -> list[dict[str, Any]]:
    """Where somebody was on rounds, and how many items they answered there; one statement."""
    answered = (
        select(func.count())
        .where(Answer.round_point_id == RoundPoint.id, Answer.answered_by == staff_id)
        .correlate(RoundPoint)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(RoundPoint, Round.name, answered)
        .join(Round, Round.id == RoundPoint.round_id)
        .where(RoundPoint.visited_by == staff_id)
        .order_by(RoundPoint.id)
    )
    return [
        {
            "计划": name,
            "点位": point.name,
            "地点": point.place_path,
            "签到时间": point.visited_at,
            "签到方式": PRESENCE_NAMES[Presence(point.presence)],
            "说明": point.reason,
            "检查项": answers,
        }
        for point, name, answers in rows
    ]
