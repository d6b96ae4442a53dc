"""What work orders keep about a person: told to them, and forgotten on demand."""

from typing import Any

from sqlalchemy import or_, select, update

from backend.db import db, unit
from backend.identity.policies import mask_phone
from backend.vault import decrypt
from property.categories.models import Category, Urgency
from property.categories.titles import URGENCY_NAMES
from property.work_orders import policies
from property.work_orders.models import Hold, HoldState, OrderEvent, State, WorkOrder
from property.work_orders.policies import Step
from property.workforce.models import Duty, Group, Shift, Worker, WorkerSkill


def reports_of(staff_id: int) -> list[dict[str, Any]]:
    """The orders that somebody reported or worked on, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(WorkOrder, Category.name)
        .join(Category, Category.id == WorkOrder.category_id)
        .where(or_(WorkOrder.reporter_id == staff_id, WorkOrder.worker_id == staff_id))
        .order_by(WorkOrder.id)
    )
    return [
        {
            "编号": order.number,
            "身份": "报修人" if order.reporter_id == staff_id else "维修人员",
            "类别": category,
            "地点": order.place_path,
            "内容": order.description,
            "紧急程度": URGENCY_NAMES[Urgency(order.urgency)],
            "状态": policies.STATE_NAMES[State(order.state)],
            "提交时间": order.submitted_at,
            "完成时间": order.completed_at,
            "联系电话": _masked(order) if order.reporter_id == staff_id else "",
        }
        for order, category in rows
    ]


def steps_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody did with orders."""
    rows = db.session.execute(
        select(OrderEvent, WorkOrder.number)
        .join(WorkOrder, WorkOrder.id == OrderEvent.order_id)
        .where(OrderEvent.actor_id == staff_id)
        .order_by(OrderEvent.id)
    )
    return [
        {
            "工单": number,
            "操作": policies.STEP_NAMES[Step(event.step)],
            "时间": event.at,
            "说明": event.text,
        }
        for event, number in rows
    ]


def holds_of(staff_id: int) -> list[dict[str, Any]]:
    """The holds that somebody asked for."""
    rows = db.session.execute(
        select(Hold, WorkOrder.number)
        .join(WorkOrder, WorkOrder.id == Hold.order_id)
        .where(Hold.asked_by == staff_id)
        .order_by(Hold.id)
    )
    return [
        {
            "工单": number,
            "申请时间": hold.asked_at,
            "原因": hold.reason,
            "预计恢复": hold.expected_until,
            "状态": policies.HOLD_NAMES[HoldState(hold.state)],
        }
        for hold, number in rows
    ]


def work_of(staff_id: int) -> list[dict[str, Any]]:
    """In which group somebody works, with which trades, and when they are on duty."""
    row = db.session.execute(
        select(Worker, Group.name).join(Group, Group.id == Worker.group_id).where(Worker.staff_id == staff_id)
    ).one_or_none()
    if row is None:
        return []
    worker, group = row
    skills = db.session.scalars(select(WorkerSkill.skill).where(WorkerSkill.staff_id == staff_id))
    duties = db.session.execute(
        select(Duty.on_date, Shift.name)
        .join(Shift, Shift.id == Duty.shift_id)
        .where(Duty.staff_id == staff_id)
        .order_by(Duty.on_date, Shift.from_time)
    )
    return [
        {
            "班组": group,
            "班组长": worker.is_lead,
            "工种": "、".join(sorted(skills)),
            "接单上限": worker.capacity,
            "在岗": worker.is_active,
            "加入时间": worker.joined_at,
            "值班": "、".join(f"{on_date.isoformat()} {shift}" for on_date, shift in duties),
        }
    ]


def forget_contacts(staff_id: int) -> int:
    """Drop the names and numbers written down for somebody's reports; returns how many orders had one."""
    statement = (
        update(WorkOrder)
        .where(
            WorkOrder.reporter_id == staff_id,
            or_(WorkOrder.contact_phone_cipher.is_not(None), WorkOrder.contact != ""),
        )
        .values(contact_phone_cipher=None, contact="")
    )
    return unit().execute(statement).rowcount


def _masked(order: WorkOrder) -> str:
    return mask_phone(decrypt(order.contact_phone_cipher)) if order.contact_phone_cipher is not None else ""
