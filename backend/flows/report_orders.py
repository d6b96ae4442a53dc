"""Work orders that reports lead to (转工单), and what comes back of them.

Forth: a report goes to IN_ORDER and property gets an order whose origin is the report's assignment, so that
an assignment raises one order. Nothing of the reporter goes with it: who mends sees the place, the text and
copies of the photos. Back: property tells of each step; the report's timeline says it to the reporter, a
completed order answers the report, one that is not served gives it back to its office. A report that goes
another way leaves its order running: whoever dispatches is told, and decides.

Locks: on the way back the order, then the report; on the way forth the report, then an order that nobody
knows yet. Daily sums: those of the reports before those of the orders, either way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM, Actor, Permission
from backend.audit.operations import record
from backend.db import db
from backend.flows.report_order_errors import OrderCategoryNeeded, OrderOfficeNeeded
from backend.flows.report_order_messages import ORDER_BACK, ORDER_LEFT, ORDER_RAISED
from backend.media import operations as media
from backend.media import queries as photos
from backend.media.links import PhotoLinks
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from feedback.categories import queries as categories
from feedback.deadlines import operations as clocks
from feedback.deadlines.models import ClockKind
from feedback.reports import answering, assigning, moving, people, policies, queries, rollups, telling
from feedback.reports import following as leaving
from feedback.reports import models as reports
from feedback.reports.models import Assignment, AssignmentEnd, Report
from feedback.reports.policies import Step as ReportStep
from feedback.reports.policies import Verb
from feedback.reports.refusals import leaving_trace
from property.categories import queries as repairs
from property.categories.models import Urgency
from property.work_orders import following, intake
from property.work_orders import policies as order_policies
from property.work_orders import telling as order_telling
from property.work_orders.errors import OrderNotFound
from property.work_orders.following import Progress
from property.work_orders.models import OPEN_STATES, Origin, State, WorkOrder
from property.work_orders.policies import Step


@dataclass(frozen=True, slots=True)
class RaisedOrder:
    """A report with the order that it led to."""

    report_id: int
    state: str
    state_name: str
    order_id: int
    order_number: str


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """How a report's latest order stands, as whoever sees the report may know it; nobody is named."""

    order_id: int
    number: str
    state: str
    state_name: str
    category_name: str
    place: str
    submitted_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None
    completed_at: datetime | None
    result: str
    after_photos: Sequence[PhotoLinks]


@leaving_trace(Verb.RAISE_ORDER)
def raise_order(
    actor: Actor,
    report_id: int,
    *,
    repair_category: str = "",
    office_id: int | None = None,
    place_kind: PlaceKind | None = None,
    place_id: int | None = None,
    text: str = "",
    urgency: Urgency | None = None,
    with_photos: bool = True,
    photo_ids: Sequence[int] = (),
) -> RaisedOrder:
    """Raise the work order of a report; again, for the same assignment, it is the same order.

    For the desk, and for members of the office that has the report. What the desk has goes to the given
    office, or to the one before, or to the category's; only the desk may name one. Raises ReportNotFound,
    ReportState, ReportNotYours, OrderOfficeNeeded, OrderCategoryNeeded, and as `assigning.give` and
    `intake.raise_order`.
    """
    report, who = people.entering_any(actor, report_id)
    is_own_unnamed = report.is_anonymous and who.is_reporter
    policies.ensure((who.triages or who.is_handler) and not is_own_unnamed)
    policies.ensure(who.triages or office_id in (None, report.office_id))
    standing = _order_at_work(report)
    if standing is not None:
        return _raised(report, standing)
    policies.state_after(report.state, ReportStep.RAISE_ORDER)
    category_id = _repair_category(report, repair_category)
    now = clock.now()
    with rollups.kept(report):
        if report.assignment_id is None:
            assigning.give(actor, report, _office(report, office_id), at=now)
        clocks.meet(report.id, report.cycle, ClockKind.RESPONSE, now)
        moving.move(actor, report, ReportStep.RAISE_ORDER, at=now, repair_category_id=category_id)
    order = intake.raise_order(
        actor,
        origin=Origin.CONCIERGE if report.origin == reports.Origin.CONCIERGE else Origin.REPORT,
        origin_id=report.assignment_id,
        category_id=category_id,
        place=_place(report, place_kind, place_id),
        description=text or report.text,
        urgency=urgency,
        photo_ids=photo_ids,
        follows_id=_order_before(report),
        at=now,
    )
    _link(report, order)
    if with_photos:
        media.copy(
            policies.PHOTOS, report.id, policies.PHOTOS_FORWARDED, order.id, uploaded_by=actor.staff_id
        )
    _note(report, f"已生成维修工单 {order.number}，等待派单。", now, order_id=order.id)
    record(
        actor,
        "feedback.report_order_raised",
        "report",
        report.id,
        number=report.number,
        order_id=order.id,
    )
    telling.tell_reporter(report, ORDER_RAISED, event="order", order=order.number)
    return _raised(report, order)


