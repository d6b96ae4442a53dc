"""The sentences of a bulletin, made from its figures alone.

A figure that may not be shown is said to be 数据不足, with what there is of it; a change names its base and
is left out, with the reason, where there is none. Nothing is compared that is not of the same kind.
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from backend.dates import day_text
from backend.documents.axes import number
from canteen.bulletins.figures import STAGES, Block, Evaluation, Figures, change_text
from canteen.bulletins.models import BulletinKind
from canteen.bulletins.policies import period_name
from canteen.waste.statistics import policies as statistics
from canteen.waste.statistics.policies import Basis, Figure

_BEFORE: Final = {BulletinKind.MONTHLY: "上月", BulletinKind.QUARTERLY: "上季度"}
_TOP_DISHES: Final = 3


def kilograms(grams: int) -> str:
    """`1,234.6`: kilograms to one decimal, half up."""
    exact = Decimal(grams) / 1000
    return f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP):,}"


def money(fen: int) -> str:
    """`23,998.39`: yuan."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def tight(text: str) -> str:
    """`54.5克/人·餐`: as a 公文 writes it, without a space before the unit."""
    return text.replace(" ", "")


def sentences(figures: Figures) -> list[str]:
    """What the figures come to, in the order of the bulletin's sections."""
    kind = BulletinKind(figures.kind)
    before = _BEFORE[kind]
    told = [_scale(figures, kind)]
    if figures.total.weighed:
        told += [_figure(figures, "plate", "人均餐盘剩余", before)]
        told += [_figure(figures, "clean_plate", "光盘率", before)]
        told += [_figure(figures, "unserved", "人均备餐剩余", before)]
        told += [_figure(figures, "waste_rate", "浪费率（备餐剩余与餐盘剩余之和占备餐量的比例）", before)]
        told += [_weights(figures.total), *_canteens(figures), *_dishes(figures)]
        if figures.baselines:
            told.append(f"与公开数据对照：{'；'.join(tight(each.text) for each in figures.baselines)}")
    if figures.evaluation is not None:
        told += _evaluation(figures.evaluation)
    return [_ended(each) for each in told]


def _scale(figures: Figures, kind: BulletinKind) -> str:
    first, last = date.fromisoformat(figures.first_day), date.fromisoformat(figures.last_day)
    span = f"{period_name(kind, first)}（{day_text(first)}至{day_text(last)}）"
    total = figures.total
    served = sum(1 for each in figures.canteens if each.now.opened)
    if not total.opened:
        return f"{span}各食堂没有供餐记录"
    if not total.weighed:
        return f"{span}，{served}个食堂共供餐{number(total.opened)}餐次，均未称重，浪费情况数据不足，不作评价"
    return (
        f"{span}，{served}个食堂共供餐{number(total.opened)}餐次、就餐{number(total.diners)}人次，"
        f"其中{number(total.weighed)}餐次有称重记录，台账完整率{_ledger(total)}"
    )


def _ledger(block: Block) -> str:
    figure = block.figures["ledger"]
    # How complete the record is, is known however incomplete it is.
    value = figure.value
    return f"{statistics.to_tenth(value * 100)}%" if value is not None else statistics.NOT_ENOUGH


def _figure(figures: Figures, key: str, name: str, before: str) -> str:
    now = figures.total.figures[key]
    if now.shown is None:
        return f"{name}数据不足（{_behind(now)}），不作评价和比较"
    changes = [
        _change(now, figures.before.figures[key], before, "环比"),
        _change(now, figures.year_before.figures[key], "去年同期", "同比"),
    ]
    return f"{name}{tight(now.text)}（{_behind(now)}），{'；'.join(changes)}"


def _behind(figure: Figure) -> str:
    """What stands behind a figure: the sums and the coverage."""
    if not figure.measured:
        return f"供餐{number(figure.opened)}餐次，没有称重记录"
    coverage = f"称重{number(figure.measured)}餐次，覆盖率{figure.coverage_percent}%"
    if figure.basis is Basis.CLEAN_PLATE:
        return f"检视餐盘{number(figure.denominator)}个，其中光盘{number(figure.numerator)}个，{coverage}"
    if figure.unit is statistics.Unit.SHARE:
        return f"{kilograms(figure.numerator)}千克/{kilograms(figure.denominator)}千克，{coverage}"
    return f"{kilograms(figure.numerator)}千克、{number(figure.denominator)}人次，{coverage}"


