"""The ledgers of what came in and of what was kept of it: receipts, samples, temperatures."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import String, func, literal, select, union_all

from backend.actor import Actor
from backend.db import UTCDateTime, db
from backend.documents.sheets import Column, Kind
from canteen.food_safety.inspections.policies import degrees, kilograms
from canteen.food_safety.inspections.sections import Head, Section, by, clocked, joined, on, stamped
from canteen.food_safety.samples import queries as samples
from canteen.food_safety.temperatures import queries as temperatures
from canteen.food_safety.temperatures.models import Fridge, TemperatureReading
from canteen.purchasing.stock import receipts
from canteen.purchasing.stock.models import Certificate, ReceiptState
from canteen.purchasing.stock.receipts import LineView, ReceiptView
from canteen.purchasing.stock.titles import CERTIFICATE_NAMES, RECEIPT_STATE_NAMES


def receipts_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """进货查验: the fields of 食品安全法 §53, without prices."""
    found = receipts.between(canteen_id, from_on, until_on)
    columns = [
        *(Column("验收时间", Kind.INSTANT), Column("单号", width=20), Column("供应商", width=28)),
        *(Column("供应商地址", width=30), Column("联系人"), Column("品名", width=20), Column("规格")),
        *(Column("净重（千克）", Kind.KILOGRAMS), Column("生产日期", Kind.DAY), Column("批号", width=16)),
        *(Column("保质期至", Kind.DAY), Column("到货温度"), Column("感官", width=20)),
        *(Column("证明文件", width=40), Column("结果"), Column("拒收原因", width=24)),
        *(Column("验收人"), Column("复核人"), Column("单据状态")),
    ]
    rows = [_receipt_row(receipt, line) for receipt in found for line in receipt.lines]
    lines = [
        (
            f"{stamped(receipt.received_at)}\n{receipt.number}",
            _supplier(receipt),
            joined(_goods(line) for line in receipt.lines),
            _people(receipt),
        )
        for receipt in found
    ]
    goods = "品名、规格、净重、生产日期、批号、保质期、证明和查验结果"
    heads = (Head("验收时间、单号", 32), Head("供应商", 38), Head(goods), Head("验收、复核", 24))
    return Section(
        "receipts", "进货查验记录", "《食品安全法》第五十三条所列事项。", columns, rows, heads, lines
    )


def _receipt_row(receipt: ReceiptView, line: LineView) -> tuple[object, ...]:
    temperature = degrees(line.temperature_dc) if line.temperature_dc is not None else ""
    return (
        *(receipt.received_at, receipt.number, receipt.supplier_name, receipt.supplier_address),
        *(receipt.supplier_contact, line.name, line.spec, line.net_g, line.produced_on, line.lot),
        *(line.expires_on, temperature, line.appearance, _certificates(line)),
        *("合格" if line.is_accepted else "拒收", line.refusal),
        *(receipt.received_by_name, receipt.checked_by_name, _state(receipt)),
    )


def _state(receipt: ReceiptView) -> str:
    return RECEIPT_STATE_NAMES[ReceiptState(receipt.state)]


def _supplier(receipt: ReceiptView) -> str:
    parts = (receipt.supplier_name, receipt.supplier_address, receipt.supplier_contact)
    return joined(part for part in parts if part)


def _goods(line: LineView) -> str:
    parts = [f"{line.name} {line.spec}".strip(), f"{kilograms(line.net_g)} 千克"]
    if line.produced_on is not None:
        parts.append(f"生产 {line.produced_on}")
    if line.lot:
        parts.append(f"批号 {line.lot}")
    if line.expires_on is not None:
        parts.append(f"保质期至 {line.expires_on}")
    if line.temperature_dc is not None:
        parts.append(degrees(line.temperature_dc))
    if line.appearance:
        parts.append(line.appearance)
    parts.append(_certificates(line) or "无证明文件")
    parts.append("合格" if line.is_accepted else f"拒收：{line.refusal}")
    return "，".join(parts)


def _certificates(line: LineView) -> str:
    return "、".join(
        f"{CERTIFICATE_NAMES[Certificate(each.kind)]} {each.number}".strip() for each in line.certificates
    )


def _people(receipt: ReceiptView) -> str:
    state = "" if receipt.state == ReceiptState.ACCEPTED.value else _state(receipt)
    return joined(part for part in (receipt.received_by_name, receipt.checked_by_name, state) if part)


def samples_section(actor: Actor, canteen_id: int, from_on: date, until_on: date) -> Section:
    """食品留样: weight, times, who, which fridge, and what became of it."""
    found = samples.period_rows(actor, canteen_id, from_on, until_on)
    columns = [
        *(Column("日期", Kind.DAY), Column("餐次"), Column("食品", width=20), Column("编号", width=14)),
        *(Column("重量（克）", Kind.GRAMS), Column("留样时间", Kind.INSTANT), Column("留样人")),
        *(Column("冰箱"), Column("处理时间", Kind.INSTANT), Column("处理人"), Column("状态")),
    ]
    rows = [
        (
            *(each.date, each.period_name, each.dish_name, each.code, each.weight_g, each.taken_at),
            *(each.taken_by_name, each.fridge, each.disposed_at, each.disposed_by_name, each.state_name),
        )
        for each in found
    ]
    lines = [
        (
            f"{on(day)}\n{period}",
            "；".join(f"{each.dish_name} {each.weight_g} 克" for each in group),
            _spread(clocked(each.taken_at) for each in group),
            "、".join(dict.fromkeys(each.taken_by_name for each in group)),
            "、".join(dict.fromkeys(each.fridge for each in group if each.fridge)),
            _disposal([each for each in group if each.disposed_at is not None], len(group)),
        )
        for (day, period), group in by(found, lambda each: (each.date, each.period_name))
    ]
    heads = (
        *(Head("日期、餐次", 22), Head("食品和重量"), Head("留样时间", 24)),
        *(Head("留样人", 18), Head("冰箱", 22), Head("处理", 42)),
    )
    return Section("samples", "食品留样记录", "", columns, rows, heads, lines)


def _spread(times: Iterable[str]) -> str:
    found = sorted(set(times))
    return f"{found[0]}–{found[-1]}" if len(found) > 1 else "".join(found)


def _disposal(gone: Sequence[samples.SampleView], count: int) -> str:
    if not gone:
        return "在存"
    last = max(each.disposed_at for each in gone if each.disposed_at is not None)
    names = "、".join(dict.fromkeys(each.disposed_by_name for each in gone))
    rest = f"，在存 {count - len(gone)}" if len(gone) < count else ""
    return f"{stamped(last)} {names}{rest}"


def temperatures_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """冷藏冷冻温度: the lowest and the highest of each fridge and day. One statement."""
    found = _fridge_days(canteen_id, from_on, until_on)
    columns = [
        *(Column("日期", Kind.DAY), Column("设备", width=18), Column("限值", width=18)),
        *(Column("最低"), Column("最高"), Column("测量次数", Kind.INT), Column("是否超限")),
    ]
    rows = [
        (
            *(day, name, f"{degrees(low)} 至 {degrees(high)}", degrees(least), degrees(most), count),
            "是" if least < low or most > high else "否",
        )
        for day, name, low, high, least, most, count in found
    ]
    lines = [
        (
            on(day),
            "；".join(
                f"{name} {degrees(least)} 至 {degrees(most)}（{count} 次）"
                for _, name, _, _, least, most, count in group
            ),
        )
        for day, group in by(found, lambda row: row[0])
    ]
    return Section(
        "temperatures",
        "冷藏冷冻温度记录",
        "每台设备每天的最低、最高温度。",
        columns,
        rows,
        (Head("日期", 22), Head("温度")),
        lines,
    )


def _fridge_days(
    canteen_id: int, from_on: date, until_on: date
) -> list[tuple[date, str, int, int, int, int, int]]:
    """By day and fridge: its name, its limits, the lowest, the highest, and how many readings."""
    days = (from_on + timedelta(days=count) for count in range((until_on - from_on).days + 1))
    selects = []
    for day in days:
        begin, end = temperatures.day_bounds(day)
        selects.append(
            select(
                literal(day.isoformat(), String).label("day"),
                literal(begin, UTCDateTime).label("begin_at"),
                literal(end, UTCDateTime).label("end_at"),
            )
        )
    spans = union_all(*selects).cte("spans")
    reading = TemperatureReading
    rows = db.session.execute(
        select(
            spans.c.day,
            Fridge.name,
            func.min(reading.minimum_dc),
            func.max(reading.maximum_dc),
            func.min(reading.temperature_dc),
            func.max(reading.temperature_dc),
            func.count(),
        )
        .join_from(
            spans,
            reading,
            (reading.measured_at >= spans.c.begin_at) & (reading.measured_at < spans.c.end_at),
        )
        .join(Fridge, Fridge.id == reading.fridge_id)
        .where(reading.canteen_id == canteen_id, temperatures.stands())
        .group_by(spans.c.day, Fridge.id, Fridge.name)
        .order_by(spans.c.day, Fridge.id)
    )
    return [(date.fromisoformat(row[0]), *row[1:]) for row in rows]


def excursions_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """温度超限: how long, how far, and what was done."""
    found = temperatures.excursions_between(canteen_id, from_on, until_on)
    columns = [
        *(Column("设备", width=18), Column("开始", Kind.INSTANT), Column("结束", Kind.INSTANT)),
        *(Column("分钟", Kind.INT), Column("极值"), Column("限值", width=18), Column("处置", width=40)),
        *(Column("处置人"), Column("处置时间", Kind.INSTANT)),
    ]
    rows = [
        (
            *(each.fridge_name, each.began_at, each.ended_at, each.minutes, degrees(each.extreme_dc)),
            f"{degrees(each.minimum_dc)} 至 {degrees(each.maximum_dc)}",
            *(each.action, each.acted_by_name, each.acted_at),
        )
        for each in found
    ]
    lines = [
        (
            each.fridge_name,
            f"{stamped(each.began_at)} 起 {each.minutes} 分钟",
            degrees(each.extreme_dc),
            f"{each.action or '未填写'} {each.acted_by_name}".strip(),
        )
        for each in found
    ]
    heads = (Head("设备", 30), Head("时间", 50), Head("极值", 18), Head("处置"))
    return Section("excursions", "温度超限和处置", "", columns, rows, heads, lines)
