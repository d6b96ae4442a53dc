"""Wire shapes of the monthly bulletins. Their figures are told as they are kept."""

from backend.wire import Choice, Date, Id, In, Instant, Int, Json, Many, Month, Out, Query, Str
from feedback.reviews.models import OPINION_LENGTH, REASON_LENGTH, ReviewState

# So much of each text that a bulletin stays on two pages.
_LONGEST_INTRODUCTION, _LONGEST_TEXT = 200, 300


class ReviewDraftIn(In):
    """Of which month: its first day."""

    first_day = Date(required=True)


class ReviewMonthQuery(Query):
    """Of which month."""

    month = Month(required=True)


class ReviewTextsIn(In):
    """The texts, and the revision that was read."""

    revision = Int(required=True, minimum=1)
    introduction = Str(load_default="", max_length=_LONGEST_INTRODUCTION)
    problems = Str(load_default="", max_length=_LONGEST_TEXT)
    requirements = Str(load_default="", max_length=_LONGEST_TEXT)


class ReviewRevisionIn(In):
    """The revision that was read."""

    revision = Int(required=True, minimum=1)


class ReviewOpinionIn(In):
    """Why it goes back."""

    opinion = Str(required=True, min_length=1, max_length=OPINION_LENGTH)


class ReviewCorrectionIn(In):
    """Why a published bulletin is corrected."""

    reason = Str(required=True, min_length=1, max_length=REASON_LENGTH)


class ReviewRowOut(Out):
    """A bulletin in a list."""

    id = Id(attribute="review.id")
    first_day = Date(attribute="review.first_day")
    last_day = Date(attribute="review.last_day")
    period_name = Str()
    version = Int(attribute="review.version")
    title = Str()
    issue_no = Str()
    state = Choice(ReviewState)
    state_name = Str()
    drafted_by_name = Str(attribute="review.drafted_by_name")
    published_at = Instant(attribute="review.published_at", allow_none=True)


class ReviewOut(ReviewRowOut):
    """All of a bulletin; `can` is among edit, refresh, submit, discard, return, publish, correct."""

    revision = Int(attribute="review.revision")
    correction_reason = Str(attribute="review.correction_reason")
    introduction = Str(attribute="review.introduction")
    problems = Str(attribute="review.problems")
    requirements = Str(attribute="review.requirements")
    figures = Json()
    figures_at = Instant(attribute="review.figures_at")
    drafted_at = Instant(attribute="review.drafted_at")
    submitted_at = Instant(attribute="review.submitted_at", allow_none=True)
    submitted_by_name = Str(attribute="review.submitted_by_name")
    opinion = Str(attribute="review.opinion")
    published_by_name = Str(attribute="review.published_by_name")
    content_hash = Str(attribute="review.content_hash", allow_none=True)
    can = Many(Str())


class OverviewOut(Out):
    """The figures of a month as they stand now."""

    first_day = Date()
    last_day = Date()
    taken_at = Instant()
    figures = Json()
