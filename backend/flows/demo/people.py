"""Who works in the compound: departments, officials 1001, 1002, … and the fixed accounts."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from backend.flows.demo.names import GIVEN_NAMES, SURNAMES
from backend.flows.demo.organisation import (
    CHIEFS,
    FIXED_ACCOUNTS,
    HEADS,
    ORGANS,
    POSTS,
    SECOND_POSTS,
    FixedAccount,
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
    """A member of staff as planned. `role` is a role's code or ""; `second` is (department_id, title)."""

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
    """All staff: the officials by number, then the fixed accounts."""
    rows = departments()
    campus_of = _campuses(rows)
    names = _names(rng)
    members: list[Member] = []
    heads_left = {row.id: list(HEADS if row.parent_id is None else CHIEFS) for row in rows}
    offices = [row for row in rows if row.parent_id is not None]
    organs = [row for row in rows if row.parent_id is None]
    for number in range(officials):
        # The leaders of the organs first, as far as the roster is long enough for them.
        is_leader = number < min(len(HEADS) * len(organs), officials // 20)
        department = organs[number % len(organs)] if is_leader else offices[rng.randrange(len(offices))]
        left = heads_left[department.id]
        title = left.pop(0) if left else _post(rng)
        members.append(
            _member(
                len(members) + 1, str(FIRST_OFFICIAL + number), next(names), department, title, rng
            )._replace(
                campus_id=campus_of[department.id],
                second=_second_post(department, offices, rng),
                group="职工",
            )
        )
    by_name = {row.name: row for row in rows}
    for account in FIXED_ACCOUNTS:
        department = by_name[account.office]
        member = _member(len(members) + 1, account.staff_no, account.name, department, account.title, rng)
        members.append(_with_role(member, account, campus_of[department.id]))
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
    staff_id: int, staff_no: str, name: str, department: DepartmentRow, title: str, rng: Random
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
        campus_id=0,
        title=title,
        second=None,
        role="",
        group="",
    )


def _with_role(member: Member, account: FixedAccount, campus_id: int) -> Member:
    return member._replace(campus_id=campus_id, role=account.role, group=account.role_name)


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