def order_of(actor: Actor, report_id: int) -> OrderProgress:
    """How the latest order of a report stands. Raises ReportNotFound, or OrderNotFound without one.

    Whom a report is shown to on the wall alone hears nothing of its order.
    """
    report = queries.find(actor, report_id)
    who = queries.standing(actor, report)
    order_id = _order_before(report) if who.is_reporter or who.is_staff else None
    order = db.session.get(WorkOrder, order_id) if order_id is not None else None
    if order is None:
        raise OrderNotFound
    return OrderProgress(
        order_id=order.id,
        number=order.number,
        state=order.state,
        state_name=order_policies.STATE_NAMES[State(order.state)],
        category_name=repairs.names().get(order.category_id, ""),
        place=order.place_path,
        submitted_at=order.submitted_at,
        accepted_at=order.accepted_at,
        arrived_at=order.arrived_at,
        finished_at=order.finished_at,
        completed_at=order.completed_at,
        result=order.result,
        after_photos=photos.links_of_owners(order_policies.PHOTOS_AFTER, [order.id]).get(order.id, []),
    )


def follow_up(actor: Actor, order: WorkOrder, progress: Progress) -> None:
    """Tell the report of a step of its order, within the unit of that step, whose order is locked."""
    assignment = db.session.get(Assignment, order.origin_id)
    said = _SAID.get(progress.step)
    if assignment is None or (said is None and progress.step not in _ENDS):
        return
    report = moving.locked(assignment.report_id)
    is_its_order = report.assignment_id == assignment.id
    is_at_work = is_its_order and report.state == reports.State.IN_ORDER
    if is_its_order and report.unhidden_state == reports.State.IN_ORDER and progress.step in _ENDS:
        _end_unseen(report, order, progress)
    elif is_at_work and progress.step in _ENDS:
        _ENDS[progress.step](report, order, progress)
    elif is_at_work and said is not None:
        _note(report, said(progress), progress.at, order_id=order.id, order_step=progress.step.value)
    elif progress.step in _ENDS:
        # The report has gone another way meanwhile: those who handle it shall know all the same.
        _note_inside(report, order, progress)


def _answer(report: Report, order: WorkOrder, progress: Progress) -> None:
    result = order.result.strip()
    text = f"维修工单 {order.number} 已完成。{f'处理结果：{result}' if result else ''}"
    event = answering.answer(SYSTEM, report, text=text, at=progress.at)
    media.copy(order_policies.PHOTOS_AFTER, order.id, policies.PHOTOS_NOTE, event.id)


def _give_back(report: Report, order: WorkOrder, progress: Progress) -> None:
    why = _UNSERVED[progress.step]
    text = f"维修工单 {order.number} {why}{f'：{progress.text}' if progress.text else ''}"
    moving.move(SYSTEM, report, ReportStep.ORDER_BACK, text=text, at=progress.at, order_id=order.id)
    report.order_id = None
    _begin_anew(report, progress.at)
    record(SYSTEM, "feedback.report_order_back", "report", report.id, number=report.number, order_id=order.id)
    told: dict[str, Any] = {"order": order.number, "why": progress.text or why}
    telling.tell_office(report, ORDER_BACK, event="order back", **told)
    telling.tell_holders(report, ORDER_BACK, Permission.REPORTS_TRIAGE, event="order back desk", **told)


def _end_unseen(report: Report, order: WorkOrder, progress: Progress) -> None:
    """A hidden report's order ends unseen: the office has the report again once it is no longer hidden."""
    with rollups.kept(report):
        report.unhidden_state = reports.State.ASSIGNED.value
        report.order_id = None
        _begin_anew(report, progress.at)
    _note_inside(report, order, progress)


def tell_left(assignment: Assignment, order_id: int) -> None:
    """Tell who dispatches that the report has left its order, if that still runs."""
    order = db.session.get(WorkOrder, order_id)
    if order is None or order.state not in OPEN_STATES:
        return
    order_telling.tell_holders(
        order,
        ORDER_LEFT,
        Permission.ORDERS_DISPATCH,
        event=f"left {assignment.id}",
        why=_LEFT[AssignmentEnd(assignment.ended_by)],
    )


