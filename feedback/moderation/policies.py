"""Rules of moderation: pure functions.

Sources: domain facts on WeChat §3 (developers.weixin.qq.com: security.msgSecCheck, mediaCheckAsync): texts of
at most 2500 characters; a photo's verdict is pushed within 30 minutes; the author was in the mini-program
within two hours (61010 otherwise).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from feedback.moderation.errors import WordEmpty, WordListBroken
from feedback.moderation.models import (
    LONGEST_NOTE,
    LONGEST_WORD,
    CheckState,
    Reason,
    Severity,
    SubmissionState,
)

# What one call of WeChat's text check takes.
LONGEST_TEXT: Final = 2500
ACTIVE_WITHIN: Final = timedelta(hours=2)
# After so long without an answer a person looks.
ANSWERED_WITHIN: Final = timedelta(minutes=30)
MOST_ATTEMPTS: Final = 3
# Longer than one call with all its attempts.
LEASE: Final = timedelta(minutes=2)
# A verdict may be here before the number of its check is written down.
TRACE_WRITTEN_WITHIN: Final = timedelta(minutes=5)
MOST_WORDS: Final = 5000

SEVERITY_NAMES: Final = {Severity.REVIEW: "复核", Severity.REFUSE: "禁用"}
_SEVERITIES: Final = {
    **{severity.value: severity for severity in Severity},
    **{name: severity for severity, name in SEVERITY_NAMES.items()},
}

# What separates letters without being one: spaces, controls, and what has no width.
_INVISIBLE: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
# Shown as nothing although they count as letters or marks: Hangul fillers, variation selectors.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u034f\u2800")


@dataclass(frozen=True, slots=True)
class ListedWord:
    """A word of the list in its normal form."""

    word: str
    normalised: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """A word as somebody puts it on the list."""

    word: str
    normalised: str
    severity: Severity
    note: str


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A word of the list in a text; it stands at [start, end) of the text as it was written."""

    word: str
    severity: Severity
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """How one question to a provider ended. `state` is waiting while a photo's verdict is to come.

    `is_again`: nothing is known yet, ask again in a while.
    """

    state: CheckState
    label: str = ""
    failure: Reason | None = None
    trace_id: str = ""
    is_again: bool = False


def failed(failure: Reason) -> Answer:
    """It cannot be checked: a person looks."""
    return Answer(CheckState.FAILED, failure=failure)


def not_answered(attempts: int) -> Answer:
    """The provider is down, after so many attempts before this one: ask again, or let a person look."""
    if attempts + 1 >= MOST_ATTEMPTS:
        return failed(Reason.PROVIDER_DOWN)
    return Answer(CheckState.WAITING, is_again=True)


def normalise(text: str) -> str:
    """How texts and words are compared: NFKC, without case, without spaces and what has no width."""
    return "".join(letter for letter, _ in _letters(text))


def entry_of(word: str, severity: Severity, note: str = "") -> Entry:
    """A word for the list. Raises WordEmpty if nothing of it is left in its normal form."""
    word = word.strip()
    normalised = normalise(word)
    if not normalised:
        raise WordEmpty
    return Entry(word, normalised, severity, note.strip())


def read_lines(text: str) -> list[Entry]:
    """The words of a text, one a line: word, severity (复核 or 禁用, the first if left out) and note.

    They are separated by tabs or, in a line without a tab, by commas; blank lines and those that begin
    with # are passed over, and of a word that comes twice the last line counts. Raises WordListBroken.
    """
    entries: dict[str, Entry] = {}
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t") if "\t" in line else re.split("[,，]", line)
        try:
            entry = _read_cells([cell.strip() for cell in cells])
        except (WordEmpty, ValueError) as error:
            problems.append((number, error.msg if isinstance(error, WordEmpty) else str(error)))
        else:
            entries[entry.normalised] = entry
    if problems:
        (first, problem), lines = problems[0], [number for number, _ in problems[:100]]
        raise WordListBroken(count=len(problems), first=first, problem=problem, lines=lines)
    return list(entries.values())


