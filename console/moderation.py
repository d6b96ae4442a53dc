"""内容审核: what waits for a person before it may be shown, and the list of words that it is held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from backend.actor import Actor, Permission
from console.pages import page, pages, render
from feedback.moderation import policies, queries
from feedback.moderation.models import CheckState, Provider, Severity, SubmissionState
from feedback.moderation.policies import SEVERITY_NAMES, ListedWord
from feedback.moderation.queries import CheckView, SubmissionView
from feedback.moderation.schemas import ModerationQuery, WordsQuery
from feedback.moderation.titles import SUBMISSION_NAMES
from feedback.reports import policies as report_policies
from feedback.reports import queries as reports

blueprint = pages("console_moderation", __name__)

TRIAGE: Final = Permission.REPORTS_TRIAGE
MANAGE: Final = Permission.FEEDBACK_MANAGE
_QUEUE: Final = "/feedback/moderation"
_WORDS: Final = "/feedback/words"

STATE_TONES: Final = {
    SubmissionState.WAITING: "gray",
    SubmissionState.MANUAL: "yellow",
    SubmissionState.PASSED: "green",
    SubmissionState.REFUSED: "red",
}
CHECK_TONES: Final = {
    CheckState.WAITING: "gray",
    CheckState.PASSED: "green",
    CheckState.REVIEW: "yellow",
    CheckState.RISKY: "red",
    CheckState.FAILED: "gray",
}
SEVERITY_TONES: Final = {Severity.REVIEW: "yellow", Severity.REFUSE: "red"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `severity` of the word that it is, or None."""

    text: str
    severity: Severity | None


@dataclass(frozen=True, slots=True)
class Case:
    """A submission laid out for who decides: its texts with the words found, what was said of it, photos."""

    submission: SubmissionView
    number: str
    texts: list[list[Piece]]
    verdicts: list[CheckView]
    photos: list[CheckView]


@page(blueprint, _QUEUE, permission=TRIAGE, query=ModerationQuery)
def queue(actor: Actor, query: dict[str, Any]) -> str:
    """What stands in a state, by default what waits for a person; what was submitted first comes first."""
    found = queries.page_submissions(actor, **query)
    own = [each.subject_id for each in found.rows if each.subject_kind == report_policies.PHOTOS]
    numbers = reports.numbers(own)
    words = queries.word_list()[1]
    return render(
        "feedback/moderation.html",
        query=query,
        found=found,
        cases=[_case(each, numbers, words) for each in found.rows],
        states=SUBMISSION_NAMES,
        state_tones=STATE_TONES,
        check_tones=CHECK_TONES,
        severity_names=SEVERITY_NAMES,
        may_keep_words=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, _WORDS, permission=MANAGE, query=WordsQuery)
def list_words(actor: Actor, query: dict[str, Any]) -> str:
    """The words in force."""
    return render(
        "feedback/words.html",
        query=query,
        found=queries.page_words(actor, **query),
        severity_names=SEVERITY_NAMES,
        severity_tones=SEVERITY_TONES,
    )


@page(blueprint, f"{_WORDS}/new", permission=MANAGE, is_compound_wide=True)
def new_word(actor: Actor) -> str:
    """The form of a new word."""
    return render("feedback/word.html", word=None, severity_names=SEVERITY_NAMES)


@page(blueprint, f"{_WORDS}/<id:word_id>", permission=MANAGE, is_compound_wide=True)
def edit_word(actor: Actor, word_id: int) -> str:
    """The form of a word in force."""
    return render("feedback/word.html", word=queries.find_word(word_id), severity_names=SEVERITY_NAMES)


def pieces(text: str, words: list[ListedWord]) -> Iterator[Piece]:
    """The text in order, cut where words of the list stand in it."""
    at = 0
    for found in policies.find_words(text, words):
        if found.start > at:
            yield Piece(text[at : found.start], None)
        yield Piece(text[found.start : found.end], found.severity)
        at = found.end
    if at < len(text):
        yield Piece(text[at:], None)


def _case(submission: SubmissionView, numbers: dict[int, str], words: list[ListedWord]) -> Case:
    # The word list was given whole texts; WeChat gets the same in pieces.
    whole = [each for each in submission.checks if each.provider == Provider.WORDS]
    is_report = submission.subject_kind == report_policies.PHOTOS
    return Case(
        submission=submission,
        number=numbers.get(submission.subject_id, "") if is_report else "",
        texts=[list(pieces(each.content, words)) for each in whole],
        verdicts=[each for each in submission.checks if each.photo_id is None],
        photos=[each for each in submission.checks if each.photo_id is not None],
    )
