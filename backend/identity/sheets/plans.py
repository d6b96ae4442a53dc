"""What an import would change: the entries of a sheet against the roster as it stands. Pure functions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from backend.identity import policies as identity_policies
from backend.identity.departments import SEPARATOR, DepartmentTree
from backend.identity.models import StaffStatus
from backend.identity.sheets.parsing import CARD_NO, DEPARTMENT, ID_NO, OTHER_DEPARTMENT, PHONE
from backend.identity.sheets.policies import Entry, Problems, is_masked


@dataclass(frozen=True, slots=True)
class Post:
    """A post, by the path of its department."""

    path: str
    title: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class Secret:
    """A number as it is kept: its keyed hash, and encrypted."""

    digest: bytes
    cipher: bytes = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the roster as it stands, or as it shall be."""

    staff_no: str
    name: str
    status: StaffStatus
    phone: Secret | None
    id_no: Secret | None
    card_no: str | None
    posts: frozenset[Post]

    @property
    def home(self) -> str:
        """The path of the department of the primary post; empty if there is none."""
        return next((post.path for post in self.posts if post.is_primary), "")

    def has_other_rights_than(self, other: "Person") -> bool:
        """Whether what the two may do differs (their roles aside)."""
        return (self.status, self.home) != (other.status, other.home)


class Sealing(Protocol):
    """What the plan needs of the vault."""

    def keyed_hash(self, text: str) -> bytes: ...
    def encrypt(self, plain: str) -> bytes: ...
    def decrypt(self, cipher: bytes) -> str: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written: departments from the top down, new people, and changed ones by identifier.

    `updated` holds each as it was and as it shall be.
    """

    paths: list[str]
    created: list[Person]
    updated: dict[int, tuple[Person, Person]]
    unchanged: int


def make_plan(
    entries: Iterable[Entry],
    standing: Mapping[str, tuple[int, Person]],
    tree: DepartmentTree,
    vault: Sealing,
    *,
    create_departments: bool,
    problems: Problems,
) -> Plan:
    """Compare the entries with the roster (by staff number); what cannot be goes to `problems`."""
    entries = list(entries)
    created: list[Person] = []
    updated: dict[int, tuple[Person, Person]] = {}
    for entry in entries:
        staff_id, present = standing.get(entry.staff_no, (0, None))
        target = _target(entry, present, vault, problems)
        if present is None:
            created.append(target)
        elif target != present:
            updated[staff_id] = (present, target)
    _find_taken_cards(entries, standing, problems)
    paths = _new_paths(entries, tree, None if create_departments else problems)
    return Plan(paths, created, updated, unchanged=len(entries) - len(created) - len(updated))


def _target(entry: Entry, present: Person | None, vault: Sealing, problems: Problems) -> Person:
    def secret(
        column: str, text: str | None, kept: Secret | None, mask: Callable[[str], str]
    ) -> Secret | None:
        if text is None:
            return kept
        if is_masked(text):
            if kept is None or mask(vault.decrypt(kept.cipher)) != text:
                problems.add(entry.row, column, "带星号的号码与在册信息不符，请填写完整号码")
            return kept
        digest = vault.keyed_hash(text)
        return kept if kept and kept.digest == digest else Secret(digest, vault.encrypt(text))

    kept_status = present.status if present else StaffStatus.ACTIVE
    return Person(
        staff_no=entry.staff_no,
        name=entry.name,
        status=entry.status or kept_status,
        phone=secret(PHONE, entry.phone, present.phone if present else None, identity_policies.mask_phone),
        id_no=secret(ID_NO, entry.id_no, present.id_no if present else None, identity_policies.mask_id_no),
        card_no=entry.card_no or (present.card_no if present else None),
        posts=_posts(entry, present),
    )


def _posts(entry: Entry, present: Person | None) -> frozenset[Post]:
    held = {post.path: post for post in present.posts} if present else {}
    kept = held.get(entry.path)
    title = entry.title if entry.title is not None else (kept.title if kept else "")
    if entry.others is None:
        others = {post for post in held.values() if not post.is_primary and post.path != entry.path}
    else:
        others = {Post(path, other_title, is_primary=False) for path, other_title in entry.others}
    return frozenset({Post(entry.path, title, is_primary=True), *others})


def _find_taken_cards(
    entries: list[Entry], standing: Mapping[str, tuple[int, Person]], problems: Problems
) -> None:
    """A card that somebody keeps cannot be given to another; two lines that give the same one are known."""
    given = {entry.staff_no for entry in entries if entry.card_no}
    keepers = {
        person.card_no: number
        for number, (_, person) in standing.items()
        if number not in given and person.card_no
    }
    for entry in entries:
        keeper = keepers.get(entry.card_no) if entry.card_no else None
        if keeper is not None:
            problems.add(entry.row, CARD_NO, f"该饭卡号已登记在工号 {keeper} 名下")


def _new_paths(entries: list[Entry], tree: DepartmentTree, problems: Problems | None) -> list[str]:
    """The paths that the tree lacks, from the top down; faults instead, if none may be made."""
    lacking: dict[str, None] = {}
    for entry in entries:
        columns = [(DEPARTMENT, entry.path), *((OTHER_DEPARTMENT, path) for path, _ in entry.others or ())]
        for column, path in columns:
            if tree.find(path) is not None:
                continue
            if problems is not None:
                problems.add(entry.row, column, "部门不存在")
            names = path.split(SEPARATOR)
            for depth in range(1, len(names) + 1):
                above = SEPARATOR.join(names[:depth])
                if tree.find(above) is None:
                    lacking[above] = None
    return sorted(lacking, key=lambda path: path.count(SEPARATOR))
