"""An order on paper, to be signed and sent to the supplier, and as a workbook; spending as a workbook."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, Sheet, workbook, workbook_of
from backend.money import in_capitals
from canteen.purchasing.ingredients.titles import CATEGORY_NAMES
from canteen.purchasing.orders.models import OrderState
from canteen.purchasing.orders.policies import kilograms
from canteen.purchasing.orders.spending import Assistance, MonthSum
from canteen.purchasing.orders.titles import STATE_NAMES
from canteen.purchasing.orders.views import OrderView, RequestView
from canteen.purchasing.suppliers.queries import SupplierView

_VALID = frozenset({OrderState.APPROVED, OrderState.RECEIVED, OrderState.CLOSED})
_LINES = (
    Column("食材", width=24),
    Column("类别"),
    Column("每包（千克）", Kind.KILOGRAMS),
    Column("包数", Kind.INT),
    Column("订购（千克）", Kind.KILOGRAMS),
    Column("每包价格（元）", Kind.YUAN),
    Column("金额（元）", Kind.YUAN),
    Column("已到（千克）", Kind.KILOGRAMS),
    Column("拒收（千克）", Kind.KILOGRAMS),
    Column("备注", width=24),
)


def order_title(view: OrderView) -> str:
    """`机关食堂采购单CG2026-0001`."""
    return f"{view.canteen_name}采购单{view.number}"


def order_pdf(view: OrderView, supplier: SupplierView, *, printed_by: str) -> bytes:
    """The order with the places for both sides' signatures; one that is not approved says so."""
    return pdf.render(
        "canteen.purchasing.orders/order.html",
        {
            "title": f"{view.canteen_name}采购单",
            "number": view.number,
            "printed_by": printed_by,
            "view": view,
            "supplier": supplier,
            "state_name": STATE_NAMES[view.state],
            "is_valid": view.state in _VALID,
            "category_names": CATEGORY_NAMES,
            "kilograms": kilograms,
            "in_capitals": in_capitals,
        },
    )


def order_workbook(view: OrderView) -> bytes:
    """The lines of an order."""
    return workbook(order_title(view), _LINES, [_line_row(line) for line in view.lines])


def request_workbook(view: RequestView) -> bytes:
    """The lines of a request: what is needed, what is there, what is to be bought."""
    columns = [
        Column("食材", width=24),
        Column("类别"),
        Column("需要（千克）", Kind.KILOGRAMS),
        Column("用库存（千克）", Kind.KILOGRAMS),
        Column("用在途（千克）", Kind.KILOGRAMS),
        Column("采购（千克）", Kind.KILOGRAMS),
        Column("已下单（千克）", Kind.KILOGRAMS),
        Column("参考供应商", width=30),
    ]
    rows = [
        (
            *(line.ingredient_name, CATEGORY_NAMES[line.category], line.needed_g, line.stock_g),
            *(line.on_order_g, line.wanted_g, line.ordered_g, line.supplier_name),
        )
        for line in view.lines
    ]
    return workbook(f"采购申请{view.number}", columns, rows)


def spending_workbook(first: date, last: date, months: Sequence[MonthSum], share: Assistance) -> bytes:
    """What was spent by month and category, and of whom, with the share of assistance."""
    by_month = [
        (f"{one.month:%Y-%m}", one.amount_fen, one.expected_fen, one.budget_fen, _ratio(one.used_percent))
        for one in months
    ]
    by_category = [
        (f"{one.month:%Y-%m}", CATEGORY_NAMES[each.category], each.net_g, each.amount_fen)
        for one in months
        for each in one.categories
    ]
    sources: list[tuple[Any, ...]] = [
        (one.supplier_name, one.region, "是" if one.is_assistance else "否", one.amount_fen)
        for one in share.sources
    ]
    sources.append(("合计", "", "", share.total_fen))
    sources.append(("其中帮扶地区", "", _percent_text(share), share.assistance_fen))
    month = [Column("月份"), Column("到货金额（元）", Kind.YUAN), Column("待到货（元）", Kind.YUAN)]
    month += [Column("预算（元）", Kind.YUAN), Column("执行率", Kind.PERCENT)]
    return workbook_of(
        f"采购支出{first}至{last}",
        [
            Sheet("按月份", month, by_month),
            Sheet(
                "按类别",
                [
                    *_texts("月份", "类别"),
                    Column("重量（千克）", Kind.KILOGRAMS),
                    Column("金额（元）", Kind.YUAN),
                ],
                by_category,
            ),
            Sheet(
                "按供应商与帮扶占比",
                [*_texts("供应商", "地区", "消费帮扶"), Column("金额（元）", Kind.YUAN)],
                sources,
            ),
        ],
    )


def _texts(*titles: str) -> Iterable[Column]:
    return [Column(title, width=20) for title in titles]


def _percent_text(share: Assistance) -> str:
    return f"{share.percent}%" if share.percent is not None else "—"


def _ratio(percent: Any) -> Any:
    return percent / 100 if percent is not None else None


def _line_row(line: Any) -> tuple[Any, ...]:
    return (
        *(line.ingredient_name, CATEGORY_NAMES[line.category], line.pack_g, line.packs, line.ordered_g),
        *(line.price_fen, line.amount_fen, line.received_g, line.refused_g, line.note),
    )
