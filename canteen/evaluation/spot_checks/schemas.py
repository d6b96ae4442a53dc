"""Wire shapes of plans and inspections."""

from typing import Any

from marshmallow import post_load, validate

from backend.media.schemas import PhotoLinksOut
from backend.scoresheets.schemas import ItemLossOut, ItemScoreIn, ScoreReasonOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    Tenths,
)
from canteen.evaluation.spot_checks.models import REASON_LENGTH, SEED_LENGTH, TEXT_LENGTH, State
from canteen.evaluation.spot_checks.policies import LARGEST_TEAM, MOST_PHOTOS

_YEAR = {"minimum": 2000, "maximum": 2999}


class SpotCheckPlansQuery(PageQuery):
    """Of which year."""

    year = Int(**_YEAR)


class InspectorsQuery(Query):
    """For which unit."""

    unit_id = Id(load_default=None, allow_none=True)


class InspectionsQuery(PageQuery):
    """Which inspections."""

    year = Int(**_YEAR)
    state = Choice(State)
    unit_id = Id()


class OwnInspectionsQuery(PageQuery):
    """Which of one's own inspections."""

    state = Choice(State)


class Seed(Str):
    """Text without a bar, which stands between the parts of what is hashed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=SEED_LENGTH, **kwargs)
        self.validators.append(validate.ContainsNoneOf("|\n", error="不能含有竖线或换行"))


class SpotCheckNamedUnitIn(In):
    """A unit that is in anyhow, and why."""

    unit_id = Id(required=True)
    note = Str(required=True, min_length=1, max_length=REASON_LENGTH)


class SpotCheckPlanIn(In):
    """Draw the units of a year; `seen_version` is the version that one knows of, 0 for none.

    Without `seed` one is made; `seed_source` says where it is published.
    """

    year = Int(required=True, **_YEAR)
    seen_version = Int(required=True, minimum=0, maximum=1000)
    seed = Seed(load_default="")
    seed_source = Str(load_default="", max_length=REASON_LENGTH)
    reason = Str(load_default="", max_length=REASON_LENGTH)
    named = Many(Part(SpotCheckNamedUnitIn), maximum=500, load_default=list)

    @post_load
    def by_unit(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The reasons by unit."""
        return {**data, "named": {each["unit_id"]: each["note"] for each in data["named"]}}


class InspectionChangeIn(In):
    """The window, both days included, and the team; the lead is none of `member_ids`."""

    revision = Int(required=True, minimum=1)
    from_on = Date(required=True)
    until_on = Date(required=True)
    is_announced = Bool(load_default=False)
    lead_id = Id(required=True)
    member_ids = Many(Id(), required=True, minimum=1, maximum=LARGEST_TEAM - 1)
    note = Str(load_default="", max_length=REASON_LENGTH)


class InspectionIn(InspectionChangeIn):
    """A team for a unit; without `version_id` the only score sheet in force."""

    class Meta(In.Meta):
        exclude = ("revision",)

    unit_id = Id(required=True)
    year = Int(required=True, **_YEAR)
    version_id = Id(load_default=None, allow_none=True)


class InspectionItemIn(ItemScoreIn):
    """What the team gives an item; photos are as it likes, and none has to be.

    `revision` is the item's as it was seen, 0 for none.
    """

    revision = Int(required=True, minimum=0, maximum=1_000_000)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class InspectionSubmitIn(In):
    """On which day the team was there, and what it concludes."""

    visited_on = Date(required=True)
    conclusion = Str(load_default="", max_length=TEXT_LENGTH)


class InspectionTextIn(In):
    """In words, if there is anything to say."""

    text = Str(load_default="", max_length=TEXT_LENGTH)


class InspectionCancelIn(In):
    """Why."""

    reason = Str(required=True, min_length=1, max_length=REASON_LENGTH)


class SpotCheckPlanRowOut(Out):
    """A version of a year's plan; the last one of a year is current."""

    id = Id()
    year = Int()
    version = Int()
    is_current = Bool()
    algorithm = Str()
    seed = Str()
    seed_source = Str()
    percent = Int()
    years = Int()
    first_year = Int()
    units = Int()
    quota = Int()
    drawn = Int()
    reason = Str()
    drawn_at = Instant()
    drawn_by_name = Str()


