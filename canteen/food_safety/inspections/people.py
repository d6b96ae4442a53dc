"""The ledgers of people and of their work: morning checks, certificates, hygiene, controls, findings."""

from datetime import date

from backend.documents.sheets import Column, Kind
from canteen.food_safety.controls.days import queries as controls
from canteen.food_safety.controls.findings import queries as findings
from canteen.food_safety.controls.models import SafetyMonth, SafetyWeek
from canteen.food_safety.controls.reviews import queries as reviews
from canteen.food_safety.hygiene.checks import queries as checks
from canteen.food_safety.hygiene.cleaning import queries as cleaning
from canteen.food_safety.hygiene.cleaning.queries import RecordView
from canteen.food_safety.inspections.sections import Head, Section, by, clocked, joined, on, stamped
from canteen.food_safety.workers import queries as workers
from canteen.food_safety.workers.models import Outcome
from canteen.food_safety.workers.policies import CertificateState
from canteen.food_safety.workers.queries import OutcomeView

_CERTIFICATE_STATES = {
    CertificateState.VALID: "有效",
    CertificateState.EXPIRING: "将到期",
    CertificateState.EXPIRED: "已到期",
    CertificateState.MISSING: "缺",
}


def morning_checks_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """晨检: who may work. What was measured and what somebody had are not told."""
    found = workers.outcomes(canteen_id, from_on, until_on)
    columns = [
        *(Column("日期", Kind.DAY), Column("班次"), Column("姓名"), Column("岗位"), Column("结果")),
        *(Column("检查时间", Kind.INSTANT), Column("检查人"), Column("解除时间", Kind.INSTANT)),
        Column("解除人"),
    ]
    rows = [
        (
            *(each.date, each.shift_name, each.name, each.job, each.outcome_name, each.checked_at),
            *(each.checked_by_name, each.cleared_at, each.cleared_by_name),
        )
        for each in found
    ]
    lines = [
        (
            f"{on(day)}\n{shift}",
            "、".join(each.name for each in group if each.outcome != Outcome.BLOCKED.value) or "—",
            joined(_blocked(each) for each in group if each.outcome == Outcome.BLOCKED.value) or "无",
            "、".join(dict.fromkeys(each.checked_by_name for each in group)),
        )
        for (day, shift), group in by(found, lambda each: (each.date, each.shift_name))
    ]
    note = "只列检查结果；体温和症状属敏感个人信息，不在本资料中。"
    heads = (Head("日期、班次", 22), Head("可以上岗"), Head("不得上岗", 62), Head("检查人", 20))
    return Section("morning_checks", "从业人员晨检记录", note, columns, rows, heads, lines)


def _blocked(each: OutcomeView) -> str:
    return f"{each.name}（{stamped(each.cleared_at)} 解除）" if each.is_cleared else each.name


def certificates_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """健康证明; of its number only the end."""
    found = workers.certificates_between(canteen_id, from_on, until_on)
    columns = [
        *(Column("姓名"), Column("编号", width=20), Column("发证机构", width=30)),
        *(Column("发证日期", Kind.DAY), Column("有效期至", Kind.DAY), Column("状态")),
    ]
    rows = [
        (
            *(each.worker_name, each.number_masked, each.issuer, each.issued_on, each.valid_until),
            _CERTIFICATE_STATES[CertificateState(each.state)],
        )
        for each in found
    ]
    lines = [tuple(str(cell) for cell in row) for row in rows]
    titles = [column.title for column in columns]
    heads = [Head(title, width) for title, width in zip(titles, (24, 32, None, 24, 24, 18), strict=True)]
    return Section("certificates", "从业人员健康证明", "", columns, rows, heads, lines)


def cleaning_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """清洁消毒."""
    found = cleaning.records_between(canteen_id, from_on, until_on)
    columns = [
        *(Column("完成时间", Kind.INSTANT), Column("类型"), Column("岗位"), Column("对象", width=20)),
        *(Column("方法"), Column("药剂", width=20), Column("浓度（mg/L）", Kind.INT)),
        *(
            Column("时间（分钟）", Kind.INT),
            Column("是否达到要求"),
            Column("操作人"),
            Column("备注", width=30),
        ),
    ]
    rows = [
        (
            *(each.row.done_at, each.kind_name, each.station, each.row.target, each.method_name),
            *(each.row.agent, each.row.concentration_mg_l, each.row.minutes),
            *("否" if each.row.is_below else "是", each.row.recorded_by_name, each.row.note),
        )
        for each in found
    ]
    lines = [
        (on(day), "；".join(_cleaned(each) for each in group))
        for day, group in by(found, lambda each: each.row.done_on)
    ]
    heads = (Head("日期", 22), Head("时间、对象、方法、浓度、作用时间、操作人"))
    return Section("cleaning", "清洁消毒记录", "", columns, rows, heads, lines)


def _cleaned(each: RecordView) -> str:
    row = each.row
    measured = [f"{row.concentration_mg_l} mg/L"] if row.concentration_mg_l is not None else []
    measured += [f"{row.minutes} 分钟"] if row.minutes is not None else []
    low = ["未达要求"] if row.is_below else []
    return " ".join(
        (clocked(row.done_at), row.target, each.method_name, *measured, *low, row.recorded_by_name)
    )


