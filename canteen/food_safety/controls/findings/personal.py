"""What findings say about a person, told to them."""

from typing import Any

from sqlalchemy import select

from backend.db import db
from canteen.food_safety.controls.findings.queries import FindingView
from canteen.food_safety.controls.models import Finding
from canteen.menu.models import Canteen


def findings_of(staff_id: int) -> list[dict[str, Any]]:
    """The problems that somebody has to put right, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(Finding, Canteen.name)
        .join(Canteen, Canteen.id == Finding.canteen_id)
        .where(Finding.responsible_id == staff_id)
        .order_by(Finding.id)
    )
    return [
        {
            "食堂": canteen,
            "问题": row.description,
            "发现日期": row.found_on,
            "整改期限": row.due_on,
            "状态": FindingView(row, canteen).state_name,
        }
        for row, canteen in rows
    ]
