"""What is kept about a member of staff as a kitchen worker, for the copy that they may ask for (PIPL §45)."""

from typing import Any

from sqlalchemy import select

from backend import vault
from backend.db import db
from canteen.food_safety.workers.models import HealthCertificate, KitchenDuty, KitchenWorker, MorningCheck
from canteen.food_safety.workers.operations import details_of
from canteen.food_safety.workers.titles import BASIS_NAMES, OUTCOME_NAMES, SHIFT_NAMES, SYMPTOM_NAMES

_SHIFTS: dict[str, str] = {shift.value: name for shift, name in SHIFT_NAMES.items()}
_OUTCOMES: dict[str, str] = {outcome.value: name for outcome, name in OUTCOME_NAMES.items()}
_BASES: dict[str, str] = {basis.value: name for basis, name in BASIS_NAMES.items()}


def workers_of(staff_id: int) -> list[dict[str, Any]]:
    """Their places in kitchens, and what they were told of the checks."""
    rows = db.session.scalars(
        select(KitchenWorker).where(KitchenWorker.staff_id == staff_id).order_by(KitchenWorker.id)
    )
    return [
        {
            "姓名": worker.name,
            "岗位": worker.job,
            "在岗": worker.is_active,
            "健康信息告知": _BASES.get(worker.notice_basis or "", ""),
            "告知时间": worker.noticed_at,
        }
        for worker in rows
    ]


def certificates_of(staff_id: int) -> list[dict[str, Any]]:
    """Their health certificates."""
    rows = db.session.scalars(
        select(HealthCertificate)
        .join(KitchenWorker, KitchenWorker.id == HealthCertificate.worker_id)
        .where(KitchenWorker.staff_id == staff_id)
        .order_by(HealthCertificate.id)
    )
    return [
        {
            "编号": vault.decrypt(each.number),
            "发证机构": each.issuer,
            "发证日期": each.issued_on,
            "有效期至": each.valid_until,
        }
        for each in rows
    ]


def checks_of(staff_id: int) -> list[dict[str, Any]]:
    """Their morning checks; their own health is theirs to read."""
    rows = db.session.scalars(
        select(MorningCheck)
        .join(KitchenWorker, KitchenWorker.id == MorningCheck.worker_id)
        .where(KitchenWorker.staff_id == staff_id)
        .order_by(MorningCheck.id)
    )
    return [
        {
            "日期": each.checked_on,
            "班次": _SHIFTS[each.shift],
            "结论": _OUTCOMES[each.outcome],
            **_told(details_of(each)),
        }
        for each in rows
    ]


def _told(details: dict[str, Any] | None) -> dict[str, Any]:
    if details is None:
        return {"体温": "已按保存期限删除", "症状": "", "备注": ""}
    symptoms = "、".join(SYMPTOM_NAMES[code] for code in details["symptoms"]) or SYMPTOM_NAMES[0]
    return {"体温": f"{details['temperature_dc'] / 10:.1f} ℃", "症状": symptoms, "备注": details["note"]}


def duties_of(staff_id: int) -> list[dict[str, Any]]:
    """When they were at their post."""
    rows = db.session.scalars(
        select(KitchenDuty)
        .join(KitchenWorker, KitchenWorker.id == KitchenDuty.worker_id)
        .where(KitchenWorker.staff_id == staff_id)
        .order_by(KitchenDuty.id)
    )
    return [
        {
            "日期": each.duty_on,
            "班次": _SHIFTS[each.shift],
            "岗位": each.post,
            "开始": each.begun_at,
            "结束": each.ended_at,
        }
        for each in rows
    ]
