"""Rules of an import: from lines to what is to be written, or to what is wrong. Pure functions."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from backend.errors import AppError
from backend.identity import policies as identity_policies
from backend.identity.departments import MAX_DEPTH, SEPARATOR, WIDE_SEPARATOR, DepartmentTree
from backend.identity.models import StaffStatus
from backend.identity.roster import policies as roster_policies
from backend.identity.sheets.parsing import (
    CARD_NO,
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

STATUSES: Final = {
    "在职": StaffStatus.ACTIVE,
    "停用": StaffStatus.SUSPENDED,
    "离职": StaffStatus.LEFT,
}
MAX_PROBLEMS: Final = 200
_LENGTHS: Final = {NAME: 50, CARD_NO: 32, TITLE: 50, OTHER_TITLE: 50}
_DEPARTMENT_LENGTH: Final = 80
_MASK: Final = "*"
_LOST_DIGITS: Final = "长数字已被 Excel 截断，请将该列设为文本格式后重新填写"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, by row number and column name."""

    row: int
    column: str
    msg: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post by the path of its department."""

    path: str
    title: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line says of one member of staff. None is what it leaves as it is."""

    row: int
    staff_no: str
    name: str
    phone: str | None
    id_no: str | None
    card_no: str | None
    status: StaffStatus | None
    primary: Post
    other: Post | None
    has_title: bool
    has_other: bool
    has_other_title: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the roster as it stands. The posts are by path; phone and ID as keyed hashes."""

    id: int
    staff_no: str
    name: str
    status: StaffStatus
    phone_hash: bytes | None
    phone_cipher: bytes | None = field(repr=False)
    id_no_hash: bytes | None
    id_no_cipher: bytes | None = field(repr=False)
    card_no: str | None
    posts: tuple[Post, ...]

    @property
    def primary(self) -> Post | None:
        """The primary post."""
        return next((post for post in self.posts if post.is_primary), None)


@dataclass(frozen=True, slots=True)
class Vault:
    """What the rules need of the vault: the keyed hash, and the reverse of the encryption."""

    keyed_hash: Callable[[str], bytes]
    decrypt: Callable[[bytes], str]