def checklists_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """六常六天: by station and day, with what was not in order."""
    found = checks.checks_between(canteen_id, from_on, until_on)
    columns = [
        *(Column("日期", Kind.DAY), Column("岗位", width=18), Column("检查项", Kind.INT)),
        *(Column("已检查", Kind.INT), Column("不符合", Kind.INT), Column("不符合情况", width=60)),
        *(Column("检查人"), Column("完成时间", Kind.INSTANT)),
    ]
    rows = [
        (
            *(each.check.checked_on, each.station, each.check.items, each.check.answered),
            *(each.check.failed, "；".join(f"{bad.heading}：{bad.remark}" for bad in each.failures)),
            *(each.check.last_by_name, each.check.last_at),
        )
        for each in found
    ]
    lines = [
        (
            on(day),
            "、".join(
                f"{each.station} {each.check.answered}/{each.check.items}（{each.check.last_by_name}）"
                for each in group
            ),
            joined(f"{each.station} {bad.heading}：{bad.remark}" for each in group for bad in each.failures)
            or "无",
        )
        for day, group in by(found, lambda each: each.check.checked_on)
    ]
    heads = (Head("日期", 22), Head("岗位、已检查/检查项、检查人"), Head("不符合情况", 60))
    return Section("checklists", "每日检查记录（六常六天）", "", columns, rows, heads, lines)


def controls_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """日管控: every day, those without a risk and those without a record, too."""
    found = [
        each
        for each in controls.days_of(canteen_id, from_on, until_on)
        if each.is_open or each.state != controls.NONE
    ]
    columns = [
        *(Column("日期", Kind.DAY), Column("状态"), Column("结论", width=20), Column("问题数", Kind.INT)),
        *(Column("食品安全员"), Column("完成时间", Kind.INSTANT)),
    ]
    rows = [
        (each.on, each.state_name, _verdict(each), each.found, each.closed_by_name, each.closed_at)
        for each in found
    ]
    lines = [(on(each.on), _verdict(each), each.closed_by_name, stamped(each.closed_at)) for each in found]
    heads = (Head("日期", 30), Head("结论"), Head("食品安全员", 40), Head("完成时间", 45))
    note = "未发现风险的日期照实记录；供餐日没有完成记录的列为“缺记录”。"
    return Section("controls", "日管控记录", note, columns, rows, heads, lines)


def _verdict(each: controls.DayState) -> str:
    if each.state == controls.CLOSED:
        return "未发现风险" if each.is_zero_risk else f"发现问题 {each.found} 项"
    return "缺记录" if each.is_gap else each.state_name


def findings_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """问题整改: what was found, who put it right, who checked it."""
    found = findings.findings_between(canteen_id, from_on, until_on)
    columns = [
        *(Column("发现日期", Kind.DAY), Column("来源"), Column("类别"), Column("问题", width=40)),
        *(Column("防范措施", width=30), Column("责任人"), Column("期限", Kind.DAY), Column("状态")),
        *(Column("整改情况", width=40), Column("整改人"), Column("整改时间", Kind.INSTANT)),
        *(Column("复查人"), Column("复查时间", Kind.INSTANT)),
    ]
    rows = [
        (
            *(each.row.found_on, each.source_name, each.area_name, each.row.description, each.row.measure),
            *(each.row.responsible, each.row.due_on, each.state_name, each.row.rectification),
            *(each.row.rectified_by_name, each.row.rectified_at),
            *(each.row.closed_by_name, each.row.closed_at),
        )
        for each in found
    ]
    lines = [
        (
            f"{on(each.row.found_on)}\n{each.source_name}",
            f"{each.area_name}：{each.row.description}",
            f"{each.row.responsible}\n{on(each.row.due_on)} 前",
            each.row.rectification or "—",
            f"{each.state_name}\n{each.row.closed_by_name}".strip(),
        )
        for each in found
    ]
    heads = (
        *(Head("发现日期、来源", 30), Head("问题"), Head("责任人、期限", 28)),
        *(Head("整改情况", 50), Head("状态、复查人", 24)),
    )
    note = "含此前发现、本期仍未销号的问题。"
    return Section("findings", "问题整改台账", note, columns, rows, heads, lines)


def reviews_section(canteen_id: int, from_on: date, until_on: date) -> Section:
    """周排查报告 and 月调度纪要 whose weeks or months begin in the period."""
    weeks = reviews.reports_between(canteen_id, SafetyWeek, from_on, until_on)
    months = reviews.reports_between(canteen_id, SafetyMonth, from_on.replace(day=1), until_on)
    columns = [
        *(Column("种类", width=14), Column("起始日期", Kind.DAY), Column("问题和讨论", width=50)),
        *(Column("措施和要求", width=50), Column("结论、参会人员", width=40), Column("签发人")),
        Column("签发时间", Kind.INSTANT),
    ]
    rows: list[tuple[object, ...]] = [
        (
            *("周排查报告", each.monday, each.problems, each.measures, each.conclusion),
            *(each.signed_by_name or "未签发", each.signed_at),
        )
        for each in weeks
    ]
    rows += [
        (
            *("月调度纪要", each.month, each.discussed, each.decisions),
            *(f"{each.chair}；{each.attendees}", each.signed_by_name or "未签发", each.signed_at),
        )
        for each in months
    ]
    lines = [
        (
            f"{kind}\n{on(first)}" if isinstance(first, date) else str(kind),
            joined(str(part) for part in texts if part) or "—",
            f"{signer}\n{stamped(at)}".strip(),
        )
        for kind, first, *texts, signer, at in rows
    ]
    heads = (Head("种类、起始日期", 28), Head("内容"), Head("签发", 36))
    return Section("reviews", "周排查和月调度", "", columns, rows, heads, lines)
