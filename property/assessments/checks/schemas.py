"""Wire shapes of checks."""

from backend.media.schemas import PhotoLinksOut
from backend.scoresheets.schemas import ItemMarkIn, ItemMarkOut, ScoreItemOut
from backend.wire import Choice, Date, Id, In, Instant, Many, Out, PageQuery, Part, Str, Tenths
from property.assessments.models import TEXT_LENGTH, CheckState
from property.assessments.policies import MOST_PHOTOS


class ContractorChecksQuery(PageQuery):
    """Which checks; by the day of the check, both days included."""

    contract_id = Id()
    contractor_id = Id()
    state = Choice(CheckState)
    from_on = Date()
    until_on = Date()


class ContractorCheckIn(In):
    """Whom to check by which sheet, on which day."""

    contract_id = Id(required=True)
    sheet_code = Str(required=True, min_length=1, max_length=40)
    checked_on = Date(required=True)
    place = Str(load_default="", max_length=100)
    note = Str(load_default="", max_length=TEXT_LENGTH)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class ContractorCheckMarksIn(In):
    """What items are given."""

    marks = Many(Part(ItemMarkIn), required=True, minimum=1, maximum=200)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class ContractorCheckVoidIn(In):
    """Why it does not count."""

    reason = Str(required=True, min_length=1, max_length=TEXT_LENGTH)


class ContractorCheckRowOut(Out):
    """A check in a list."""

    id = Id()
    contract_id = Id()
    contractor_id = Id()
    contractor_name = Str()
    sheet_code = Str()
    sheet_title = Str()
    checked_on = Date()
    place = Str()
    state = Choice(CheckState)
    state_name = Str()
    opened_by_name = Str()
    closed_at = Instant(allow_none=True)
    total = Tenths(allow_none=True)
    full = Tenths()
    grade = Str()


class ContractorCheckLineOut(Out):
    """An item with what it was given."""

    item = Part(ScoreItemOut)
    mark = Part(ItemMarkOut, allow_none=True)


class ContractorCheckOut(ContractorCheckRowOut):
    """All of a check; `can` is among score, close, void."""

    note = Str()
    void_reason = Str()
    sheet_version_id = Id()
    lines = Many(Part(ContractorCheckLineOut), maximum=200)
    unscored = Many(Str(), maximum=200)
    photos = Many(Part(PhotoLinksOut))
    can = Many(Str())
