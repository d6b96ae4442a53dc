"""What a plan would change, for whoever decides whether to carry it out. Pure functions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from backend.identity import policies as identity_policies
from backend.identity.models import StaffStatus
from backend.identity.sheets.parsing import (
    CARD_NO,
    DEPARTMENT,
    ID_NO,
    NAME,
    OTHER_DEPARTMENT,
    PHONE,
    STATUS,
    TITLE,
)
from backend.identity.sheets.plans import Person, Plan, Sealing, Secret
from backend.identity.sheets.policies import POST_SEPARATOR, Entry, Problem
from backend.identity.titles import STATUS_NAMES

_HIDDEN: Final = "（隐去的数字不同）"
_Fact: TypeAlias = tuple[str, Callable[[Person], Any], Callable[[Any], str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One column as it is on record and as it would be; numbers of a person are masked, "" is none."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowPreview:
    """A row that is new (`changes` tell what it would be) or changes somebody."""

    row: int
    staff_no: str
    name: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. Every row is counted once: as new, changed, unchanged or wrong.

    `signed_out` counts who would have to log in anew (or no longer may), `leaving` who would lose all
    access. `problems`, `added` and `changed` hold the first ones only; `problem_count` counts all.
    """

    sha256: str
    created: int
    updated: int
    unchanged: int
    wrong: int
    signed_out: int
    leaving: int
    departments: list[str]
    problem_count: int
    problems: list[Problem]
    added: list[RowPreview]
    changed: list[RowPreview]


def make_preview(
    plan: Plan,
    entries: Sequence[Entry],
    problems: Sequence[Problem],
    vault: Sealing,
    *,
    sha256: str,
    most: int,
) -> Preview:
    """Show a plan of the entries that are right; `problems` are the faults of the others.

    At most `most` problems, new and changed rows each are told.
    """
    rows = {entry.staff_no: entry.row for entry in entries}
    pairs = list(plan.updated.values())
    created = sorted(plan.created, key=lambda person: rows[person.staff_no])
    updated = sorted(pairs, key=lambda pair: rows[pair[1].staff_no])
    return Preview(
        sha256=sha256,
        created=len(created),
        updated=len(updated),
        unchanged=plan.unchanged,
        wrong=len({problem.row for problem in problems}),
        signed_out=sum(after.has_other_rights_than(before) for before, after in pairs),
        leaving=sum(_leaves(before, after) for before, after in pairs),
        departments=plan.paths,
        problem_count=len(problems),
        problems=list(problems[:most]),
        added=[_row(rows, None, person, vault) for person in created[:most]],
        changed=[_row(rows, before, after, vault) for before, after in updated[:most]],
    )


def _leaves(before: Person, after: Person) -> bool:
    return after.status is StaffStatus.LEFT and before.status is not StaffStatus.LEFT


def _row(rows: Mapping[str, int], before: Person | None, after: Person, vault: Sealing) -> RowPreview:
    return RowPreview(
        rows[after.staff_no], after.staff_no, after.name, list(_changes(before, after, _facts(vault)))
    )


def _facts(vault: Sealing) -> list[_Fact]:
    """Each column with what it says of a person, and how that may be shown."""

    def sealed(mask: Callable[[str], str]) -> Callable[[Secret], str]:
        return lambda secret: mask(vault.decrypt(secret.cipher))

    return [
        (NAME, lambda person: person.name, str),
        (STATUS, lambda person: person.status, STATUS_NAMES.__getitem__),
        (DEPARTMENT, lambda person: person.home, str),
        (TITLE, lambda person: "".join(post.title for post in person.posts if post.is_primary), str),
        (OTHER_DEPARTMENT, _others, str),
        (PHONE, lambda person: person.phone, sealed(identity_policies.mask_phone)),
        (ID_NO, lambda person: person.id_no, sealed(identity_policies.mask_id_no)),
        (CARD_NO, lambda person: person.card_no, identity_policies.mask_card_no),
    ]


def _changes(before: Person | None, after: Person, facts: Iterable[_Fact]) -> Iterable[Change]:
    for column, read, show in facts:
        was, will_be = read(before) if before else None, read(after)
        # Compared as they are kept: two numbers may look alike once they are masked.
        if (was or None) == (will_be or None):
            continue
        old, new = show(was) if was else "", show(will_be) if will_be else ""
        yield Change(column, old, new if new != old else f"{new}{_HIDDEN}")


def _others(person: Person) -> str:
    """The further posts with their titles."""
    posts = sorted((post for post in person.posts if not post.is_primary), key=lambda post: post.path)
    return POST_SEPARATOR.join(f"{post.path}（{post.title}）" if post.title else post.path for post in posts)
