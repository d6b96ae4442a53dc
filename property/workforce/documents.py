"""A week's duties as a workbook, which an import takes as it is."""

from backend.documents.sheets import Column, workbook
from property.workforce.policies import GROUP, NAME, SEPARATOR, STAFF_NO, WEEKDAYS
from property.workforce.queries import RosterView


def week_workbook(roster: RosterView) -> bytes:
    """One row for each worker, with the names of the shifts of each day."""
    names = {shift.id: shift.name for shift in roster.shifts}
    columns = [
        *(Column(STAFF_NO, width=12), Column(NAME, width=12), Column(GROUP, width=20)),
        *(Column(day, width=12) for day in WEEKDAYS),
    ]
    rows = []
    for row in roster.workers:
        days = (
            SEPARATOR.join(names[turn.shift_id] for turn in row.turns if turn.on_date == day)
            for day in roster.days
        )
        rows.append((row.worker.staff_no, row.worker.name, row.worker.group, *days))
    return workbook(f"{roster.week_on:%Y-%m-%d}起一周排班", columns, rows)
