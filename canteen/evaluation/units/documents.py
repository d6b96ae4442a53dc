"""Units and reports as workbooks, which an import reads again."""

from collections.abc import Iterable
from datetime import date

from backend.documents import cells
from backend.documents.sheets import Column, Kind, workbook
from canteen.evaluation.units import parsing
from canteen.evaluation.units.queries import MonthStand, UnitView
from canteen.evaluation.units.titles import LEVEL_NAMES, OPERATION_NAMES, SERVING_NAMES

_KINDS = {
    parsing.CANTEENS: Kind.INT,
    parsing.DINERS: Kind.INT,
    parsing.MONTH_DINERS: Kind.INT,
    parsing.SERVED: Kind.INT,
    parsing.MEASURED: Kind.INT,
    **dict.fromkeys(parsing.GRAMS, Kind.KILOGRAMS),
    **dict.fromkeys(parsing.FEN, Kind.YUAN),
}
_WIDTHS = {parsing.NAME: 30, parsing.REMARK: 30}


def units_workbook(units: Iterable[UnitView]) -> bytes:
    """The units; phone numbers are masked, and a masked one changes nothing when it is imported."""
    rows = (
        (
            *(unit.code, unit.name, LEVEL_NAMES[unit.level], unit.region),
            *(OPERATION_NAMES[unit.operation], SERVING_NAMES[unit.serving], unit.canteens, unit.diners),
            *(unit.contact, unit.phone, cells.YES if unit.is_active else cells.NO),
        )
        for unit in units
    )
    return workbook("被评估单位", _columns(parsing.UNIT_COLUMNS), rows)


def reports_workbook(month: date, stands: Iterable[MonthStand]) -> bytes:
    """A month of these units: what they have reported, or rows to be filled in."""
    rows = []
    for stand in stands:
        figures = stand.report.figures if stand.report is not None else None
        told = [
            getattr(figures, name) if figures is not None else None
            for name in (
                *("diners", "meals_served", "meals_measured"),
                *parsing.GRAMS.values(),
                *parsing.FEN.values(),
                "remark",
            )
        ]
        rows.append((stand.code, stand.unit_name, f"{month:%Y-%m}", *told))
    return workbook(f"{month:%Y-%m}月报", _columns(parsing.REPORT_COLUMNS), rows)


def _columns(titles: Iterable[str]) -> list[Column]:
    return [Column(title, _KINDS.get(title, Kind.TEXT), _WIDTHS.get(title)) for title in titles]