class SpotCheckLotOut(Out):
    """A unit in the draw; `number` is what it was sorted by, `place` its place in the order."""

    unit_id = Id()
    code = Str()
    name = Str()
    stratum = Str()
    stratum_name = Str()
    joined_year = Int()
    last_checked = Int(allow_none=True)
    due_year = Int()
    number = Str()
    place = Int()
    is_drawn = Bool()
    note = Str()
    inspection_id = Id(allow_none=True)
    inspection_state = Str(allow_none=True)


class SpotCheckPlanOut(SpotCheckPlanRowOut):
    """A plan with all its units, in the order of the draw."""

    lots = Many(Part(SpotCheckLotOut))


class SpotCheckDifferenceOut(Out):
    """What was recorded of a unit, and what the draw says when it is made again."""

    code = Str()
    recorded = Str()
    redrawn = Str()


class SpotCheckVerificationOut(Out):
    """Whether the plan follows from what it records; `steps` tell how anybody can draw again."""

    is_consistent = Bool()
    algorithm = Str()
    steps = Many(Str())
    differences = Many(Part(SpotCheckDifferenceOut))


class SpotCheckUncheckedOut(Out):
    """A unit whose last year has come, and that nobody has checked yet."""

    unit_id = Id()
    name = Str()
    due_year = Int()


class SpotCheckCoverageOut(Out):
    """How far a year has come; `is_short` when fewer are drawn than the units of today require."""

    year = Int()
    units = Int()
    required = Int()
    drawn = Int()
    arranged = Int()
    inspected = Int()
    is_short = Bool()
    unchecked = Many(Part(SpotCheckUncheckedOut))


class InspectorOut(Out):
    """Somebody who may inspect."""

    id = Id()
    staff_no = Str()
    name = Str()
    has_interest = Bool()


class InspectionRowOut(Out):
    """An inspection in a list."""

    id = Id()
    year = Int()
    unit_id = Id()
    unit_name = Str()
    state = Str()
    state_name = Str()
    from_on = Date()
    until_on = Date()
    is_announced = Bool()
    lead_id = Id()
    lead_name = Str()
    members = Int()
    scored = Int()
    item_count = Int()
    total = Tenths(allow_none=True)
    grade = Str()
    is_failing = Bool()
    visited_on = Date(allow_none=True)
    answer_until_on = Date(allow_none=True)


class InspectionMemberOut(Out):
    """One of the team."""

    id = Id()
    name = Str()
    is_lead = Bool()


class InspectionPhotoOut(PhotoLinksOut):
    """A photo of an item."""

    id = Id()
    full = Str(attribute="links.full")
    medium = Str(attribute="links.medium")
    thumb = Str(attribute="links.thumb")
    expires_at = Instant(attribute="links.expires_at")


class InspectionItemOut(Out):
    """An item of the sheet and what the team gave it; revision 0: nothing yet."""

    item_id = Id(attribute="item.id")
    number = Str(attribute="item.number")
    level1 = Str(attribute="item.level1")
    level2 = Str(attribute="item.level2")
    level3 = Str(attribute="item.level3")
    points = Tenths(attribute="item.points")
    scoring = Str(attribute="item.scoring")
    may_be_inapplicable = Bool(attribute="item.may_be_inapplicable")
    reasons = Many(Part(ScoreReasonOut), attribute="item.reasons")
    revision = Int()
    score = Tenths(allow_none=True)
    is_inapplicable = Bool()
    remark = Str()
    losses = Many(Part(ItemLossOut))
    scored_by_name = Str()
    scored_at = Instant(allow_none=True)
    photos = Many(Part(InspectionPhotoOut))


class InspectionStepOut(Out):
    """What was done, by whom and with which words."""

    step = Str()
    taken_at = Instant()
    taken_by_name = Str()
    text = Str()
    total = Tenths(allow_none=True)


class InspectionOut(InspectionRowOut):
    """All of an inspection. `can` are the steps that the reader may take now."""

    version_id = Id()
    plan_id = Id(allow_none=True)
    revision = Int()
    note = Str()
    conclusion = Str()
    submitted_at = Instant(allow_none=True)
    confirmed_at = Instant(allow_none=True)
    sheet_title = Str(attribute="sheet.title")
    full = Tenths()
    team = Many(Part(InspectionMemberOut))
    items = Many(Part(InspectionItemOut), attribute="scores")
    steps = Many(Part(InspectionStepOut))
    rectification_ids = Many(Id())
    can = Many(Str())
