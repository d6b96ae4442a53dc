"""The roster as an Excel workbook."""

from collections.abc import Iterable

from backend.documents.sheets import Column, workbook
from backend.identity.models import StaffStatus
from backend.identity.sheets.parsing import COLUMNS, EXAMPLE
from backend.identity.sheets.policies import POST_SEPARATOR
from backend.identity.sheets.queries import ExportRow
from backend.identity.titles import STATUS_NAMES

_WIDTHS = (12, 12, 15, 22, 16, 30, 14, 30, 14, 8)
_COLUMNS = [Column(title, width=width) for title, width in zip(COLUMNS, _WIDTHS, strict=True)]
_EXAMPLE = (
    EXAMPLE,
    "张三",
    "13800000000",
    "110101199003070038",
    "66880000",
    "办公厅/综合处",
    "一级科员",
    f"工会/宣传部{POST_SEPARATOR}机关党委",
    f"干事{POST_SEPARATOR}委员",
    STATUS_NAMES[StaffStatus.ACTIVE],
)


def roster_workbook(rows: Iterable[ExportRow]) -> bytes:
    """A workbook with the columns of an import; every cell is text, none a formula."""
    return workbook("职工名册", _COLUMNS, map(_texts, rows))


def template_workbook() -> bytes:
    """An empty workbook for an import, with one example, which an import passes over."""
    return workbook("职工名册导入模板", _COLUMNS, [_EXAMPLE])


def _texts(row: ExportRow) -> tuple[str, ...]:
    primary = [posting for posting in row.postings if posting.is_primary]
    others = [posting for posting in row.postings if not posting.is_primary]
    return (
        row.staff_no,
        row.name,
        row.phone,
        row.id_no,
        row.card_no,
        "".join(posting.path for posting in primary),
        "".join(posting.title for posting in primary),
        POST_SEPARATOR.join(posting.path for posting in others),
        POST_SEPARATOR.join(posting.title for posting in others),
        STATUS_NAMES[row.status],
    )
