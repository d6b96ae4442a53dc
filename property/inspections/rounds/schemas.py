"""Wire shapes of rounds."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    In,
    Instant,
    Int,
    Json,
    Many,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    Tenths,
)
from property.inspections.models import PlanKind
from property.inspections.policies import MOST_ITEMS
from property.inspections.rounds.answering import Given
from property.inspections.rounds.figures import By
from property.inspections.rounds.models import RoundState
from property.inspections.rounds.policies import MOST_PHOTOS
from property.inspections.schemas import CheckItemOut, position_of


class InspectionRoundsQuery(PageQuery):
    """Which rounds; `from_on` and `until_on` are days on which they were due, both included."""

    state = Choice(RoundState, load_default=None)
    kind = Choice(PlanKind, load_default=None)
    plan_id = Id(load_default=None)
    group_id = Id(load_default=None)
    contractor_id = Id(load_default=None)
    from_on = Date(load_default=None)
    until_on = Date(load_default=None)
    has_missed = Bool(load_default=False)
    has_failed = Bool(load_default=False)
    is_recheck = Bool(load_default=None)


class InspectionRoundIn(In):
    """A round of this plan, now."""

    plan_id = Id(required=True)


class _Happened(In):
    """When it was, if the phone was cut off then."""

    happened_at = Instant(load_default=None, allow_none=True)


class _Present(_Happened):
    """Where somebody is; neither looked at nor kept but at security points."""

    latitude = Json(load_default=None, allow_none=True)
    longitude = Json(load_default=None, allow_none=True)

    @post_load
    def locate(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The position as policies know it."""
        return {"position": position_of(data), **data}


class InspectionScanIn(_Present):
    """What a plate's code says (address or token), or the code that is printed on it."""

    token = Str(required=True, min_length=1, max_length=300)
    point_id = Id(load_default=None, allow_none=True)


class InspectionVisitIn(_Present):
    """Presence without the plate, and why."""

    reason = Str(required=True, min_length=2, max_length=200)


class InspectionAnswerIn(In):
    """What was found of an item: true or false, a number, an option, or nothing for a photo."""

    item_id = Id(required=True)
    value = Json(load_default=None, allow_none=True)
    remark = Str(load_default="", max_length=300)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Given:
        """As services know it."""
        return Given(**data)


class InspectionAnswersIn(_Happened):
    """What was found at a point."""

    answers = Many(Part(InspectionAnswerIn), required=True, minimum=1, maximum=MOST_ITEMS)


class InspectionFinishIn(_Happened):
    """The end of a round."""

    remark = Str(load_default="", max_length=500)


class InspectionWithdrawIn(In):
    """Why a round is not to be done."""

    reason = Str(required=True, min_length=2, max_length=200)


class InspectionFiguresQuery(Query):
    """The days on which rounds were due, both included, and what figures are grouped by."""

    from_on = Date(required=True)
    until_on = Date(required=True)
    by = Choice(By, required=True)


class InspectionRoundRowOut(Out):
    """A round in a list. Its counts are written when it ends."""

    id = Id(attribute="round.id")
    plan_id = Id(attribute="round.plan_id")
    name = Str(attribute="round.name")
    kind = Str(attribute="round.kind")
    kind_name = Str()
    is_recheck = Bool()
    due_at = Instant(attribute="round.due_at")
    due_on = Date(attribute="round.due_on")
    opens_at = Instant(attribute="round.opens_at")
    closes_at = Instant(attribute="round.closes_at")
    is_now = Bool()
    is_overdue = Bool()
    is_caught_up = Bool(attribute="round.is_caught_up")
    state = Str(attribute="round.state")
    state_name = Str()
    group_id = Id(attribute="round.group_id")
    group_name = Str()
    worker_id = Id(attribute="round.worker_id", allow_none=True)
    worker_name = Str()
    contractor_id = Id(attribute="round.contractor_id", allow_none=True)
    contractor_name = Str()
    points = Int(attribute="round.points")
    visited = Int(attribute="round.visited")
    by_hand = Int(attribute="round.by_hand")
    missed = Int(attribute="round.missed")
    passed = Int(attribute="round.passed")
    failed = Int(attribute="round.failed")
    in_time = Bool(attribute="round.in_time")
    ended_at = Instant(attribute="round.ended_at", allow_none=True)
    ended_by_name = Str(attribute="round.ended_by_name")


