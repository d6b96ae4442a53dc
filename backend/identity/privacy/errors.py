"""Refusals of privacy."""

from backend.errors import Conflict, Invalid, NotFound, TooMany


class PolicyNotFound(NotFound):
    """There is no such version of the policy."""

    code = "privacy.policy_not_found"
    message = "没有找到该版本的隐私政策"


class VersionTaken(Conflict):
    """A version of this name was published already; published versions are never changed."""

    code = "privacy.version_taken"
    message = "版本 {version} 已经发布过，请换一个版本号"


class VersionOutdated(Conflict):
    """The decision is about a version that does not hold any more."""

    code = "privacy.version_outdated"
    message = "隐私政策已更新为版本 {version}，请重新阅读"


class RequestNotFound(NotFound):
    """There is no such request, or it is somebody else's."""

    code = "privacy.request_not_found"
    message = "没有找到该申请"


class RequestOpen(Conflict):
    """The same was asked already and is not answered yet."""

    code = "privacy.request_open"
    message = "您已提交过同类申请，正在处理中"


class RequestAnswered(Conflict):
    """A request is answered once."""

    code = "privacy.request_answered"
    message = "该申请已答复，不能再次答复"


class StillEmployed(Conflict):
    """The roster's data cannot be erased while the person works here: duty requires them (PIPL §13, §47)."""

    code = "privacy.still_employed"
    message = "该职工仍在名册中，在职期间的名册信息为履职所必需，不能删除；请说明理由后答复「不予办理」"


class NobodyFound(Invalid):
    """The roster does not know the person that a request was entered for."""

    code = "privacy.nobody_found"
    message = "花名册中没有工号 {staff_no}"


class TooManyExports(TooMany):
    """The day's limit is reached."""

    code = "privacy.too_many_exports"
    message = "每天最多下载 {limit} 次个人信息副本，请明天再来"
