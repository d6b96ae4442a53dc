"""A report and its duplicates: who follows whom, and who is told how the master ends, in an open unit.

Of a kind that everybody may meet, a duplicate's named reporter and its followers follow the master. Else, as
a complaint is between one and the desk, they hear of it by what they reported themselves. So does an unnamed
reporter always: following would name them.
"""

from datetime import datetime

from sqlalchemy import func, select, update

from backend.db import db, table, unit
from backend.statements import insert_or_nothing
from feedback.reports import policies, sealing, telling
from feedback.reports.messages import MASTER_ENDED
from feedback.reports.models import Follower, Report, State

_FOLLOWER = table(Follower)
_FOLLOW = insert_or_nothing(_FOLLOWER, ["report_id", "staff_id", "at"], returning="staff_id")
"""Adds a follower unless there is one."""


def resolve(master_id: int) -> int:
    """The report at the end of the chain: a duplicate's own master, or the report itself."""
    found = db.session.scalar(
        select(Report.master_id).where(Report.id == master_id, Report.state == State.DUPLICATE.value)
    )
    return found or master_id


def duplicates_of(report_ids: list[int]) -> list[int]:
    """The reports that follow these."""
    return list(
        db.session.scalars(select(Report.id).where(Report.master_id.in_(report_ids)).order_by(Report.id))
    )


def follow(duplicate: Report, master: Report, *, at: datetime) -> None:
    """Let who reported or met a duplicate meet its master, and what follows it follow that one, too."""
    db.session.execute(
        update(Report)
        .where(Report.master_id == duplicate.id)
        .values(master_id=master.id)
        .execution_options(synchronize_session="fetch")
    )
    if not _is_shared(master):
        return
    people = set(db.session.scalars(select(Follower.staff_id).where(Follower.report_id == duplicate.id)))
    if duplicate.reporter_id is not None:
        people.add(duplicate.reporter_id)
    people.discard(sealing.reporter_of(master) or 0)  # One does not follow one's own.
    connection = unit()
    for staff_id in sorted(people):
        _FOLLOW.row(connection, {"report_id": master.id, "staff_id": staff_id, "at": at})
    count = select(func.count()).where(Follower.report_id == master.id)
    master.followers = db.session.scalar(count) or 0


def tell_result(master: Report, result: str) -> None:
    """Tell everybody who met the same how it ended: the followers, and the reporters of its duplicates."""
    telling.tell_followers(master, MASTER_ENDED, event="result", why=result)
    duplicates = db.session.scalars(
        select(Report).where(Report.master_id == master.id, Report.state == State.DUPLICATE.value)
    ).all()
    for duplicate in duplicates:
        tell_one(duplicate, master, result)


def tell_one(duplicate: Report, master: Report, result: str) -> None:
    """Tell those of a duplicate who do not follow its master how that one ended."""
    event = f"master {master.id}.{master.revision} of"
    is_shared = _is_shared(master)
    if duplicate.is_anonymous or not is_shared:
        telling.tell_reporter(duplicate, MASTER_ENDED, event=event, why=result)
    if not is_shared:
        telling.tell_followers(duplicate, MASTER_ENDED, event=event, why=result)


def _is_shared(report: Report) -> bool:
    return report.kind in policies.SHARED_KINDS
