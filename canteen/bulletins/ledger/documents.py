"""The 厨余垃圾台账 on paper, to be signed and filed, and as a workbook."""

from typing import Any, Final

from backend.documents import pdf
from backend.documents.sheets import Column, Kind, Sheet, workbook_of
from canteen.bulletins.ledger.policies import COLUMNS, Day
from canteen.bulletins.ledger.queries import Ledger
from canteen.food_safety.ledgers.models import HandOverKind
from canteen.food_safety.ledgers.titles import HAND_OVER_NAMES

_STAGES: Final = ("储存损耗", "加工（可食）", "加工（不可食）", "备餐剩余", "餐盘剩余")


def ledger_title(ledger: Ledger) -> str:
    """`机关食堂2026年11月厨余垃圾台账`."""
    return f"{ledger.canteen}{ledger.month.year}年{ledger.month.month}月厨余垃圾台账"


def kilograms(grams: int | None) -> str:
    """`12.345`: exact to the gram, so that a column adds up; `—` where nobody weighed."""
    if grams is None:
        return "—"
    return f"{grams // 1000:,}.{grams % 1000:03d}"


def ledger_pdf(ledger: Ledger, *, printed_by: str) -> bytes:
    """The form: a line a day, then every load, with places to sign. Not within a unit of work."""
    return pdf.render(
        "canteen.bulletins.ledger/ledger.html",
        {
            "title": ledger_title(ledger),
            "printed_by": printed_by,
            "ledger": ledger,
            "whole": ledger.whole,
            "stages": list(zip(COLUMNS, _STAGES, strict=True)),
            "kilograms": kilograms,
            "kinds": {kind.value: name for kind, name in HAND_OVER_NAMES.items()},
        },
    )


def ledger_workbook(ledger: Ledger) -> bytes:
    """The same as a workbook: the days, and the loads."""
    kg = [Column(f"{name}（千克）", Kind.KILOGRAMS) for name in (*_STAGES, "厨余合计", "再利用")]
    days = [
        Column("日期", Kind.DAY),
        *(Column(name, Kind.INT) for name in ("供餐餐次", "称重餐次", "就餐人次")),
        *kg,
        Column("餐盘为抽样"),
        Column("处置去向", width=18),
        Column("收运（千克）", Kind.KILOGRAMS),
        Column("收运单位", width=24),
        Column("记录人", width=18),
    ]
    loads = [
        Column("收运时间", Kind.INSTANT),
        Column("种类"),
        Column("重量（千克）", Kind.KILOGRAMS),
        Column("收运单位", width=24),
        Column("用途", width=20),
        Column("车牌号"),
        Column("联单号", width=20),
        Column("记录人"),
        Column("作废"),
    ]
    rows: list[tuple[Any, ...]] = [(each.on, *_cells(each)) for each in ledger.days]
    whole = ledger.whole
    return workbook_of(
        ledger_title(ledger),
        [
            Sheet("台账", days, [*rows, (None, *_cells(whole)[:-4], None, whole.taken_g, "合计", None)]),
            Sheet("收运记录", loads, [_load(load) for load in whole.loads]),
        ],
    )


def _cells(day: Day) -> tuple[Any, ...]:
    return (
        *(day.meals, day.weighed, day.diners),
        *(getattr(day, f"{name}_g") for name in COLUMNS),
        *(day.total_g, day.reused_g, "是" if day.is_sample else ""),
        *("、".join(day.dispositions), day.taken_g),
        *("、".join(sorted({each.row.receiver for each in day.loads if not each.is_taken_back})),),
        *("、".join(day.recorders),),
    )


def _load(load: Any) -> tuple[Any, ...]:
    row = load.row
    return (
        *(row.handed_at, HAND_OVER_NAMES[HandOverKind(row.kind)], row.weight_g, row.receiver, row.use),
        *(row.vehicle_no, row.receipt_no, row.recorded_by_name, "作废" if load.is_taken_back else ""),
    )
