"""The day's record of a canteen's fridges (冷藏冷冻设备温度记录表)."""

from typing import Final

from backend.documents import pdf
from canteen.food_safety.temperatures.boards import Record
from canteen.food_safety.temperatures.titles import celsius

# So many readings stand beside each other.
_ACROSS: Final = 3


def record_title(record: Record) -> str:
    """`冷藏温度记录表 第一食堂 2026-11-23`: the name of a file."""
    return f"冷藏温度记录表 {record.sheet.canteen_name} {record.sheet.date.isoformat()}"


def record_pdf(record: Record, *, printed_by: str) -> bytes:
    """The record on A4, with every fridge, its readings, and what was beyond its limits."""
    facts = {
        "title": "冷藏冷冻设备温度记录表",
        "printed_by": printed_by,
        "sheet": record.sheet,
        "rows": record.rows,
        "across": _ACROSS,
        "celsius": celsius,
    }
    return pdf.render("canteen.food_safety.temperatures/record.html", facts)
