"""A bulletin on paper; it says what its frozen figures say."""

from typing import Any

from backend.documents import pdf
from backend.scoresheets.policies import spoken
from property.assessments.bulletins.queries import BulletinView
from property.assessments.models import BulletinState


def file_name(view: BulletinView) -> str:
    """What its file is called, without the ending."""
    version = f"（第{view.bulletin.version}版）" if view.bulletin.version > 1 else ""
    draft = "（草稿）" if view.state is not BulletinState.PUBLISHED else ""
    return f"{view.title}{version}{draft}"


def bulletin_pdf(view: BulletinView) -> bytes:
    """Heading, summary, the ranked table, main deductions and texts. Not within a unit of work."""
    bulletin = view.bulletin
    context: dict[str, Any] = {
        "title": view.title,
        "number": view.issue_no,
        "view": view,
        "bulletin": bulletin,
        "figures": view.figures,
        "is_draft": view.state is not BulletinState.PUBLISHED,
        "summary": summary(view),
        "spoken": spoken,
        "change": change,
        "paragraphs": paragraphs,
        "month_of": month_of,
    }
    if bulletin.published_at is not None:
        # What is published is dated by that, so that it is the same whenever it is printed.
        context["printed_at"] = bulletin.published_at
    return pdf.render("property.assessments.bulletins/bulletin.html", context)


def summary(view: BulletinView) -> list[str]:
    """The period in sentences."""
    figures = view.figures
    rows = figures["contracts"]
    if not rows:
        return [f"{view.period_name}没有已锁定的服务商考核。"]
    grades = "、".join(f"{grade} {count} 份" for grade, count in figures["grades"].items())
    sentences = [
        f"{view.period_name}共考核 {len(rows)} 份服务合同，平均得分 {_or_dash(figures['mean'])} 分；"
        f"月度考核等次：{grades}。"
    ]
    best = [row for row in rows if row["rank"] == 1]
    if best:
        names = "、".join(f"{row['contractor']}（{row['contract']}）" for row in best)
        sentences.append(f"得分最高的是{names}，{spoken(best[0]['total'])} 分。")
    less = len(rows) - figures["in_full"]
    sentences.append(
        f"全额支付服务费的 {figures['in_full']} 份，按考核结果扣减的 {less} 份。"
        if less
        else "各合同均全额支付服务费。"
    )
    return sentences


def change(now: int | None, before: int | None) -> str:
    """`+1.5`, `-0.3`, `持平`, `—` where there is nothing to compare."""
    if now is None or before is None:
        return "—"
    if now == before:
        return "持平"
    sign = "+" if now > before else "-"
    return f"{sign}{spoken(abs(now - before))}"


def month_of(code: str) -> str:
    """`2026-11` as `11月`."""
    return f"{int(code[5:])}月"


def paragraphs(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _or_dash(tenths: int | None) -> str:
    return spoken(tenths) if tenths is not None else "—"
