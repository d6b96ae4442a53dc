"""Who works in the compound: departments, officials 1001, 1002, …, the fixed accounts, and workers."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from backend.actor import ScopeKind
from backend.flows.demo.names import GIVEN_NAMES, SURNAMES
from backend.flows.demo.organisation import (
    CHIEFS,
    EMPLOYED,
    HEADS,
    ORGANS,
    POSTS,
    SECOND_POSTS,
)

FIRST_OFFICIAL = 1001
_DUAL_POSTS = 0.02
_ID_NUMBERS = 0.6
_TEN_YEARS = 3653


class DepartmentRow(NamedTuple):
    """A row of `departments`."""

    id: int
    parent_id: int | None
    name: str
    position: int


class Member(NamedTuple):
    """A member of staff as planned. `role` is a role's code or "", `scope` where it holds; `second` is
    (department_id, title).
    """

    staff_id: int
    staff_no: str
    name: str
    phone: str
    id_no: str
    card_no: str
    department_id: int
    department: str
    campus_id: int
    title: str
    second: tuple[int, str] | None
    role: str
    group: str
    scope: tuple[str, int] = (ScopeKind.COMPOUND.value, 0)


def departments() -> list[DepartmentRow]:
    """The tree, parents first: each organ, then its offices."""
    rows: list[DepartmentRow] = []
    for position, (organ, _campus, offices) in enumerate(ORGANS, start=1):
        organ_id = len(rows) + 1
        rows.append(DepartmentRow(organ_id, None, organ, position))
        rows.extend(
            DepartmentRow(organ_id + place, organ_id, office, place)
            for place, office in enumerate(offices, start=1)
        )
    return rows


def roster(officials: int, rng: Random) -> list[Member]:
    """All staff: the officials by number, then who is employed to serve them."""
    rows = departments()
    organs = [row for row in rows if row.parent_id is None]
    offices = [row for row in rows if row.parent_id is not None]
    campuses = _campuses(rows)
    names = _names(rng)
    leading_posts = {row.id: list(HEADS if row.parent_id is None else CHIEFS) for row in rows}
    # The leaders of the organs come first, as far as the roster is long enough for them.
    leaders = min(len(HEADS) * len(organs), officials // 20)
    members: list[Member] = []
    for place in range(officials):
        department = organs[place % len(organs)] if place < leaders else rng.choice(offices)
        vacant = leading_posts[department.id]
        title = vacant.pop(0) if vacant else _post(rng)
        staff_no = str(FIRST_OFFICIAL + place)
        member = _member(place + 1, staff_no, next(names), department, campuses[department.id], title, rng)
        members.append(member._replace(second=_second_post(department, offices, rng), group="职工"))
    by_name = {row.name: row for row in rows}
    for place, account in enumerate(EMPLOYED, start=officials + 1):
        department = by_name[account.office]
        member = _member(
            place, account.staff_no, account.name, department, campuses[department.id], account.title, rng
        )
        members.append(member._replace(role=account.role, group=account.role_name, scope=account.scope))
    return members


def people_json(members: Iterable[Member]) -> bytes:
    """The people of the WeChat simulator, as its file has them."""
    rows = [
        {
            "staff_no": member.staff_no,
            "name": member.name,
            "phone": member.phone,
            "department": member.department,
            "title": member.title,
            "group": member.group,
        }
        for member in members
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def check_digit(first_seventeen: str) -> str:
    """The last character of an ID number, by GB 11643-1999 (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(first_seventeen))
    return "10X98765432"[total % 11]


def _member(
    staff_id: int,
    staff_no: str,
    name: str,
    department: DepartmentRow,
    campus_id: int,
    title: str,
    rng: Random,
) -> Member:
    return Member(
        staff_id=staff_id,
        staff_no=staff_no,
        name=name,
        phone=f"1540000{staff_no}",  # The 154 numbers belong to nobody.
        id_no=_id_number(staff_no, rng) if rng.random() < _ID_NUMBERS else "",
        card_no=f"660000{staff_no}",
        department_id=department.id,
        department=department.name,
        campus_id=campus_id,
        title=title,
        second=None,
        role="",
        group="",
    )


def _campuses(rows: Iterable[DepartmentRow]) -> dict[int, int]:
    """The campus on which each department works: that of its organ."""
    of_organ = {organ: campus for organ, campus, _ in ORGANS}
    found: dict[int, int] = {}
    for row in rows:
        found[row.id] = of_organ[row.name] if row.parent_id is None else found[row.parent_id]
    return found


def _names(rng: Random) -> Iterator[str]:
    """Names without end. A name that is taken is drawn again once, so that few people share one."""
    surnames, weights = zip(*SURNAMES, strict=True)
    cumulated = list(accumulate(weights))
    taken: set[str] = set()
    while True:
        for _ in range(2):
            name = rng.choices(surnames, cum_weights=cumulated)[0] + rng.choice(GIVEN_NAMES)
            if name not in taken:
                break
        taken.add(name)
        yield name


def _post(rng: Random) -> str:
    titles, weights = zip(*POSTS, strict=True)
    return str(rng.choices(titles, weights)[0])


def _second_post(
    department: DepartmentRow, offices: list[DepartmentRow], rng: Random
) -> tuple[int, str] | None:
    if rng.random() >= _DUAL_POSTS:
        return None
    other = rng.choice([office for office in offices if office.id != department.id])
    return other.id, rng.choice(SECOND_POSTS)


def _id_number(staff_no: str, rng: Random) -> str:
    born_on = date(1966, 12, 1) + timedelta(days=rng.randrange(3 * _TEN_YEARS))
    # No place has the code 990100.
    first = f"990100{born_on:%Y%m%d}{int(staff_no[-3:]):03d}"
    return first + check_digit(first)
