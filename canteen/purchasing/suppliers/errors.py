"""Refusals of the suppliers."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class SupplierNotFound(NotFound):
    """There is no such supplier."""

    code = "canteen.supplier_not_found"
    message = "没有找到该供应商"


class SupplierShared(Forbidden):
    """All canteens buy of the suppliers: who purchases for some of them may propose one, and change none."""

    code = "canteen.supplier_shared"
    message = "供应商的资料、证照、报价和考核由各食堂共用，只能由负责全部食堂采购的人员办理"


class SupplierTaken(Conflict):
    """Another supplier has the name."""

    code = "canteen.supplier_taken"
    message = "已有同名供应商"


class SupplierPhoneInvalid(Invalid):
    """No phone number."""

    code = "canteen.supplier_phone_invalid"
    message = "联系电话应为 5 到 20 位数字，可带短横线"


class SupplierPhoneMissing(NotFound):
    """The supplier has no phone number, or one that cannot be read any more."""

    code = "canteen.supplier_phone_missing"
    message = "该供应商没有登记可读取的联系电话"


class CreditCodeInvalid(Invalid):
    """No 统一社会信用代码."""

    code = "canteen.credit_code_invalid"
    message = "统一社会信用代码应为 18 位数字或大写字母"


class SupplierBlocked(Conflict):
    """The supplier is blocked or set aside; `reason` says why."""

    code = "canteen.supplier_blocked"
    message = "供应商“{supplier}”不能供货：{reason}"


class LicenceExpired(Conflict):
    """Licences of the supplier have expired, or are missing; `licences` names them."""

    code = "canteen.licence_expired"
    message = "供应商“{supplier}”的证照不符合要求：{licences}"


class LicenceNotFound(NotFound):
    """The supplier has no such licence."""

    code = "canteen.licence_not_found"
    message = "没有找到该证照"


class LicenceDatesInvalid(Invalid):
    """A licence ends before it begins."""

    code = "canteen.licence_dates_invalid"
    message = "有效期截止日不能早于起始日"


class LicencePhotoUnknown(Invalid):
    """The photo is not the actor's own, or belongs to something already."""

    code = "canteen.licence_photo_unknown"
    message = "没有找到该证照图片，请重新上传"


class PriceDatesInvalid(Invalid):
    """A price ends before it begins."""

    code = "canteen.price_dates_invalid"
    message = "报价截止日不能早于生效日"


class AssessmentNotFound(NotFound):
    """There is no such assessment."""

    code = "canteen.supplier_assessment_not_found"
    message = "没有找到该供应商考核"


class AssessmentClosed(Conflict):
    """A closed assessment no longer changes."""

    code = "canteen.supplier_assessment_closed"
    message = "该季度考核已定稿，不能再修改"


class AssessmentChanged(Conflict):
    """Somebody changed the assessment meanwhile."""

    code = "canteen.supplier_assessment_changed"
    message = "该考核刚刚有变动，请刷新后重试"


class QuarterNotOver(Conflict):
    """An assessment is closed when its quarter is over."""

    code = "canteen.quarter_not_over"
    message = "该季度尚未结束，不能定稿"


class MarkInvalid(Invalid):
    """A mark has more points than it may have."""

    code = "canteen.supplier_mark_invalid"
    message = "“{item}”的得分不能超过满分"
