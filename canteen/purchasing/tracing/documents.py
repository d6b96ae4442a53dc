"""Traces as a PDF or a workbook; no names of diners stand in them."""

from typing import Any

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from canteen.menu.models import Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.purchasing.stock.models import Certificate
from canteen.purchasing.stock.policies import kilograms
from canteen.purchasing.stock.titles import CERTIFICATE_NAMES
from canteen.purchasing.tracing.queries import Made, Reach


def reach_pdf(reach: Reach, *, printed_by: str) -> bytes:
    """What batches reached."""
    return _pdf("reach.html", "食材批次追溯", printed_by, reach=reach)


def made_pdf(made: Made, *, printed_by: str) -> bytes:
    """Of which batches a dish or a meal was made."""
    return _pdf("made.html", "菜品溯源" if made.dish else "餐次溯源", printed_by, made=made)


def _pdf(template: str, title: str, printed_by: str, **facts: Any) -> bytes:
    context = {
        "title": title,
        "printed_by": printed_by,
        "kilograms": kilograms,
        "periods": PERIOD_NAMES,
        "certificates": CERTIFICATE_NAMES,
        **facts,
    }
    return pdf.render(f"canteen.purchasing.tracing/{template}", context)


def reach_workbook(reach: Reach) -> bytes:
    """The batches, and the meals with their dishes that they reached."""
    batches = [
        *(Column("批次"), Column("食材", width=20), Column("供应商", width=24), Column("生产批号")),
        *(Column("生产日期", Kind.DAY), Column("到期日期", Kind.DAY), Column("入库", Kind.INSTANT)),
        *(Column("入库（千克）", Kind.KILOGRAMS), Column("现存（千克）", Kind.KILOGRAMS), Column("封存原因")),
    ]
    meals = [
        *(Column("日期", Kind.DAY), Column("餐次"), Column("食堂", width=20), Column("菜品", width=20)),
        *(Column("是否注明菜品"), Column("注明菜品的领用（千克）", Kind.KILOGRAMS, 22)),
        *(Column("餐次用餐职工", Kind.INT), Column("餐次来宾", Kind.INT), Column("餐次未取", Kind.INT)),
    ]
    return workbook_of(
        "食材批次追溯",
        [
            Sheet(
                "批次",
                batches,
                [
                    (
                        *(one.code, one.ingredient, one.supplier, one.lot, one.produced_on, one.expires_on),
                        *(one.received_at, one.quantity_g, one.remaining_g, one.blocked_reason),
                    )
                    for one in reach.batches
                ],
            ),
            Sheet(
                "餐次和菜品",
                meals,
                [
                    (
                        *(meal.served_on, PERIOD_NAMES[Period(meal.period)], meal.canteen, dish.name),
                        *("是" if dish.is_certain else "推定", dish.grams),
                        *(meal.diners, meal.guests, meal.booked),
                    )
                    for meal in reach.meals
                    for dish in meal.dishes
                ],
            ),
        ],
    )


def made_workbook(made: Made) -> bytes:
    """The batches with their receipts and certificates."""
    columns = [
        *(Column("食材", width=20), Column("批次"), Column("领用（千克）", Kind.KILOGRAMS), Column("依据")),
        *(Column("生产日期", Kind.DAY), Column("生产批号"), Column("到期日期", Kind.DAY)),
        *(Column("供货者", width=24), Column("地址", width=30), Column("联系人")),
        *(Column("验收单", width=20), Column("验收时间", Kind.INSTANT), Column("验收人")),
        Column("证明", width=40),
    ]
    rows = []
    for one in made.ingredients:
        shown = [
            f"{CERTIFICATE_NAMES[Certificate(each.kind)]} {each.number}".strip()
            for each in (one.line.certificates if one.line is not None else ())
        ]
        receipt = one.receipt
        rows.append(
            (
                *(one.batch.ingredient, one.batch.code, one.grams, "注明" if one.is_certain else "推定"),
                *(one.batch.produced_on, one.batch.lot, one.batch.expires_on),
                *(
                    (receipt.supplier_name, receipt.supplier_address, receipt.supplier_contact)
                    if receipt is not None
                    else (one.batch.supplier or "期初库存", "", "")
                ),
                *(
                    (receipt.number, receipt.received_at, receipt.received_by_name)
                    if receipt is not None
                    else ("", None, "")
                ),
                "；".join(shown),
            )
        )
    return workbook_of("溯源", [Sheet("食材批次", columns, rows)])
