"""What is printed of the store: labels of batches, the inventory, and the monthly report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import segno

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, workbook
from backend.money import yuan
from canteen.purchasing.ingredients.models import IngredientCategory, Storage
from canteen.purchasing.ingredients.titles import CATEGORY_NAMES, STORAGE_NAMES
from canteen.purchasing.stock import policies
from canteen.purchasing.stock.figures import Monthly, Stocked, Sums
from canteen.purchasing.stock.queries import BatchView

_HEADINGS: Final = ("期初", "入库", "领用", "报损", "盘点差异", "期末")


@dataclass(frozen=True, slots=True)
class Label:
    """A batch with its code as an image."""

    batch: BatchView
    qr: str
    weight: str


def labels_pdf(batches: Sequence[BatchView]) -> bytes:
    """Labels of 62 × 40 mm, one a page; the QR code (error correction M or better) holds the batch's code."""
    labels = [
        Label(
            batch,
            segno.make(batch.code, error="m", micro=False).svg_data_uri(border=4),
            policies.kilograms(batch.quantity_g),
        )
        for batch in batches
    ]
    return pdf.render("canteen.purchasing.stock/labels.html", {"title": "批次标签", "labels": labels})


def inventory_workbook(canteen: str, rows: Sequence[Stocked]) -> bytes:
    """What a canteen has of each ingredient."""
    columns = [
        *(Column("食材编码", width=14), Column("食材", width=24), Column("类别"), Column("储存")),
        *(Column("库存（千克）", Kind.KILOGRAMS), Column("可用（千克）", Kind.KILOGRAMS)),
        *(Column("其中临期（千克）", Kind.KILOGRAMS), Column("过期（千克）", Kind.KILOGRAMS)),
        *(Column("封存（千克）", Kind.KILOGRAMS), Column("金额（元）", Kind.YUAN)),
        *(Column("批次", Kind.INT), Column("最早到期", Kind.DAY)),
        *(Column("安全库存（千克）", Kind.KILOGRAMS), Column("低于安全库存", width=14)),
    ]
    return workbook(
        f"{canteen}库存",
        columns,
        [
            (
                *(row.code, row.ingredient),
                *(CATEGORY_NAMES[IngredientCategory(row.category)], STORAGE_NAMES[Storage(row.storage)]),
                *(row.remaining_g, row.usable_g, row.expiring_g, row.expired_g, row.blocked_g),
                *(row.value_fen, row.batches, row.expires_on, row.min_stock_g, "是" if row.is_short else ""),
            )
            for row in rows
        ],
    )


def monthly_workbook(canteen: str, month: date, rows: Sequence[Monthly]) -> bytes:
    """The month, ingredient by ingredient, with a row for all of them."""
    columns = [Column("食材", width=24), Column("类别")]
    for heading in _HEADINGS:
        columns += [
            Column(f"{heading}数量（千克）", Kind.KILOGRAMS, 16),
            Column(f"{heading}金额（元）", Kind.YUAN, 16),
        ]
    lines = [
        (row.ingredient, CATEGORY_NAMES[IngredientCategory(row.category)], *_flat(_pairs(row)))
        for row in rows
    ]
    if rows:
        lines.append(("合计", "", *_flat(totals(rows))))
    return workbook(f"{canteen}{month:%Y-%m}进销存", columns, lines)


def monthly_pdf(canteen: str, month: date, rows: Sequence[Monthly], *, printed_by: str) -> bytes:
    """The same as a form to sign."""
    context = {
        "title": "食材进销存月报",
        "printed_by": printed_by,
        "canteen": canteen,
        "month": month,
        "headings": _HEADINGS,
        "rows": [{"name": row.ingredient, "pairs": _told(_pairs(row))} for row in rows],
        "totals": _told(totals(rows)),
    }
    return pdf.render("canteen.purchasing.stock/monthly.html", context)


def totals(rows: Sequence[Monthly]) -> list[Sums]:
    """The sums of the report's columns."""
    return [
        Sums(grams=sum(each.grams for each in column), fen=sum(each.fen for each in column))
        for column in zip(*(_pairs(row) for row in rows), strict=True)
    ] or [Sums(grams=0, fen=0)] * len(_HEADINGS)


def _pairs(row: Monthly) -> list[Sums]:
    return [row.opening, row.received, row.issued, row.lost, row.counted, row.closing]


def _flat(pairs: Sequence[Sums]) -> list[Any]:
    return [value for pair in pairs for value in (pair.grams, pair.fen)]


def _told(pairs: Sequence[Sums]) -> list[tuple[str, str]]:
    return [(f"{pair.grams / 1000:,.3f}", yuan(pair.fen)) for pair in pairs]