def _begin_anew(report: Report, at: datetime) -> None:
    """The same office goes on, under an assignment that may raise an order again."""
    assigning.end(report, reports.AssignmentEnd.ENDED, at=at)
    assigning.begin(report, at=at, by=SYSTEM.staff_id)


def _note(report: Report, text: str, at: datetime, **details: Any) -> None:
    # By nobody: whoever mends is not named, and may be who reported it, unnamed.
    moving.note(SYSTEM, report, ReportStep.PROGRESS, text=text, at=at, **details)


def _note_inside(report: Report, order: WorkOrder, progress: Progress) -> None:
    name = order_policies.STEP_NAMES[progress.step]
    text = f"原维修工单 {order.number}：{name}{f'（{progress.text}）' if progress.text else ''}"
    moving.note(SYSTEM, report, ReportStep.NOTE, text=text, at=progress.at, is_public=False)


def _held(progress: Progress) -> str:
    until = datetime.fromisoformat(str(progress.details["until"]))
    return f"维修暂时挂起，预计 {clock.local(until):%m月%d日 %H:%M} 恢复：{progress.text}"


def _saying(text: str) -> Callable[[Progress], str]:
    return lambda _: text


# What the reporter is told of which step; with care of what stands in a step's text.
_SAID: Final[Mapping[Step, Callable[[Progress], str]]] = {
    Step.DISPATCH: _saying("维修工单已派单。"),
    Step.GRAB: _saying("维修人员已接单。"),
    Step.ACCEPT: _saying("维修人员已接单。"),
    Step.RETURN: _saying("维修工单重新派单中。"),
    Step.TRANSFER: _saying("维修工单重新派单中。"),
    Step.ARRIVE: _saying("维修人员已到场。"),
    Step.HOLD: _held,
    Step.RESUME: _saying("维修已恢复。"),
    Step.FINISH: _saying("维修已完工，等待验收。"),
    Step.REJECT: _saying("验收未通过，正在返工。"),
}
_UNSERVED: Final[Mapping[Step, str]] = {
    Step.DECLINE: "未予受理",
    Step.CANCEL: "已撤销",
    Step.MARK_DUPLICATE: "与其他工单重复",
}
_ENDS: Final[Mapping[Step, Callable[[Report, WorkOrder, Progress], None]]] = {
    Step.VERIFY: _answer,
    **dict.fromkeys(_UNSERVED, _give_back),
}


_LEFT: Final[Mapping[AssignmentEnd, str]] = {
    AssignmentEnd.REPLIED: "已由承办单位答复",
    AssignmentEnd.TRANSFERRED: "已改由其他单位办理",
    AssignmentEnd.OBJECTED: "已退回诉求专席",
    AssignmentEnd.SUSPENDED: "已挂账",
    AssignmentEnd.ENDED: "已合并到其他诉求",
}


def _repair_category(report: Report, code: str) -> int:
    if code:
        return repairs.leaf_of_code(code).id
    found = categories.find(report.category_id).repair_category_id
    if found is None:
        raise OrderCategoryNeeded
    return found


def _office(report: Report, office_id: int | None) -> int:
    found = office_id or report.office_id or categories.find(report.category_id).office_id
    if found is None:
        raise OrderOfficeNeeded
    return found


def _place(report: Report, kind: PlaceKind | None, place_id: int | None) -> Ref | None:
    if kind is not None and place_id is not None:
        return Ref(kind, place_id)
    if report.place_kind is None or report.place_id is None:
        return None
    return Ref(PlaceKind(report.place_kind), report.place_id)


def _link(report: Report, order: WorkOrder) -> None:
    assignment = db.session.get_one(Assignment, report.assignment_id)
    report.order_id = assignment.order_id = order.id


def _order_at_work(report: Report) -> WorkOrder | None:
    """The order that the report's assignment raised."""
    if report.state != reports.State.IN_ORDER or report.order_id is None:
        return None
    return db.session.get(WorkOrder, report.order_id)


def _order_before(report: Report) -> int | None:
    """The latest order that any assignment of the report raised."""
    return db.session.scalar(
        select(Assignment.order_id)
        .where(Assignment.report_id == report.id, Assignment.order_id.is_not(None))
        .order_by(Assignment.id.desc())
        .limit(1)
    )


def _raised(report: Report, order: WorkOrder) -> RaisedOrder:
    state = reports.State(report.state)
    return RaisedOrder(report.id, state.value, policies.STATE_NAMES[state], order.id, order.number)


leaving.follow(tell_left)
for _origin in (Origin.REPORT, Origin.CONCIERGE):
    following.follow(_origin, follow_up)
