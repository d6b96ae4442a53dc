"""Writes of the word list, within an open unit of work: every change makes a new version of the list."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, table, unit
from backend.errors import Unavailable
from feedback.moderation import policies, queries
from feedback.moderation.errors import TooManyWords, WordExists, WordNotFound
from feedback.moderation.models import Severity, Word, WordListVersion
from feedback.moderation.policies import Entry

_WORDS, _VERSIONS = table(Word), table(WordListVersion)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed, and the version of the list that it made."""

    added: int
    changed: int
    removed: int
    unchanged: int
    version: int


def add(actor: Actor, entry: Entry) -> Word:
    """Add a word. Raises WordExists or TooManyWords."""
    version = _begin(actor)
    live = {row.normalised: row for row in queries.live_words()}
    if entry.normalised in live:
        raise WordExists(word=live[entry.normalised].word)
    _ensure_room(len(live) + 1)
    row = _insert(entry, version)
    record(actor, "feedback.word_added", "word_list", version, word=entry.word, severity=entry.severity.value)
    return row


def change(actor: Actor, word_id: int, entry: Entry) -> Word:
    """Put another word, severity or note in the place of one. Raises WordNotFound or WordExists."""
    version = _begin(actor)
    live = queries.live_words()
    if all(row.id != word_id for row in live):
        raise WordNotFound
    twin = next((row for row in live if row.normalised == entry.normalised and row.id != word_id), None)
    if twin is not None:
        raise WordExists(word=twin.word)
    _end([word_id], version)
    row = _insert(entry, version)
    severity = entry.severity.value
    record(actor, "feedback.word_changed", "word_list", version, word=entry.word, severity=severity)
    return row


def remove(actor: Actor, word_id: int) -> None:
    """Take a word off the list. Raises WordNotFound."""
    version = _begin(actor)
    removed = next((row for row in queries.live_words() if row.id == word_id), None)
    if removed is None:
        raise WordNotFound
    _end([word_id], version)
    record(actor, "feedback.word_removed", "word_list", version, word=removed.word)


def import_words(actor: Actor, entries: Sequence[Entry], *, removes_others: bool) -> Imported:
    """Add and change words by their normal forms, all in one version. Raises TooManyWords."""
    version = _begin(actor)
    live = {row.normalised: row for row in queries.live_words()}
    given = {entry.normalised: entry for entry in entries}
    added = [entry for key, entry in given.items() if key not in live]
    changed = [entry for key, entry in given.items() if key in live and not _is_same(live[key], entry)]
    gone = [row for key, row in live.items() if key not in given] if removes_others else []
    _ensure_room(len(live) + len(added) - len(gone))
    _end([row.id for row in gone] + [live[entry.normalised].id for entry in changed], version)
    for entry in (*added, *changed):
        _insert(entry, version)
    unchanged = len(given) - len(added) - len(changed)
    found = Imported(len(added), len(changed), len(gone), unchanged, version)
    record(
        actor,
        "feedback.words_imported",
        "word_list",
        version,
        added=found.added,
        changed=found.changed,
        removed=found.removed,
    )
    return found


def _begin(actor: Actor) -> int:
    """The next version of the list. Raises Unavailable if somebody else makes it at this moment."""
    version = (db.session.scalar(select(_VERSIONS.c.version).order_by(_VERSIONS.c.version.desc())) or 0) + 1
    made_by = {"changed_by": actor.staff_id, "changed_by_name": actor.name}
    try:
        unit().execute(insert(_VERSIONS).values(version=version, changed_at=clock.now(), **made_by))
    except IntegrityError as error:
        raise Unavailable from error
    return version


def _insert(entry: Entry, version: int) -> Word:
    row = Word(
        word=entry.word,
        normalised=entry.normalised,
        severity=entry.severity.value,
        note=entry.note,
        from_version=version,
    )
    db.session.add(row)
    db.session.flush()  # The answer names it.
    return row


def _end(word_ids: Sequence[int], version: int) -> None:
    if word_ids:
        unit().execute(update(_WORDS).where(_WORDS.c.id.in_(word_ids)).values(until_version=version))


def _is_same(row: Word, entry: Entry) -> bool:
    return (row.word, Severity(row.severity), row.note) == (entry.word, entry.severity, entry.note)


def _ensure_room(count: int) -> None:
    if count > policies.MOST_WORDS:
        raise TooManyWords(limit=policies.MOST_WORDS)
