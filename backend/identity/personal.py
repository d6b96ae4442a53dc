"""What identity keeps about one person, for the copy that PIPL §45 grants; rows under Chinese names.

Phone, ID and account names are masked as everywhere: a lost phone must not give them away.
"""

from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend.db import db
from backend.identity import policies, queries
from backend.identity.absences.models import Absence, AbsenceKind, AbsenceState, Half, Source
from backend.identity.absences.policies import HALF_NAMES, KIND_NAMES, SOURCE_NAMES, STATE_NAMES
from backend.identity.models import (
    BindRequest,
    BindRequestState,
    ExternalIdentity,
    LoginSession,
    RoleGrant,
    SessionKind,
    StaffStatus,
)
from backend.identity.titles import BIND_STATE_NAMES, PROVIDER_NAMES, SESSION_KIND_NAMES, STATUS_NAMES

Rows: TypeAlias = list[dict[str, Any]]

# So much of an account's name at a provider tells it from another one.
_SHOWN = 4


def profile_of(staff_id: int) -> Rows:
    """The row of the roster."""
    staff = queries.find_staff(staff_id)
    return [
        {
            "工号": staff.staff_no,
            "姓名": staff.name,
            "状态": STATUS_NAMES[StaffStatus(staff.status)],
            "手机号": queries.masked_phone(staff),
            "身份证号": queries.masked_id_no(staff),
            "饭卡号": policies.mask_card_no(staff.card_no) if staff.card_no else None,
            "离职日期": staff.left_on,
            "录入时间": staff.created_at,
        }
    ]


def postings_of(staff_id: int) -> Rows:
    """The posts."""
    views = queries.posting_views(queries.find_staff(staff_id).postings, queries.department_tree())
    return [{"部门": view.path, "职务": view.title, "主要任职": view.is_primary} for view in views]


def roles_of(staff_id: int) -> Rows:
    """The roles that were given."""
    grants = db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.staff_id == staff_id)
        .options(selectinload(RoleGrant.role))
        .order_by(RoleGrant.id)
    )
    return [{"角色": grant.role.name, "授予时间": grant.granted_at} for grant in grants]


def accounts_of(staff_id: int) -> Rows:
    """The accounts at login providers, and the requests to bind one."""
    bound = db.session.scalars(
        select(ExternalIdentity).where(ExternalIdentity.staff_id == staff_id).order_by(ExternalIdentity.id)
    )
    asked = db.session.scalars(
        select(BindRequest).where(BindRequest.staff_id == staff_id).order_by(BindRequest.id)
    )
    return [_account(row, "已绑定", row.bound_at) for row in bound] + [
        _account(row, BIND_STATE_NAMES[BindRequestState(row.state)], row.asked_at) for row in asked
    ]


def _account(row: ExternalIdentity | BindRequest, state: str, at: Any) -> dict[str, Any]:
    return {
        "登录方式": PROVIDER_NAMES.get(row.provider, row.provider),
        "账号标识": f"{'*' * _SHOWN}{row.subject[-_SHOWN:]}",
        "状态": state,
        "时间": at,
    }


def absences_of(staff_id: int) -> Rows:
    """The absences."""
    absences = db.session.scalars(
        select(Absence).where(Absence.staff_id == staff_id).order_by(Absence.from_at, Absence.id)
    )
    return [
        {
            "类型": KIND_NAMES[AbsenceKind(row.kind)],
            "自": f"{row.from_on.isoformat()} {HALF_NAMES[Half(row.from_half)]}",
            "至": f"{row.until_on.isoformat()} {HALF_NAMES[Half(row.until_half)]}",
            "事由": row.reason,
            "来源": SOURCE_NAMES[Source(row.source)],
            "状态": STATE_NAMES[AbsenceState(row.state)],
            "答复": row.answer,
            "提交时间": row.filed_at,
        }
        for row in absences
    ]


def sessions_of(staff_id: int) -> Rows:
    """The logins that are kept still."""
    sessions = db.session.scalars(
        select(LoginSession).where(LoginSession.staff_id == staff_id).order_by(LoginSession.id)
    )
    return [
        {
            "用途": SESSION_KIND_NAMES[SessionKind(row.kind)],
            "登录方式": PROVIDER_NAMES.get(row.provider, row.provider),
            "设备": policies.device_name(row.device),
            "登录时间": row.opened_at,
            "最近使用": row.seen_at,
        }
        for row in sessions
    ]
