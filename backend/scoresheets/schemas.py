"""Wire shapes of score sheets. Points are numbers of at most one decimal."""

from typing import Any

from backend.scoresheets import policies
from backend.scoresheets.models import REASON_LENGTH, REMARK_LENGTH, EvidenceKind, Inapplicable, VersionState
from backend.scoresheets.policies import Content, Grade, Item, Loss, Mark, Reason
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, Part, Str, Tenths

_MOST_POINTS = policies.MOST_TENTHS // 10


class ScoreReasonIn(In):
    """A usual reason for losing points, and how many it usually costs."""

    text = Str(required=True, min_length=1, max_length=REASON_LENGTH)
    points = Tenths(maximum=_MOST_POINTS, load_default=None, allow_none=True)


class ScoreItemIn(In):
    """An item."""

    number = Str(required=True, min_length=1, max_length=10)
    level1 = Str(required=True, min_length=1, max_length=60)
    level2 = Str(required=True, min_length=1, max_length=100)
    level3 = Str(max_length=300, load_default="")
    points = Tenths(required=True, maximum=_MOST_POINTS)
    scoring = Str(required=True, min_length=1, max_length=2000)
    evidence = Choice(EvidenceKind, required=True)
    metric_key = Str(max_length=60, load_default="")
    may_be_inapplicable = Bool(load_default=False)
    reasons = Many(Part(ScoreReasonIn), maximum=policies.MOST_REASONS, load_default=list)


class ScoreGradeIn(In):
    """A grade, from so many points on."""

    title = Str(required=True, min_length=1, max_length=20)
    from_points = Tenths(required=True, maximum=_MOST_POINTS)
    is_failing = Bool(load_default=False)


class ScoreSheetIn(In):
    """Everything that a version of a sheet says."""

    code = Str(required=True, min_length=1, max_length=40)
    title = Str(required=True, min_length=1, max_length=100)
    region = Str(max_length=50, load_default="")
    year = Int(required=True, minimum=2000, maximum=2999)
    source = Str(max_length=2000, load_default="")
    inapplicable = Choice(Inapplicable, required=True)
    note = Str(max_length=2000, load_default="")
    items = Many(Part(ScoreItemIn), maximum=policies.MOST_ITEMS, load_default=list)
    grades = Many(Part(ScoreGradeIn), maximum=policies.MOST_GRADES, load_default=list)


class ScoreSheetPublishIn(In):
    """From which day on a version counts."""

    valid_from = Date(required=True)


class ItemLossIn(In):
    """Why points were lost: a reason of the catalogue, or free text."""

    reason_id = Id(load_default=None, allow_none=True)
    text = Str(max_length=REASON_LENGTH, load_default="")


class ItemScoreIn(In):
    """What an item is given: a score, or that it does not apply."""

    score = Tenths(maximum=_MOST_POINTS, load_default=None, allow_none=True)
    is_inapplicable = Bool(load_default=False)
    remark = Str(max_length=REMARK_LENGTH, load_default="")
    losses = Many(Part(ItemLossIn), maximum=policies.MOST_REASONS, load_default=list)


class ItemMarkIn(ItemScoreIn):
    """And which item."""

    item_id = Id(required=True)


class ScoreReasonOut(Out):
    """A reason of the catalogue."""

    id = Id()
    text = Str()
    points = Tenths(allow_none=True)


class ScoreItemOut(Out):
    """An item of a version."""

    id = Id()
    number = Str()
    level1 = Str()
    level2 = Str()
    level3 = Str()
    points = Tenths()
    scoring = Str()
    evidence = Choice(EvidenceKind)
    metric_key = Str()
    may_be_inapplicable = Bool()
    reasons = Many(Part(ScoreReasonOut))


class ScoreGradeOut(Out):
    """A grade."""

    title = Str()
    from_points = Tenths()
    is_failing = Bool()


class ScoreSheetVersionHeadOut(Out):
    """A version in a list."""

    id = Id()
    number = Int()
    title = Str()
    region = Str()
    year = Int()
    state = Choice(VersionState)
    valid_from = Date(allow_none=True)
    full = Tenths()
    changed_at = Instant()
    changed_by_name = Str()


class ScoreSheetOut(Out):
    """A sheet with its versions, the newest first."""

    id = Id()
    code = Str()
    versions = Many(Part(ScoreSheetVersionHeadOut))


class ScoreSheetVersionOut(ScoreSheetVersionHeadOut):
    """Everything that a version says."""

    sheet_id = Id()
    code = Str()
    source = Str()
    inapplicable = Choice(Inapplicable)
    note = Str()
    items = Many(Part(ScoreItemOut))
    grades = Many(Part(ScoreGradeOut))


class ScoreSheetImportedOut(Out):
    """What became of an import."""

    sheet_id = Id()
    version_id = Id()
    number = Int()
    state = Choice(VersionState)
    is_unchanged = Bool()


class ItemLossOut(Out):
    """Why points were lost."""

    reason_id = Id(allow_none=True)
    text = Str()


class ItemMarkOut(Out):
    """What an item was given."""

    item_id = Id()
    is_inapplicable = Bool()
    score = Tenths(allow_none=True)
    remark = Str()
    losses = Many(Part(ItemLossOut))
    scored_at = Instant()
    scored_by_name = Str()


def content_of(body: dict[str, Any]) -> Content:
    """What `ScoreSheetIn` has read."""
    grades = [
        Grade(each["title"], policies.tenths(each["from_points"]), each["is_failing"])
        for each in body["grades"]
    ]
    return Content(
        **{
            name: body[name] for name in ("code", "title", "region", "year", "source", "inapplicable", "note")
        },
        items=tuple(_item(each) for each in body["items"]),
        grades=tuple(sorted(grades, key=lambda grade: -grade.from_tenths)),
    )


def mark_of(item_id: int, body: dict[str, Any]) -> Mark:
    """What is read of one item: a score, or that it does not apply, and why points were lost."""
    return Mark(
        item_id=item_id,
        score_tenths=policies.tenths(body["score"]) if body["score"] is not None else None,
        is_inapplicable=body["is_inapplicable"],
        remark=body["remark"],
        losses=tuple(Loss(**loss) for loss in body["losses"]),
    )


def marks_of(body: list[dict[str, Any]]) -> list[Mark]:
    """What a list of `ItemMarkIn` has read."""
    return [mark_of(each["item_id"], each) for each in body]


def _item(body: dict[str, Any]) -> Item:
    reasons = tuple(
        Reason(each["text"], policies.tenths(each["points"]) if each["points"] is not None else None)
        for each in body["reasons"]
    )
    rest = {name: value for name, value in body.items() if name not in ("points", "reasons")}
    return Item(**rest, points_tenths=policies.tenths(body["points"]), reasons=reasons)
