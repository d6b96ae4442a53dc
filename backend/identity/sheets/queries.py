"""Reads for import and export."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.identity.departments import DepartmentTree
from backend.identity.models import Posting, Staff, StaffStatus
from backend.identity.queries import PostingView, department_tree, masked_id_no, masked_phone, posting_views
from backend.identity.roster.queries import staff_matching
from backend.identity.sheets.plans import Person, Post, Secret


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A row of the roster as it is exported: phone and ID masked, the card in the clear."""

    staff_no: str
    name: str
    phone: str
    id_no: str
    card_no: str
    status: StaffStatus
    postings: list[PostingView]


def standing_roster(tree: DepartmentTree) -> dict[str, tuple[int, Person]]:
    """The whole roster by staff number, in two statements: any card may be anybody's."""
    posts: dict[int, set[Post]] = defaultdict(set)
    for staff_id, department_id, title, is_primary in db.session.execute(
        select(Posting.staff_id, Posting.department_id, Posting.title, Posting.is_primary)
    ):
        posts[staff_id].add(Post(tree.path(department_id), title, is_primary))
    rows = db.session.execute(
        select(
            Staff.id,
            Staff.staff_no,
            Staff.name,
            Staff.status,
            Staff.phone_hash,
            Staff.phone_cipher,
            Staff.id_no_hash,
            Staff.id_no_cipher,
            Staff.card_no,
        )
    )
    return {
        row.staff_no: (
            row.id,
            Person(
                staff_no=row.staff_no,
                name=row.name,
                status=StaffStatus(row.status),
                phone=_secret(row.phone_hash, row.phone_cipher),
                id_no=_secret(row.id_no_hash, row.id_no_cipher),
                card_no=row.card_no,
                posts=frozenset(posts[row.id]),
            ),
        )
        for row in rows
    }


def export_rows(actor: Actor, **filters: Any) -> list[ExportRow]:
    """The roster by staff number, as `filters` of `staff_matching` name it. Raises Forbidden."""
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    tree = department_tree()
    rows = db.session.scalars(staff_matching(tree, **filters).order_by(Staff.staff_no))
    return [
        ExportRow(
            staff_no=staff.staff_no,
            name=staff.name,
            phone=masked_phone(staff) or "",
            id_no=masked_id_no(staff) or "",
            card_no=staff.card_no or "",
            status=StaffStatus(staff.status),
            postings=posting_views(staff.postings, tree),
        )
        for staff in rows
    ]


def _secret(digest: bytes | None, cipher: bytes | None) -> Secret | None:
    return Secret(digest, cipher) if digest is not None and cipher is not None else None
