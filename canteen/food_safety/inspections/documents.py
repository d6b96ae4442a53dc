"""The export on paper and as a workbook. Not within a unit of work."""

from backend.documents import pdf
from backend.documents.environment import day
from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from canteen.food_safety.inspections.queries import Inspection

_COVER = (Column("台账", width=36), Column("记录数", Kind.INT), Column("说明", width=60))


def title_of(found: Inspection) -> str:
    """`机关食堂食品安全迎检资料 20261101-20261130`: the name of a file."""
    return f"{found.canteen}食品安全迎检资料 {found.from_on:%Y%m%d}-{found.until_on:%Y%m%d}"


def inspection_pdf(found: Inspection, *, printed_by: str) -> bytes:
    """A cover, the contents with their pages, and every ledger."""
    return pdf.render(
        "canteen.food_safety.inspections/inspection.html",
        {
            "title": "食品安全迎检资料",
            "number": f"{found.canteen} {found.from_on}至{found.until_on}",
            "printed_by": printed_by,
            "found": found,
            "days": f"{day(found.from_on)}至{day(found.until_on)}",
        },
    )


def inspection_workbook(found: Inspection) -> bytes:
    """A sheet of what there is, and one for each ledger with every record."""
    cover = Sheet("目录", _COVER, [(each.title, len(each.rows), each.note) for each in found.sections])
    return workbook_of(
        title_of(found), [cover, *(Sheet(each.title, each.columns, each.rows) for each in found.sections)]
    )