def _change(now: Figure, base: Figure, name: str, kind: str) -> str:
    if statistics.change(now, base).shown is not None:
        text = change_text(now, base)
        word = f"与{name}持平" if text == "持平" else f"较{name}{tight(text)}"
        return f"{word}（{name}为{tight(base.text)}）"
    if not base.measured:
        return f"没有{name}的数据，不作{kind}"
    return f"{name}{'数据不足' if not base.is_enough else '基数为零'}，不作{kind}"


def _weights(total: Block) -> str:
    kinds = [
        f"{STAGES[stage]}{kilograms(sums.total_g)}千克（{number(sums.meals)}餐次）"
        for stage, sums in total.stages.items()
        if stage in STAGES and stage != "reused" and sums.meals
    ]
    reused = total.stages.get("reused")
    told = f"本期称重记录：{'、'.join(kinds)}" if kinds else "本期没有分环节的称重记录"
    if reused is not None and reused.meals:
        told += f"；另有边角料等再利用{kilograms(reused.total_g)}千克，单独列示，不冲抵浪费量"
    return f"{told}；按食材成本折算，记录到的浪费计{money(total.cost_fen)}元"


def _canteens(figures: Figures) -> list[str]:
    known = [
        (each.now.figures["plate"], each.name)
        for each in figures.canteens
        if each.now.figures["plate"].shown is not None
    ]
    short = [each.name for each in figures.canteens if each.now.figures["plate"].shown is None]
    told = []
    if len(known) > 1:
        known.sort(key=lambda each: (each[0].value or 0, each[1]))
        (least, least_name), (most, most_name) = known[0], known[-1]
        told.append(
            f"各食堂中，人均餐盘剩余最低的为{least_name}（{tight(least.text)}），"
            f"最高的为{most_name}（{tight(most.text)}）"
        )
    if short:
        told.append(f"{'、'.join(short)}数据不足，未列入食堂之间的比较")
    return told


def _dishes(figures: Figures) -> list[str]:
    top = [f"{each.name}（{each.canteen}，{each.rate.text}）" for each in figures.dishes[:_TOP_DISHES]]
    return [f"剩余率较高、建议调整的菜品有{'、'.join(top)}"] if top else []


def _evaluation(found: Evaluation) -> list[str]:
    told = []
    done = [each for each in found.units if each.score_tenths is not None]
    if found.units:
        grades = "、".join(f"{name}{count}个" for name, count in found.grades if count)
        told.append(
            f"本季度对{len(found.units)}个单位开展成效评估，已出结果{len(done)}个"
            + (f"，其中{grades}" if grades else "")
            + (
                f"；{len(found.units) - len(done)}个单位结果未定，不列等次"
                if len(done) < len(found.units)
                else ""
            )
        )
    else:
        told.append("本季度没有开展单位成效评估的记录")
    failing = _names(each.name for each in done if each.is_failing)
    if failing:
        told.append(f"评估不合格的单位为{failing}，须限期整改并接受复查")
    late = [each.name for each in found.units if each.reports is not None and each.reports < 3]
    if late:
        told.append(f"{_names(late)}的月报不足三个月，数据不足")
    if found.losses:
        causes = "、".join(
            f"第{each.item}项“{each.reason}”（{each.units}个单位）" for each in found.losses[:_TOP_DISHES]
        )
        told.append(f"失分较多的原因有{causes}")
    checks = found.spot_checks
    if checks is not None:
        told.append(
            f"{checks.year}年度共有被评估单位{checks.units}个，应抽查不少于{checks.required}个，"
            f"截至数据提取时已抽查{checks.inspected}个"
            f"（占全部单位的{_share(checks.inspected, checks.units)}）"
        )
    if found.rectifications:
        live = len(found.rectifications) - found.rectifications_closed
        told.append(
            f"本季度涉及整改{len(found.rectifications)}项，已办结{found.rectifications_closed}项，"
            f"未办结{live}项，其中逾期{found.rectifications_overdue}项"
        )
    return told


def _share(part: int, whole: int) -> str:
    return f"{statistics.to_tenth(Decimal(part) * 100 / whole)}%" if whole else statistics.NOT_ENOUGH


def _names(names: Iterable[str]) -> str:
    return "、".join(names)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！")) else f"{sentence}。"
