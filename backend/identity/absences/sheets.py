"""Absences from an Excel sheet: from lines of text to entries, and from entries to what is to be added.

Pure: what is wrong is told by row and column, all of it at once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.actor import Actor
from backend.documents.sheets import Column, workbook
from backend.errors import AppError
from backend.identity.absences import policies, queries
from backend.identity.absences.errors import AbsentStaffUnknown
from backend.identity.absences.models import Absence, AbsenceKind, AbsenceState, Half
from backend.identity.absences.operations import overlap
from backend.identity.absences.policies import HALF_NAMES, KIND_NAMES, RECORDED_WITHIN, Span
from backend.identity.policies import plain
from backend.identity.sheets.parsing import EXAMPLE, STAFF_NO, Line
from backend.identity.sheets.policies import Problem

# A month's trips of a large unit; all of them are added in one unit of work, with their orders.
MAX_ROWS: Final = 500
# The last year of a business date (`backend.wire.Date`); the day after the calendar's last does not exist.
LAST_YEAR: Final = 2999
KIND: Final = "类型"
FROM: Final = "开始"
UNTIL: Final = "结束"
COLUMNS: Final = (STAFF_NO, KIND, FROM, UNTIL)
KINDS: Final = {name: kind for kind, name in KIND_NAMES.items()}
_DAY = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[T ]+00:00(?::00)?)?[ \u3000]*(上午|下午|全天)?"
)
_HALVES: Final = {name: half for half, name in HALF_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that is right in itself."""

    row: int
    staff_no: str
    kind: AbsenceKind
    span: Span


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rows come to: whom to give which absence, and how many were there already."""

    added: Sequence[tuple[int, AbsenceKind, Span]]
    unchanged: int


def entries_of(lines: Iterable[Line], today: date, problems: list[Problem]) -> list[Entry]:
    """The entries of the lines that are right in themselves; what is wrong goes to `problems`."""
    return [entry for line in lines if (entry := _entry(line, today, problems)) is not None]


def make_plan(
    entries: Sequence[Entry],
    people: Mapping[str, int],
    standing: Sequence[Absence],
    actor: Actor,
    problems: list[Problem],
) -> Plan:
    """What to add, if `problems` stays empty.

    `people` are the active members of staff by number, `standing` their pending and approved absences. A row
    that says what is approved already is unchanged, and so is a row that repeats another.
    """
    there: dict[int, list[Absence]] = {}
    for absence in standing:
        there.setdefault(absence.staff_id, []).append(absence)
    planned: dict[int, list[tuple[int, AbsenceKind, Span]]] = {}
    unchanged = 0
    for entry in entries:
        staff_id = people.get(entry.staff_no)
        if staff_id is None:
            problems.append(Problem(entry.row, STAFF_NO, AbsentStaffUnknown(staff_no=entry.staff_no).msg))
            continue
        try:
            policies.ensure_not_own(actor, staff_id)
            if _is_there(entry, there.get(staff_id, ())):
                unchanged += 1
                continue
        except AppError as refusal:
            problems.append(Problem(entry.row, STAFF_NO, refusal.msg))
            continue
        earlier = [each for each in planned.get(staff_id, ()) if _touch(each[2], entry.span)]
        if any(each[1:] == (entry.kind, entry.span) for each in earlier):
            unchanged += 1
        elif earlier:
            problems.append(Problem(entry.row, FROM, f"与第 {earlier[0][0]} 行时间重叠"))
        else:
            planned.setdefault(staff_id, []).append((entry.row, entry.kind, entry.span))
    return Plan(
        [(staff_id, kind, span) for staff_id, rows in planned.items() for _, kind, span in rows], unchanged
    )


def template_workbook() -> bytes:
    """An empty workbook for an import, with examples, which an import passes over."""
    columns = [Column(title, width=width) for title, width in zip(COLUMNS, (14, 10, 20, 20), strict=True)]
    rows = [
        (EXAMPLE, KIND_NAMES[AbsenceKind.TRIP], "2026-03-02", "2026-03-06"),
        (EXAMPLE, KIND_NAMES[AbsenceKind.LEAVE], "2026-03-02 下午", "2026-03-03 上午"),
    ]
    return workbook("请假出差导入模板", columns, rows)


def _is_there(entry: Entry, standing: Iterable[Absence]) -> bool:
    """Whether the very absence is approved already. Raises AbsenceOverlap if another one is in the way."""
    for absence in standing:
        span = queries.span_of(absence)
        if not _touch(span, entry.span):
            continue
        is_same = span == entry.span and absence.kind == entry.kind.value
        if is_same and absence.state == AbsenceState.APPROVED:
            return True
        raise overlap(absence)
    return False


def _touch(one: Span, other: Span) -> bool:
    return one.from_at < other.until_at and other.from_at < one.until_at


def _entry(line: Line, today: date, problems: list[Problem]) -> Entry | None:
    before = len(problems)
    staff_no = plain(line.cells[STAFF_NO])
    if not staff_no:
        problems.append(Problem(line.number, STAFF_NO, "必填"))
    kind = KINDS.get(plain(line.cells[KIND]))
    if kind is None:
        problems.append(Problem(line.number, KIND, f"应为以下之一：{'、'.join(KINDS)}"))
    first = _day(line, FROM, problems)
    last = _day(line, UNTIL, problems)
    if first is None or last is None or kind is None or len(problems) > before:
        return None
    span = Span(first[0], first[1] or Half.AM, last[0], last[1] or Half.PM)
    try:
        policies.ensure_span(span, today, within=RECORDED_WITHIN)
    except AppError as refusal:
        problems.append(Problem(line.number, UNTIL, refusal.msg))
        return None
    return Entry(line.number, staff_no, kind, span)


def _day(line: Line, column: str, problems: list[Problem]) -> tuple[date, Half | None] | None:
    found = _DAY.fullmatch(line.cells[column].strip())
    try:
        if found is None:
            raise ValueError
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if day.year > LAST_YEAR:
            raise ValueError
    except ValueError:
        problems.append(Problem(line.number, column, "应为日期，如 2026-03-02 或 2026-03-02 下午"))
        return None
    return day, _HALVES.get(found[4] or "")