class InspectionOrderOut(Out):
    """The order that a failed item raised."""

    id = Id()
    number = Str()
    state = Str()
    state_name = Str()


class InspectionAnswerOut(Out):
    """What was found of an item."""

    value = Json(allow_none=True)
    value_text = Str()
    verdict = Str(attribute="answer.verdict")
    verdict_name = Str()
    remark = Str(attribute="answer.remark")
    answered_at = Instant(attribute="answer.answered_at")
    answered_by_name = Str(attribute="answer.answered_by_name")
    order = Part(InspectionOrderOut, allow_none=True)
    recheck = Str(attribute="answer.recheck")
    recheck_name = Str()
    recheck_round_id = Id(allow_none=True)
    photos = Many(Part(PhotoLinksOut))


class InspectionCheckOut(CheckItemOut):
    """An item with what was found, if anything was."""

    answer = Part(InspectionAnswerOut, allow_none=True)


class InspectionRoundPointOut(Out):
    """A point of a round."""

    id = Id(attribute="point.id")
    position = Int(attribute="point.position")
    name = Str(attribute="point.name")
    place_path = Str(attribute="point.place_path")
    asset_id = Id(attribute="point.asset_id", allow_none=True)
    is_security = Bool(attribute="point.is_security")
    is_manual_ok = Bool(attribute="point.is_manual_ok")
    state = Str(attribute="point.state")
    state_name = Str()
    presence = Str(attribute="point.presence")
    presence_name = Str()
    visited_at = Instant(attribute="point.visited_at", allow_none=True)
    received_at = Instant(attribute="point.received_at", allow_none=True)
    visited_by_name = Str(attribute="point.visited_by_name")
    is_late = Bool(attribute="point.is_late")
    distance_m = Int(attribute="point.distance_m", allow_none=True)
    reason = Str(attribute="point.reason")
    items = Many(Part(InspectionCheckOut), attribute="checks")


class InspectionOriginOut(Out):
    """The failed item to which a re-check goes back."""

    round_id = Id()
    item = Str()
    order = Part(InspectionOrderOut, allow_none=True)


class InspectionRoundOut(InspectionRoundRowOut):
    """All of a round. `can` is what the reader may do now: scan, finish, withdraw."""

    started_at = Instant(attribute="round.started_at", allow_none=True)
    reason = Str(attribute="round.reason")
    remark = Str(attribute="round.remark")
    recheck_of = Part(InspectionOriginOut, allow_none=True)
    points_list = Many(Part(InspectionRoundPointOut), attribute="stops")
    can = Many(Str())


class InspectionCountsOut(Out):
    """How many rounds somebody can do now, later, and how many of them are re-checks."""

    now = Int()
    later = Int()
    rechecks = Int()


class InspectionFigureOut(Out):
    """The sums of a plan, contractor (0: our own groups), group or month; rates in per cent, null without
    any."""

    key = Json()
    name = Str()
    rounds = Int(attribute="sums.rounds")
    in_time = Int(attribute="sums.in_time")
    lapsed = Int(attribute="sums.lapsed")
    skipped = Int(attribute="sums.skipped")
    withdrawn = Int(attribute="sums.withdrawn")
    points = Int(attribute="sums.points")
    visited = Int(attribute="sums.visited")
    by_hand = Int(attribute="sums.by_hand")
    missed = Int(attribute="sums.missed")
    passed = Int(attribute="sums.passed")
    failed = Int(attribute="sums.failed")
    rechecks_passed = Int(attribute="sums.rechecks_passed")
    rechecks_failed = Int(attribute="sums.rechecks_failed")
    pass_rate = Tenths(allow_none=True)
    visit_rate = Tenths(allow_none=True)
    in_time_rate = Tenths(allow_none=True)
