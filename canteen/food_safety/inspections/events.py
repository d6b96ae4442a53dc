"""The ledgers of additives, of what collectors took, and of incidents."""

from datetime import date

from backend.documents.sheets import Column, Kind
from canteen.food_safety.incidents import queries as incidents
from canteen.food_safety.inspections.policies import kilograms
from canteen.food_safety.inspections.sections import Head, Section, stamped
from canteen.food_safety.ledgers import queries as ledgers
from canteen.food_safety.ledgers.titles import HAND_OVER_NAMES


def additives_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """食品添加剂使用: what was taken back is left out."""
    found = [each for each in ledgers.uses_between(canteen_id, from_on, until_on) if not each.is_taken_back]
    columns = [
        *(Column("使用时间", Kind.INSTANT), Column("添加剂", width=18), Column("批号", width=16)),
        *(Column("用于", width=20), Column("添加剂（克）"), Column("食品（千克）", Kind.KILOGRAMS)),
        *(Column("用量（mg/kg）"), Column("限量（mg/kg）"), Column("是否超限"), Column("使用人")),
        Column("说明", width=30),
    ]
    rows = [
        (
            *(each.row.used_at, each.row.name, each.row.lot, each.row.dish, _grams(each.row.weight_mg)),
            *(each.row.food_g, str(each.mg_per_kg), _limit(each.row.limit_mg_per_kg)),
            *("是" if each.row.is_over else "否", each.row.recorded_by_name, each.row.note),
        )
        for each in found
    ]
    lines = [
        (
            stamped(each.row.used_at),
            f"{each.row.name} {each.row.lot}".strip(),
            each.row.dish,
            f"{_grams(each.row.weight_mg)} 克 / {kilograms(each.row.food_g)} 千克",
            f"{each.mg_per_kg} / {_limit(each.row.limit_mg_per_kg)}" + ("，超限" if each.row.is_over else ""),
            each.row.recorded_by_name,
        )
        for each in found
    ]
    heads = (
        *(Head("使用时间", 32), Head("添加剂、批号"), Head("用于", 26)),
        *(Head("用量", 38), Head("mg/kg / 限量", 32), Head("使用人", 18)),
    )
    listed = "、".join(f"{each.name}（{each.purpose}）" for each in ledgers.additives_of(canteen_id))
    note = f"备案的添加剂：{listed}。" if listed else "本食堂未备案食品添加剂。"
    return Section("additives", "食品添加剂使用记录", note, columns, rows, heads, lines)


def _grams(milligrams: int) -> str:
    return f"{milligrams / 1000:.3f}".rstrip("0").rstrip(".")


def _limit(limit: int | None) -> str:
    return "适量使用" if limit is None else str(limit)


def hand_overs_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """餐厨废弃物和废弃油脂收运: what was taken back is left out."""
    found = [each for each in ledgers.loads_between(canteen_id, from_on, until_on) if not each.is_taken_back]
    columns = [
        *(Column("收运时间", Kind.INSTANT), Column("种类"), Column("重量（千克）", Kind.KILOGRAMS)),
        *(Column("收运单位", width=28), Column("许可证号", width=20), Column("用途", width=20)),
        *(Column("车牌号"), Column("联单号", width=20), Column("签收人"), Column("记录人")),
    ]
    rows = [
        (
            *(each.row.handed_at, HAND_OVER_NAMES[each.kind], each.row.weight_g, each.row.receiver),
            *(each.row.licence_no, each.row.use, each.row.vehicle_no, each.row.receipt_no),
            *(each.row.signed_by, each.row.recorded_by_name),
        )
        for each in found
    ]
    lines = [
        (
            stamped(each.row.handed_at),
            HAND_OVER_NAMES[each.kind],
            f"{kilograms(each.row.weight_g)} 千克",
            "，".join(part for part in (each.row.receiver, each.row.licence_no) if part),
            each.row.use or "—",
            "、".join(part for part in (each.row.signed_by, each.row.recorded_by_name) if part),
        )
        for each in found
    ]
    heads = (
        *(Head("收运时间", 32), Head("种类", 26), Head("重量", 24), Head("收运单位、许可证号")),
        *(Head("用途", 22), Head("签收、记录", 28)),
    )
    return Section("hand_overs", "餐厨废弃物和废弃油脂收运台账", "", columns, rows, heads, lines)


def incidents_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """食品安全事件, drills among them; nobody who ate is named."""
    found = incidents.period_rows(canteen_id, from_on, until_on)
    columns = [
        *(Column("上报时间", Kind.INSTANT), Column("编号", width=20), Column("事件", width=30)),
        *(Column("类型"), Column("来源"), Column("是否演练"), Column("状态"), Column("发病人数", Kind.INT)),
        *(Column("涉及就餐人数", Kind.INT), Column("已通知", Kind.INT)),
        *(Column("报告监管部门", Kind.INSTANT), Column("原因", width=30), Column("处置措施", width=40)),
        Column("结案时间", Kind.INSTANT),
    ]
    rows = []
    lines = []
    for each in found:
        one = each.incident
        rows.append(
            (
                *(one.reported_at, each.number, one.title, each.kind_name, each.source_name),
                *("是" if one.is_drill else "否", each.state_name, one.sick, each.diners, each.told),
                *(one.authority_told_at, one.cause, one.measures, one.closed_at),
            )
        )
        lines.append(
            (
                f"{stamped(one.reported_at)}\n{each.number}",
                f"{'【演练】' if one.is_drill else ''}{one.title}（{each.kind_name}）",
                f"发病 {one.sick} 人，涉及 {each.diners} 人，已通知 {each.told} 人",
                stamped(one.authority_told_at) or ("演练，不报告" if one.is_drill else "未报告"),
                f"{each.state_name} {stamped(one.closed_at)}\n{one.measures}".strip(),
            )
        )
    heads = (
        *(Head("上报时间、编号", 34), Head("事件"), Head("人数", 44)),
        *(Head("报告监管部门", 32), Head("状态、处置", 44)),
    )
    return Section("incidents", "食品安全事件和演练", "", columns, rows, heads, lines)
