"""Wire shapes of plans."""

from typing import Any

from marshmallow import post_load

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
    Str,
    WallTime,
)
from property.inspections.models import Basis, CatchUp, PlanKind, RestDays, Unit
from property.inspections.plans.policies import PlanWish
from property.inspections.policies import MOST_STOPS, PlanTarget
from property.inspections.schedules import LONGEST_LEAD, LONGEST_WINDOW, MOST_TIMES, Schedule


class InspectionPlansQuery(PageQuery):
    """Which plans."""

    is_active = Bool(load_default=None)
    kind = Choice(PlanKind, load_default=None)


class ScheduleIn(In):
    """When rounds are due. `month_day` -1 is the last day; shorter months take their last for a later day."""

    unit = Choice(Unit, required=True)
    every = Int(minimum=1, maximum=100_000_000, load_default=1)
    weekdays = Many(Int(minimum=0, maximum=6), maximum=7, load_default=list)
    month = Int(minimum=1, maximum=12, load_default=None, allow_none=True)
    month_day = Int(minimum=-1, maximum=31, load_default=None, allow_none=True)
    times = Many(WallTime(), minimum=1, maximum=MOST_TIMES, required=True)
    starts_on = Date(required=True)
    until_on = Date(load_default=None, allow_none=True)
    rest_days = Choice(RestDays, load_default=RestDays.ANY)
    basis = Choice(Basis, load_default=Basis.DUE)
    catch_up = Choice(CatchUp, load_default=CatchUp.ONCE)
    meter_id = Id(load_default=None, allow_none=True)
    lead_minutes = Int(minimum=0, maximum=LONGEST_LEAD, load_default=0)
    window_minutes = Int(minimum=1, maximum=LONGEST_WINDOW, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> tuple[Schedule, int | None]:
        """As policies know it, and the meter."""
        meter_id = data.pop("meter_id")
        data["times"], data["weekdays"] = tuple(data["times"]), tuple(data["weekdays"])
        return Schedule(**data), meter_id


class InspectionPlanIn(In):
    """A plan along a route, or with one checklist to assets; for a group, or one worker of it."""

    name = Str(required=True, min_length=1, max_length=80)
    kind = Choice(PlanKind, required=True)
    route_id = Id(load_default=None, allow_none=True)
    checklist_id = Id(load_default=None, allow_none=True)
    asset_ids = Many(Id(), maximum=MOST_STOPS, load_default=list)
    is_manual_ok = Bool(load_default=True)
    group_id = Id(required=True)
    worker_id = Id(load_default=None, allow_none=True)
    schedule = Part(ScheduleIn, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As services know it."""
        schedule, meter_id = data.pop("schedule")
        target = PlanTarget(data.pop("route_id"), data.pop("checklist_id"), tuple(data.pop("asset_ids")))
        rest: dict[str, Any] = {name: data.pop(name) for name in ("revision", "is_active") if name in data}
        return {"wish": PlanWish(target=target, schedule=schedule, meter_id=meter_id, **data), **rest}


class InspectionPlanChangeIn(InspectionPlanIn):
    """A plan as it is to be; `revision` is the one that was shown."""

    revision = Int(required=True, minimum=0)
    is_active = Bool(required=True)


class ScheduleOut(Out):
    """When rounds are due; `text` says it in words."""

    unit = Str(attribute="plan.unit")
    every = Int(attribute="plan.every")
    weekdays = Many(Int(), attribute="plan.weekdays")
    month = Int(attribute="plan.month", allow_none=True)
    month_day = Int(attribute="plan.month_day", allow_none=True)
    times = Many(Str(), attribute="plan.times")
    starts_on = Date(attribute="plan.starts_on")
    until_on = Date(attribute="plan.until_on", allow_none=True)
    rest_days = Str(attribute="plan.rest_days")
    basis = Str(attribute="plan.basis")
    catch_up = Str(attribute="plan.catch_up")
    meter_id = Id(attribute="plan.meter_id", allow_none=True)
    lead_minutes = Int(attribute="plan.lead_minutes")
    window_minutes = Int(attribute="plan.window_minutes")
    text = Str(attribute="schedule_text")
    catch_up_name = Str()


class PlanMeterOut(Out):
    """The meter of a plan with what it has counted."""

    id = Id(attribute="meter.id")
    name = Str(attribute="meter.name")
    unit = Str(attribute="meter.unit")
    total = Json(allow_none=True)


class PlanAssetOut(Out):
    """An asset of a plan without a route."""

    asset_id = Id()
    name = Str()


class UpcomingRoundOut(Out):
    """A round that will be made."""

    due_at = Instant()
    opens_at = Instant()
    closes_at = Instant()


class InspectionPlanRowOut(Out):
    """A plan in a list. `next_due_at` is what no round has been made for yet; null if only completion
    tells."""

    id = Id(attribute="plan.id")
    name = Str(attribute="plan.name")
    kind = Str(attribute="plan.kind")
    kind_name = Str()
    route_id = Id(attribute="plan.route_id", allow_none=True)
    route_name = Str()
    checklist_id = Id(attribute="plan.checklist_id", allow_none=True)
    checklist_name = Str()
    is_manual_ok = Bool(attribute="plan.is_manual_ok")
    group_id = Id(attribute="plan.group_id")
    group_name = Str()
    contractor_id = Id(allow_none=True)
    contractor_name = Str()
    worker_id = Id(attribute="plan.worker_id", allow_none=True)
    worker_name = Str()
    schedule = Part(ScheduleOut, attribute="itself")
    meter = Part(PlanMeterOut, allow_none=True)
    next_total = Json(allow_none=True)
    next_due_at = Instant(attribute="plan.next_due_at", allow_none=True)
    is_active = Bool(attribute="plan.is_active")
    revision = Int(attribute="plan.revision")


class InspectionPlanOut(InspectionPlanRowOut):
    """A plan with its assets and the next ten rounds."""

    assets = Many(Part(PlanAssetOut))
    upcoming = Many(Part(UpcomingRoundOut))
