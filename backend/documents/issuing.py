"""Bulletins: drafted, numbered within a year, frozen when they are published, and printed once.

A slice brings its tables, whose columns are named alike: `version`, `corrects_id`, `correction_reason`,
`issue_year`, `issue`, `state`, `revision`, the texts, `figures`, and who did what when. Its migration makes
what is published unchangeable. Whether the actor may, is the slice's business.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import func, select, text

from backend import clock
from backend.actor import Actor
from backend.db import Base, aside, db, table, unit
from backend.statements import insert_or_nothing

B = TypeVar("B", bound=Base)

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
_TEXTS: Final = ("introduction", "problems", "requirements")


def hold(model: type[Base]) -> None:
    """Let nobody else begin or publish one until the unit ends: numbers and versions have no gaps.

    Reading goes on, and so does the work on drafts: who holds a draft's row and goes on to write it must not
    wait for who comes here first and for the row then. On SQLite a unit is alone anyway.
    """
    connection = unit()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {table(model).name} IN SHARE UPDATE EXCLUSIVE MODE"))


def locked(model: type[B], bulletin_id: int) -> B | None:
    """The bulletin, locked until the unit ends; None if there is none."""
    unit()
    return db.session.scalars(
        select(model)
        .where(table(model).c.id == bulletin_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def add_draft(
    model: type[B],
    actor: Actor,
    *,
    first_day: date,
    last_day: date,
    figures: Any,
    at: datetime,
    corrects: Any = None,
    reason: str = "",
    **more: Any,
) -> B:
    """A new draft; one that corrects another takes over its texts and, at publication, its number."""
    unit()
    draft = model(
        first_day=first_day,
        last_day=last_day,
        version=corrects.version + 1 if corrects else 1,
        corrects_id=corrects.id if corrects else None,
        correction_reason=reason,
        state=DRAFT,
        figures=figures,
        figures_at=at,
        drafted_at=at,
        drafted_by=actor.staff_id,
        drafted_by_name=actor.name,
        **{name: getattr(corrects, name) if corrects else "" for name in _TEXTS},
        **more,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def publish(bulletin: Any, actor: Actor, *, at: datetime, year: int, hash_of: Callable[[Any], str]) -> None:
    """Give it its number and its hash; from the flush on it never changes. `hold` comes first."""
    model = type(bulletin)
    if bulletin.corrects_id is not None:
        corrected: Any = db.session.get_one(model, bulletin.corrects_id)
        bulletin.issue_year, bulletin.issue = corrected.issue_year, corrected.issue
    else:
        of_year = select(func.max(model.issue)).where(model.issue_year == year)
        bulletin.issue_year, bulletin.issue = year, (db.session.scalar(of_year) or 0) + 1
    bulletin.state = PUBLISHED
    bulletin.published_at = at
    bulletin.published_by, bulletin.published_by_name = actor.staff_id, actor.name
    bulletin.revision += 1
    bulletin.content_hash = hash_of(bulletin)
    db.session.flush()


def issue_no(bulletin: Any) -> str:
    """`〔2026〕第4期`; a correction says which version; empty before publication."""
    if bulletin.issue is None:
        return ""
    again = f"（第{bulletin.version}版）" if bulletin.version > 1 else ""
    return f"〔{bulletin.issue_year}〕第{bulletin.issue}期{again}"


def content_hash(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the content as JSON with sorted keys; anybody can compute it again."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Prints:
    """The documents of published bulletins as they were first printed; `keys` tell those of one apart."""

    def __init__(self, model: type[Base], *keys: str) -> None:
        self._table = table(model)
        self._keys = keys
        columns = ("bulletin_id", *keys, "content", "sha256", "printed_at")
        self._insert = insert_or_nothing(self._table, columns, returning="bulletin_id")

    def keep(self, bulletin_id: int, content: bytes, *, at: datetime, **key: str) -> bool:
        """Keep what was printed first; False if somebody else had printed it before."""
        row = {
            "bulletin_id": bulletin_id,
            **{name: key[name] for name in self._keys},
            "content": content,
            "sha256": hashlib.sha256(content).hexdigest(),
            "printed_at": at,
        }
        return self._insert.row(unit(), row) is not None

    def once(self, bulletin_id: int, render: Callable[[], bytes], **key: str) -> bytes:
        """The document as it was first printed; where nobody has, what `render` makes is kept.

        Everybody gets the same bytes. Not within a unit of work.
        """
        kept = self.kept(bulletin_id, **key)
        if kept is None:
            aside(self.keep)(bulletin_id, render(), at=clock.now(), **key)
            kept = self.kept(bulletin_id, **key)
        if kept is None:
            raise RuntimeError("a document that was kept is gone")
        return kept

    def kept(self, bulletin_id: int, **key: str) -> bytes | None:
        """A document as it was first printed."""
        columns = self._table.c
        return db.session.scalar(
            select(columns.content).where(
                columns.bulletin_id == bulletin_id, *(columns[name] == key[name] for name in self._keys)
            )
        )
