"""What is kept beside the facts: each is proved by the module that keeps it."""

from collections.abc import Callable, Iterable
from typing import Final

from backend.flows.invariants.examining import Examination, Invariant
from backend.ratings import services as rating_services
from backend.rollups import Difference
from canteen.purchasing.stock import reconciling as stock
from canteen.waste import services as waste_services
from feedback.reports import recounting as report_sums
from meeting.statistics import recounting as meeting_sums
from property.work_orders import recounting as order_sums

_MATERIALS: Final = """
    SELECT store_id, material_id, sum(kept) AS kept, sum(moved) AS moved FROM (
      SELECT store_id, material_id, hundredths AS kept, 0 AS moved FROM material_stock
      UNION ALL SELECT store_id, material_id, 0, hundredths FROM material_movements
    ) both_sides GROUP BY store_id, material_id HAVING sum(kept) <> sum(moved) ORDER BY 1, 2
"""


def _waste(found: Examination) -> None:
    found.look_at("weighings", "waste_stages", "waste_dishes", "waste_meals", "waste_departments")
    found.faults(map(str, waste_services.check()))


def _ratings(found: Examination) -> None:
    found.look_at("ratings", "rating_days")
    for one in rating_services.reconcile():
        found.fault(f"{' '.join(map(str, one.key))}：明细 {one.ledger}，统计 {one.rollup}")


def _stock(found: Examination) -> None:
    found.look_at("stock_batches", "stock_movements", "material_stock", "material_movements")
    for one in stock.check():
        found.fault(
            f"批次 {one.batch}：剩余 {one.batch_g} 克、{one.batch_fen} 分，"
            f"出入库合计 {one.movements_g} 克、{one.movements_fen} 分"
        )
    found.ask(_MATERIALS, "仓库 {store_id} 物料 {material_id}：库存 {kept}，出入库合计 {moved}")


def _kept(check: Callable[[], Iterable[Difference]], *tables: str) -> Callable[[Examination], None]:
    def run(found: Examination) -> None:
        found.look_at(*tables)
        found.faults(map(str, check()))

    return run


INVARIANTS: Final = (
    Invariant("waste", "称重统计等于明细合计", _waste, "可用 flask waste rebuild 重算"),
    Invariant("ratings", "评价统计等于明细合计", _ratings),
    Invariant("stock", "库存等于出入库合计", _stock),
    Invariant(
        "property_sums",
        "工单统计等于明细合计",
        _kept(order_sums.check, "work_orders", "work_order_days"),
        "可用 flask property rebuild 重算",
    ),
    Invariant(
        "feedback_sums",
        "诉求统计等于明细合计",
        _kept(report_sums.check, "reports", "report_days"),
        "可用 flask feedback rebuild 重算",
    ),
    Invariant(
        "meeting_sums",
        "会议统计等于明细合计",
        _kept(meeting_sums.check, "meeting_occurrences", "meeting_days", "meeting_hours"),
        "可用 flask meeting rebuild 重算",
    ),
)
