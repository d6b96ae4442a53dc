"""What the words of score sheets are called: the one place for pages, documents and workbooks."""

from collections.abc import Mapping
from typing import Final

from backend.scoresheets.models import EvidenceKind, Inapplicable, VersionState

STATE_NAMES: Final[Mapping[VersionState, str]] = {
    VersionState.DRAFT: "草稿",
    VersionState.IN_FORCE: "已启用",
}
INAPPLICABLE_NAMES: Final[Mapping[Inapplicable, str]] = {
    Inapplicable.FULL_MARKS: "计满分",
    Inapplicable.RESCALE: "不计入，总分按比例折算",
}
EVIDENCE_NAMES: Final[Mapping[EvidenceKind, str]] = {
    EvidenceKind.METRIC: "系统数据",
    EvidenceKind.DOCUMENT: "文件资料",
    EvidenceKind.PHOTO: "照片",
    EvidenceKind.ON_SITE: "现场查看",
}