def find_words(text: str, words: Collection[ListedWord]) -> list[FoundWord]:
    """The words of the list in a text, from left to right; where several begin, the longest one.

    What was found covers its letters: no other word is looked for within it.
    """
    letters = _letters(text)
    normal = "".join(letter for letter, _ in letters)
    by_first: dict[str, list[ListedWord]] = defaultdict(list)
    for word in words:
        if word.normalised:
            by_first[word.normalised[0]].append(word)
    for beginning in by_first.values():
        beginning.sort(key=lambda word: -len(word.normalised))
    found, at = [], 0
    while at < len(normal):
        hit = next(
            (word for word in by_first.get(normal[at], ()) if normal.startswith(word.normalised, at)), None
        )
        if hit is None:
            at += 1
            continue
        until = at + len(hit.normalised)
        found.append(FoundWord(hit.word, hit.severity, letters[at][1], letters[until - 1][1] + 1))
        at = until
    return found


def judge_words(found: Sequence[FoundWord]) -> tuple[CheckState, str]:
    """What the list says of a text, and which words it found. Even the worst word only asks for a person."""
    if not found:
        return CheckState.PASSED, ""
    is_refused = any(each.severity is Severity.REFUSE for each in found)
    names = "、".join(dict.fromkeys(each.word for each in found))
    return CheckState.RISKY if is_refused else CheckState.REVIEW, names[:200]


def parts_of(text: str) -> list[str]:
    """The text in pieces that WeChat takes; none of a blank one."""
    if not text.strip():
        return []
    return [text[at : at + LONGEST_TEXT] for at in range(0, len(text), LONGEST_TEXT)]


def state_of(checks: Iterable[tuple[str, str]]) -> SubmissionState:
    """How a submission stands, by the (state, ruling) of its checks: a person's ruling outranks the state.

    Nothing to check is nothing that anybody found clean: a person looks.
    """
    standings = [ruling or state for state, ruling in checks]
    if SubmissionState.REFUSED in standings:
        return SubmissionState.REFUSED
    if not standings or any(
        each in (CheckState.REVIEW, CheckState.RISKY, CheckState.FAILED) for each in standings
    ):
        return SubmissionState.MANUAL
    if CheckState.WAITING in standings:
        return SubmissionState.WAITING
    return SubmissionState.PASSED


def was_active(submitted_at: datetime, seen_at: datetime | None, now: datetime) -> bool:
    """Whether WeChat may still count the author as active: they submitted it, or were seen, lately."""
    latest = max(submitted_at, seen_at) if seen_at is not None else submitted_at
    return now - latest < ACTIVE_WITHIN


def _read_cells(cells: Sequence[str]) -> Entry:
    word, severity, note, *more = (*cells, "", "")
    if any(more):
        raise ValueError("列数过多")
    if severity and severity not in _SEVERITIES:
        raise ValueError("级别应为「复核」或「禁用」")
    if len(word) > LONGEST_WORD or len(note) > LONGEST_NOTE:
        raise ValueError(f"词条最多 {LONGEST_WORD} 个字，备注最多 {LONGEST_NOTE} 个字")
    return entry_of(word, _SEVERITIES.get(severity, Severity.REVIEW), note)


def _letters(text: str) -> list[tuple[str, int]]:
    """The letters of the normal form, each with the place in the text that it came from."""
    found = []
    at = 0
    while at < len(text):
        until = at + 1
        # A letter and the marks above it are one: together they may have a form of their own.
        while until < len(text) and unicodedata.combining(text[until]):
            until += 1
        for letter in unicodedata.normalize("NFKC", text[at:until]).casefold():
            if unicodedata.category(letter) not in _INVISIBLE and not _is_blank(letter):
                found.append((letter, at))
        at = until
    return found


def _is_blank(letter: str) -> bool:
    return letter in _BLANK or "\ufe00" <= letter <= "\ufe0f"
