"""What people read of moderation. WeChat's labels: developers.weixin.qq.com, security.msgSecCheck."""

from dataclasses import dataclass
from typing import Final

from feedback.moderation.models import CheckState, Provider, Reason, Severity, SubmissionState, Word
from feedback.moderation.policies import SEVERITY_NAMES

SUBMISSION_NAMES: Final = {
    SubmissionState.WAITING: "待检测",
    SubmissionState.MANUAL: "待人工审核",
    SubmissionState.PASSED: "已通过",
    SubmissionState.REFUSED: "不通过",
}
PROVIDER_NAMES: Final = {
    Provider.WORDS: "本地词表",
    Provider.WECHAT_TEXT: "微信文本检测",
    Provider.WECHAT_IMAGE: "微信图片检测",
}
CHECK_NAMES: Final = {
    CheckState.WAITING: "待检测",
    CheckState.PASSED: "未发现问题",
    CheckState.REVIEW: "疑似",
    CheckState.RISKY: "有风险",
    CheckState.FAILED: "未能检测",
}
FAILURE_NAMES: Final = {
    Reason.NO_AUTHOR: "匿名或外部提交，不送微信检测",
    Reason.NO_ACCOUNT: "提交人未绑定微信",
    Reason.INACTIVE: "提交人两小时内未使用小程序",
    Reason.UNCONFIGURED: "微信内容检测未配置",
    Reason.REFUSED: "微信拒绝检测",
    Reason.PROVIDER_DOWN: "微信服务暂时不可用",
    Reason.SILENT: "超时未返回结果",
    Reason.GONE: "图片已不存在",
}
_LABELS: Final = {
    "100": "正常",
    "10001": "广告",
    "20001": "时政",
    "20002": "色情",
    "20003": "辱骂",
    "20006": "违法犯罪",
    "20008": "欺诈",
    "20012": "低俗",
    "20013": "版权",
    "21000": "其他",
}


def label_name(provider: str, label: str) -> str:
    """What was found, in words."""
    return label if provider == Provider.WORDS else _LABELS.get(label, label)


def failure_name(failure: str) -> str:
    """Why something could not be checked; empty if it could."""
    return FAILURE_NAMES[Reason(failure)] if failure else ""


@dataclass(frozen=True, slots=True)
class WordView:
    """A word as those who keep the list see it."""

    id: int
    word: str
    severity: str
    severity_name: str
    note: str


def word_view(row: Word) -> WordView:
    """A row of the list with its names."""
    return WordView(row.id, row.word, row.severity, SEVERITY_NAMES[Severity(row.severity)], row.note)
