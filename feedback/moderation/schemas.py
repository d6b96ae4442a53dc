"""Wire shapes of moderation."""

from enum import StrEnum

from backend.media.schemas import PhotoLinksOut
from backend.wire import Bool, Choice, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from feedback.moderation.models import (
    LONGEST_NOTE,
    LONGEST_REASON,
    LONGEST_WORD,
    Severity,
    SubmissionState,
)


class Verdict(StrEnum):
    """What a person decides."""

    PASS = "pass"  # noqa: S105 # A verdict.
    REFUSE = "refuse"


class ModerationQuery(PageQuery):
    """Which submissions: by default those that wait for a person."""

    state = Choice(SubmissionState, load_default=SubmissionState.MANUAL)
    subject_kind = Str(max_length=20)


class ModerationDecisionIn(In):
    """A decision on what was seen at `revision`; a refusal says why."""

    verdict = Choice(Verdict, required=True)
    reason = Str(max_length=LONGEST_REASON, load_default="")
    revision = Int(required=True, minimum=0)


class ModerationCheckOut(Out):
    """One text or photo before one provider."""

    id = Id()
    provider = Str()
    provider_name = Str()
    content = Str()
    photo_id = Id(allow_none=True)
    photo = Part(PhotoLinksOut, allow_none=True)
    state = Str()
    state_name = Str()
    label = Str()
    label_name = Str()
    failure = Str()
    failure_name = Str()
    ruling = Str()
    asked_at = Instant(allow_none=True)
    answered_at = Instant(allow_none=True)


class ModerationSubmissionOut(Out):
    """What one subject wants shown, and how it stands."""

    id = Id()
    subject_kind = Str()
    subject_id = Id()
    state = Str()
    state_name = Str()
    revision = Int()
    submitted_at = Instant()
    decided_at = Instant(allow_none=True)
    decided_by_name = Str()
    reason = Str()
    checks = Many(Part(ModerationCheckOut))


class WordsQuery(PageQuery):
    """Which words of the list."""

    q = Str(max_length=LONGEST_WORD)
    severity = Choice(Severity)


class WordIn(In):
    """A word for the list."""

    word = Str(required=True, min_length=1, max_length=LONGEST_WORD)
    severity = Choice(Severity, required=True)
    note = Str(max_length=LONGEST_NOTE, load_default="")


class WordOut(Out):
    """A word of the list."""

    id = Id()
    word = Str()
    severity = Str()
    severity_name = Str()
    note = Str()


class WordsIn(In):
    """Words, one a line: word, severity (复核 or 禁用) and note, separated by tabs or commas."""

    text = Str(required=True, min_length=1, max_length=300_000)
    removes_others = Bool(load_default=False)


class WordsImportedOut(Out):
    """What an import changed."""

    added = Int()
    changed = Int()
    removed = Int()
    unchanged = Int()
    version = Int()
