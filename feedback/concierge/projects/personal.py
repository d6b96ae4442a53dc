"""What projects keep about a person: told to them."""

from typing import Any

from sqlalchemy import or_, select

from backend.db import db
from feedback.concierge.projects import policies
from feedback.concierge.projects.models import Project, ProjectFollower, ProjectState
from feedback.reports import sealing
from feedback.reports.models import Report


def projects_of(staff_id: int) -> list[dict[str, Any]]:
    """The projects that somebody follows or proposed, under Chinese names."""
    followed = select(ProjectFollower.project_id).where(ProjectFollower.staff_id == staff_id)
    own = select(Report.id).where(Report.reporter_key == sealing.key_of(staff_id))
    followed_ids = set(db.session.scalars(followed))
    rows = db.session.scalars(
        select(Project).where(or_(Project.id.in_(followed), Project.report_id.in_(own))).order_by(Project.id)
    )
    return [
        {
            "项目": project.title,
            "状态": policies.STATE_NAMES[ProjectState(project.state)],
            "提议时间": project.proposed_at,
            "关注": project.id in followed_ids,
        }
        for project in rows
    ]
