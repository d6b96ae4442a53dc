"""Rules of an import: from lines of text to entries, or to what is wrong with them. Pure functions."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from backend.errors import AppError
from backend.identity import policies as identity_policies
from backend.identity.departments import MAX_DEPTH, SEPARATOR, WIDE_SEPARATOR
from backend.identity.models import StaffStatus
from backend.identity.roster import policies as roster_policies
from backend.identity.sheets.parsing import (
    CARD_NO,
    COLUMNS,
    DEPARTMENT,
    ID_NO,
    NAME,
    OTHER_DEPARTMENT,
    OTHER_TITLE,
    PHONE,
    STAFF_NO,
    STATUS,
    TITLE,
    Line,
)
from backend.identity.titles import STATUS_NAMES

Value = TypeVar("Value")

STATUSES: Final = {name: status for status, name in STATUS_NAMES.items()}
MASK: Final = "*"
# Between several further posts in one cell.
POST_SEPARATOR: Final = "；"
_REQUIRED: Final = "必填"
_LONGEST_NAME: Final = 50
_LONGEST_CARD: Final = 32
_LONGEST_TITLE: Final = 50
_LONGEST_DEPARTMENT: Final = 80
_ROUNDED = re.compile(r"[0-9.]+[eE]\+?[0-9]+")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Wrong(Exception):
    """One cell is wrong; the text says how, without repeating what it holds."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, by row number and column name."""

    row: int
    column: str
    msg: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line says of one member of staff.

    Phone, ID, card and status are None where the line leaves them as they are; phone and ID may be
    masked. `title` is None, and `others` (path and title), where the sheet lacks the column.
    """

    row: int
    staff_no: str
    name: str
    phone: str | None
    id_no: str | None
    card_no: str | None
    status: StaffStatus | None
    path: str
    title: str | None
    others: tuple[tuple[str, str], ...] | None


class Problems:
    """The faults found so far."""

    def __init__(self, known: "Problems | None" = None) -> None:
        self._found: list[Problem] = list(known._found) if known is not None else []

    def add(self, row: int, column: str, msg: str) -> None:
        """Note a fault."""
        self._found.append(Problem(row, column, msg))

    def sorted(self) -> list[Problem]:
        """All faults, by row and by column as the sheet has them."""
        return sorted(self._found, key=lambda problem: (problem.row, COLUMNS.index(problem.column)))

    def __bool__(self) -> bool:
        return bool(self._found)


def entries_of(lines: Iterable[Line], today: date, problems: Problems) -> list[Entry]:
    """The entries of the lines that are right in themselves; what is wrong goes to `problems`."""
    entries = [entry for line in lines if (entry := _entry(line, today, problems)) is not None]
    _find_repeated(STAFF_NO, ((entry.row, entry.staff_no) for entry in entries), problems)
    _find_repeated(CARD_NO, ((entry.row, entry.card_no) for entry in entries if entry.card_no), problems)
    return entries


def is_masked(number: str) -> bool:
    """Whether a phone or ID number is one that an export has masked."""
    return MASK in number


def split_path(path: str) -> list[str]:
    """The names of a path from the top down. Raises Wrong."""
    names = [" ".join(name.split()) for name in path.replace(WIDE_SEPARATOR, SEPARATOR).split(SEPARATOR)]
    if not all(names):
        raise Wrong("部门路径有误，应如 办公厅/综合处")
    if len(names) > MAX_DEPTH:
        raise Wrong(f"部门层级不能超过 {MAX_DEPTH} 级")
    if any(len(name) > _LONGEST_DEPARTMENT for name in names):
        raise Wrong(f"部门名称不能超过 {_LONGEST_DEPARTMENT} 个字符")
    return names


def _entry(line: Line, today: date, problems: Problems) -> Entry | None:
    is_right = True

    def read(column: str, reader: Callable[[str], Value], missing: Value) -> Value:
        """The cell as `reader` understands it; `missing` if the sheet lacks the column or it is wrong."""
        nonlocal is_right
        text = line.cells.get(column)
        if text is None:
            return missing
        try:
            if _CONTROL.search(" ".join(text.split())):
                raise Wrong("含有不允许的控制字符")
            return reader(text)
        except (Wrong, AppError) as wrong:
            is_right = False
            problems.add(line.number, column, wrong.msg if isinstance(wrong, AppError) else str(wrong))
            return missing

    entry = Entry(
        row=line.number,
        staff_no=read(STAFF_NO, _staff_no, ""),
        name=read(NAME, _name, ""),
        phone=read(PHONE, _phone, None),
        id_no=read(ID_NO, lambda text: _id_no(text, today), None),
        card_no=read(CARD_NO, _card_no, None),
        status=read(STATUS, _status, None),
        path=read(DEPARTMENT, _path, ""),
        title=read(TITLE, _title, None),
        others=read(OTHER_DEPARTMENT, lambda text: _others(text, line.cells.get(OTHER_TITLE, "")), None),
    )
    if entry.others and entry.path in dict(entry.others):
        problems.add(line.number, OTHER_DEPARTMENT, "兼职部门不能与所在部门相同")
        is_right = False
    return entry if is_right else None


def _find_repeated(column: str, cells: Iterable[tuple[int, str]], problems: Problems) -> None:
    first: dict[str, int] = {}
    for row, text in cells:
        if text in first:
            problems.add(row, column, f"与第 {first[text]} 行重复")
        else:
            first[text] = row


def _staff_no(text: str) -> str:
    if not text:
        raise Wrong(_REQUIRED)
    return roster_policies.checked_staff_no(text)


def _name(text: str) -> str:
    name = identity_policies.normalise_name(text)
    if not name:
        raise Wrong(_REQUIRED)
    return _no_longer(name, _LONGEST_NAME)


def _phone(text: str) -> str | None:
    _ensure_whole(text)
    number = identity_policies.plain(text)
    return number if is_masked(number) else roster_policies.checked_phone(number)


def _id_no(text: str, today: date) -> str | None:
    _ensure_whole(text)
    number = identity_policies.plain(text)
    return number if is_masked(number) else roster_policies.checked_id_no(number, today)


def _card_no(text: str) -> str | None:
    _ensure_whole(text)
    number = roster_policies.checked_card_no(text)
    return _no_longer(number, _LONGEST_CARD) if number else None


def _status(text: str) -> StaffStatus | None:
    if not text:
        return None
    status = STATUSES.get(text)
    if status is None:
        raise Wrong(f"状态应为 {'、'.join(STATUSES)} 之一")
    return status


def _path(text: str) -> str:
    if not text:
        raise Wrong(_REQUIRED)
    return SEPARATOR.join(split_path(text))


def _title(text: str) -> str:
    return _no_longer(" ".join(text.split()), _LONGEST_TITLE)


def _others(paths: str, titles: str) -> tuple[tuple[str, str], ...]:
    """The further posts: paths and titles are lists of the same order."""
    named = [_path(path) for path in _listed(paths)]
    called = [_title(title) for title in _listed(titles)]
    if len(called) > len(named):
        raise Wrong("兼职职务多于兼职部门")
    if len(set(named)) < len(named):
        raise Wrong("兼职部门重复")
    if len(named) >= roster_policies.MAX_POSTINGS:
        raise Wrong(f"兼职部门不能超过 {roster_policies.MAX_POSTINGS - 1} 个")
    return tuple(zip(named, called + [""] * (len(named) - len(called)), strict=True))


def _listed(text: str) -> list[str]:
    parts = [part.strip() for part in text.replace(";", POST_SEPARATOR).split(POST_SEPARATOR)]
    return parts if any(parts) else []


def _no_longer(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Wrong(f"不能超过 {longest} 个字符")
    return text


def _ensure_whole(text: str) -> None:
    if _ROUNDED.fullmatch(text):
        raise Wrong("长数字已被 Excel 截断，请将该列设为文本格式后重新填写")
