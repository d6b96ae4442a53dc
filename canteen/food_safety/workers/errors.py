"""Refusals around kitchen workers."""

from backend.errors import Conflict, Gone, Invalid, NotFound


class WorkerNotFound(NotFound):
    """No such worker, or one out of reach."""

    code = "canteen.worker_not_found"
    message = "没有找到该从业人员"


class WorkerExists(Conflict):
    """The member of staff works in this kitchen already."""

    code = "canteen.worker_exists"
    message = "该职工已在本食堂从业人员名单中"


class WorkerStaffUnknown(Invalid):
    """No active member of staff has this id."""

    code = "canteen.worker_staff_unknown"
    message = "没有找到该职工"


class WorkerInactive(Conflict):
    """The worker has left the kitchen."""

    code = "canteen.worker_inactive"
    message = "{name}已离岗，不能登记"


class NoticeMissing(Conflict):
    """The worker has not been told why their health is asked after."""

    code = "canteen.health_notice_missing"
    message = "{name}尚未履行健康信息告知，请先由食品安全员登记告知或单独同意"


class CertificateNotFound(NotFound):
    """No such certificate, one out of reach, or a withdrawn one."""

    code = "canteen.certificate_not_found"
    message = "没有找到该健康证"


class CertificateExists(Conflict):
    """Another certificate bears the number."""

    code = "canteen.certificate_exists"
    message = "该健康证编号已登记"


class CertificateDaysInvalid(Invalid):
    """It ends before it begins, or begins in the future."""

    code = "canteen.certificate_days_invalid"
    message = "请检查发证日期和有效期"


class CertificatePhotoUnknown(Invalid):
    """The photo is not one that the actor has just uploaded."""

    code = "canteen.certificate_photo_unknown"
    message = "没有找到上传的健康证照片，请重新上传"


class CheckNotFound(NotFound):
    """No such check, or one out of reach."""

    code = "canteen.check_not_found"
    message = "没有找到该晨检记录"


class SymptomsContradict(Invalid):
    """正常 and a symptom at once."""

    code = "canteen.symptoms_contradict"
    message = "“正常”不能与症状同时选择"


class CheckTwice(Invalid):
    """One worker twice in one sheet."""

    code = "canteen.check_twice"
    message = "同一人员在本次提交中出现了两次"


class CheckNotBlocked(Conflict):
    """The check blocks nobody, or was cleared before."""

    code = "canteen.check_not_blocked"
    message = "该晨检记录没有待解除的停岗"


class OwnBlock(Conflict):
    """Nobody clears their own block."""

    code = "canteen.own_block"
    message = "不能解除本人的停岗，请由其他食品安全管理人员处理"


class DetailsForgotten(Gone):
    """The details were deleted after the time for which they are kept."""

    code = "canteen.health_details_forgotten"
    message = "该记录的体温和症状已按保存期限删除"


class WorkerUnfit(Conflict):
    """The worker may not be at their post. `reasons` says why, without a word of health."""

    code = "canteen.worker_unfit"
    message = "{name}不能上岗：{why}"


class OnDuty(Conflict):
    """The worker stands in this shift's register already."""

    code = "canteen.on_duty"
    message = "{name}本班次已登记上岗"


class DutyNotFound(NotFound):
    """No such duty, or one out of reach."""

    code = "canteen.duty_not_found"
    message = "没有找到该上岗记录"


class DutyEnded(Conflict):
    """The duty has ended."""

    code = "canteen.duty_ended"
    message = "该上岗记录已结束"
