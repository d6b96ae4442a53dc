"""What the words of identity are called: the one place for pages, sheets and sentences.

Keys are members of the vocabulary; a column's plain text finds its name just as well.
"""

from collections.abc import Mapping
from typing import Final

from backend.identity.models import BindRequestState, SessionKind, SessionStage, StaffStatus
from backend.identity.policies import PASSWORD, WECHAT_MP, WECOM, ZWDD

STATUS_NAMES: Final[Mapping[StaffStatus, str]] = {
    StaffStatus.ACTIVE: "在职",
    StaffStatus.SUSPENDED: "停用",
    StaffStatus.LEFT: "离职",
}
PROVIDER_NAMES: Final[Mapping[str, str]] = {
    WECHAT_MP: "微信小程序",
    WECOM: "企业微信",
    ZWDD: "浙政钉",
    PASSWORD: "工号密码",
}
SESSION_KIND_NAMES: Final[Mapping[SessionKind, str]] = {
    SessionKind.API: "小程序或接口",
    SessionKind.CONSOLE: "管理台",
}
SESSION_STAGE_NAMES: Final[Mapping[SessionStage, str]] = {
    SessionStage.CODE_NEEDED: "待输入验证码",
    SessionStage.ENROLMENT_NEEDED: "待设置验证器",
    SessionStage.PASSWORD_CHANGE_NEEDED: "待修改密码",
    SessionStage.COMPLETE: "已登录",
}
BIND_STATE_NAMES: Final[Mapping[BindRequestState, str]] = {
    BindRequestState.PENDING: "待审批",
    BindRequestState.APPROVED: "已通过",
    BindRequestState.REJECTED: "未通过",
}
