"""Wire shapes of what is done with a report after its submission."""

from backend.ratings.models import LONGEST_TEXT
from backend.ratings.schemas import DimensionOut, RatingOut, scores_of
from backend.wire import Bool, Choice, Id, In, Instant, Int, Many, Out, Part, Str
from feedback.reports.models import Outcome
from feedback.reports.policies import MOST_PHOTOS
from feedback.reports.ratings import HANDLING

_TEXT = 500
_REPLY = 2000
_MOST_MERGED = 20

ReportScores = scores_of(HANDLING)


class ReportRemarkIn(In):
    """A remark, if one likes."""

    text = Str(load_default="", max_length=_TEXT)


class ReportReasonIn(In):
    """Why."""

    text = Str(required=True, min_length=1, max_length=_TEXT)


class ReportAssignIn(ReportRemarkIn):
    """To which office."""

    office_id = Id(required=True)


class ReportDuplicateIn(In):
    """Which report it is the same as."""

    master_id = Id(required=True)


class ReportMergeIn(ReportDuplicateIn):
    """Which reports follow which."""

    report_ids = Many(Id(), required=True, minimum=1, maximum=_MOST_MERGED)


class ReportMergedOut(Out):
    """How many reports follow the master now."""

    master_id = Id()
    number = Str()
    merged = Int()


class ReportReplyIn(In):
    """The answer, which who reported it reads."""

    text = Str(required=True, min_length=1, max_length=_REPLY)
    photo_ids = Many(Id(), load_default=list, maximum=MOST_PHOTOS)


class ReportNoteIn(ReportReplyIn):
    """What is done; who reported it reads it if it is public."""

    is_public = Bool(load_default=False)


class ReportReopenIn(In):
    """What is still wrong."""

    text = Str(required=True, min_length=1, max_length=_TEXT)
    photo_ids = Many(Id(), load_default=list, maximum=MOST_PHOTOS)


class ReportRateIn(In):
    """Whether it is resolved, and how it was handled; what is not resolved says what is missing."""

    outcome = Choice(Outcome, required=True)
    scores = Part(ReportScores, required=True)
    text = Str(load_default="", max_length=LONGEST_TEXT)
    is_wall_consented = Bool(load_default=None, allow_none=True)
    is_reopening = Bool(load_default=True)


class OwnReportRatingOut(RatingOut):
    """One's own rating of how a report was handled."""

    scores = Part(ReportScores)


class ReportRatingOut(Out):
    """Whether one's own report can be rated or reopened now, until when, in what, and how it was."""

    can_rate = Bool()
    can_reopen = Bool()
    closes_at = Instant(allow_none=True)
    reopens_until = Instant(allow_none=True)
    dimensions = Many(Part(DimensionOut))
    rating = Part(OwnReportRatingOut, allow_none=True)
    outcome = Str()
