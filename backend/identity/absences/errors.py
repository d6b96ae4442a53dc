"""Refusals of absences."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class AbsenceNotFound(NotFound):
    """There is no such absence, or it is somebody else's."""

    code = "identity.absence_not_found"
    message = "没有找到该请假或出差记录"


class AbsenceStateConflict(Conflict):
    """The transition table does not know this step."""

    code = "identity.absence_state"
    message = "该记录当前为「{state_name}」，不能进行此操作"


class AbsenceBegun(Conflict):
    """It was approved and has begun: the person can no longer withdraw it."""

    code = "identity.absence_begun"
    message = "已批准的{kind}已经开始，如提前返岗请联系审批人撤销"


class AbsenceOverlap(Conflict):
    """Another pending or approved absence of the person lies within these days."""

    code = "identity.absence_overlap"
    message = "与已有的{kind}（{span}，{state_name}）时间重叠"


class AbsenceReversed(Invalid):
    """It ends before it begins."""

    code = "identity.absence_reversed"
    message = "结束时间不能早于开始时间"


class AbsenceTooLong(Invalid):
    """It takes more days than one absence may."""

    code = "identity.absence_too_long"
    message = "一次最长 {days} 天，更长的请分次办理"


class AbsenceTooOld(Invalid):
    """It began too long ago to be filed now."""

    code = "identity.absence_too_old"
    message = "开始日期不能早于 {earliest}"


class OwnAbsence(Forbidden):
    """Nobody decides, records or imports their own absence."""

    code = "identity.own_absence"
    message = "不能审批或登记本人的请假、出差，请由其他审批人办理"


class AbsentStaffUnknown(Invalid):
    """No active member of staff has this number."""

    code = "identity.absent_staff_unknown"
    message = "没有工号为 {staff_no} 的在职职工"
