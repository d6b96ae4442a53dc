"""What the words of the surveys are called: the one place for pages, documents and sentences."""

from collections.abc import Mapping
from typing import Final

from feedback.surveys.models import AudienceKind, QuestionKind, Segment

AUDIENCE_NAMES: Final[Mapping[AudienceKind, str]] = {
    AudienceKind.ALL: "全体职工",
    AudienceKind.DEPARTMENTS: "按部门",
    AudienceKind.CAMPUSES: "按院区",
    AudienceKind.ROLES: "按角色",
}
SEGMENT_NAMES: Final[Mapping[Segment, str]] = {
    Segment.NONE: "不分组",
    Segment.CAMPUS: "按院区",
    Segment.DEPARTMENT: "按部门",
}
QUESTION_NAMES: Final[Mapping[QuestionKind, str]] = {
    QuestionKind.SINGLE: "单选",
    QuestionKind.MULTIPLE: "多选",
    QuestionKind.SCALE: "评分",
    QuestionKind.TEXT: "填空",
    QuestionKind.MATRIX: "矩阵评分",
}
# Those of the invited whose segment is too small to be named.
OTHERS: Final = "其他"
NOT_ENOUGH: Final = "数据不足"
