"""The list of materials, a store's stock and its movements as workbooks."""

from collections.abc import Iterable

from backend.documents.sheets import Column, Kind, workbook
from property.work_orders.costs.models import Material
from property.work_orders.costs.policies import ACTIVE, CODE, NAME, PRICE, SPEC, UNIT, decimal_of
from property.work_orders.costs.queries import StockView

LIST_TITLE = "材料价目表"


def list_workbook(materials: Iterable[Material]) -> bytes:
    """One row for each material; an import takes it as it is."""
    columns = [
        *(Column(CODE, width=16), Column(NAME, width=24), Column(SPEC, width=24), Column(UNIT, width=8)),
        *(Column(PRICE, Kind.YUAN), Column(ACTIVE, width=8)),
    ]
    rows = (
        (
            *(one.code, one.name, one.spec, one.unit, one.price_fen),
            "是" if one.is_active else "否",
        )
        for one in materials
    )
    return workbook(LIST_TITLE, columns, rows)


def stock_workbook(store: str, stock: Iterable[StockView]) -> bytes:
    """One row for each material that the store has."""
    columns = [
        *(Column(CODE, width=16), Column(NAME, width=24), Column(SPEC, width=24), Column(UNIT, width=8)),
        *(Column("库存", width=12), Column("最低库存", width=12), Column(PRICE, Kind.YUAN)),
        *(Column("金额（元）", Kind.YUAN), Column("是否不足", width=10)),
    ]
    rows = (
        (
            *(one.code, one.name, one.spec, one.unit),
            *(decimal_of(one.in_stock), decimal_of(one.least), one.price_fen, one.value_fen),
            "不足" if one.is_low else None,
        )
        for one in stock
    )
    return workbook(stock_title(store), columns, rows)


def stock_title(store: str) -> str:
    """`中心仓库库存`."""
    return f"{store}库存"
