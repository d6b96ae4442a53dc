"""Rules of bulletins without a database: periods, numbers, and sentences where there is little to say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from canteen.bulletins import policies, summary
from canteen.bulletins.direct_reports.policies import pause_after
from canteen.bulletins.errors import PeriodWrong
from canteen.bulletins.figures import (
    SHOWN,
    Block,
    CanteenLine,
    Figures,
    StageSums,
    change_text,
    changes,
    dump,
    load,
)
from canteen.bulletins.models import BulletinKind
from canteen.waste.statistics.policies import Basis, Figure, Sample

MONTHLY, QUARTERLY = BulletinKind.MONTHLY, BulletinKind.QUARTERLY


@pytest.mark.parametrize(
    ("kind", "first", "last", "code", "name", "before"),
    [
        (MONTHLY, date(2026, 2, 1), date(2026, 2, 28), "2026-02", "2026年2月", date(2026, 1, 1)),
        (MONTHLY, date(2028, 2, 1), date(2028, 2, 29), "2028-02", "2028年2月", date(2028, 1, 1)),
        (MONTHLY, date(2026, 1, 1), date(2026, 1, 31), "2026-01", "2026年1月", date(2025, 12, 1)),
        (QUARTERLY, date(2026, 1, 1), date(2026, 3, 31), "2026-Q1", "2026年第一季度", date(2025, 10, 1)),
        (QUARTERLY, date(2026, 10, 1), date(2026, 12, 31), "2026-Q4", "2026年第四季度", date(2026, 7, 1)),
    ],
)
def test_a_period_has_its_days_its_code_and_its_name(kind, first, last, code, name, before):
    policies.ensure_period(kind, first, today=first)
    assert policies.last_day_of(kind, first) == last
    assert policies.period_code(kind, first) == code
    assert policies.period_name(kind, first) == name
    assert policies.previous(kind, first) == before
    with pytest.raises(PeriodWrong):
        policies.ensure_period(kind, first, today=first - timedelta(days=1))


@pytest.mark.parametrize(
    ("now", "base", "text"),
    [
        ((54, 1), (108, 1), "下降 50.0%"),
        ((54, 1), (54, 1), "持平"),
        ((54, 1), (0, 1), "无可比基数"),
        ((0, 1), (54, 1), "下降 100.0%"),
    ],
)
def test_grams_change_in_per_cent(now, base, text):
    assert change_text(*(Figure(Basis.PLATE, *each, Sample(9, 9, 9), True) for each in (now, base))) == text


def test_shares_change_in_percentage_points():
    now, base = (Figure(Basis.CLEAN_PLATE, part, 10_000, Sample(9, 9, 9), True) for part in (2_686, 3_583))
    assert change_text(now, base) == "下降 9.0 个百分点"
    assert change_text(replace(now, is_enough=False), base) == "数据不足"
    assert change_text(now, replace(base, is_enough=False)) == "数据不足"


def block(
    opened: int = 0, weighed: int = 0, plate: tuple[int, int] = (0, 0), *, is_enough: bool = False
) -> Block:
    """A block of which the plates are known, and nothing else."""
    nothing = {key: Figure(Basis(key), 0, 0, Sample(0, opened), is_enough=False) for key in SHOWN}
    figures = {
        **nothing,
        "plate": Figure(Basis.PLATE, *plate, Sample(weighed, opened, plate[1]), is_enough),
        "ledger": Figure(Basis.LEDGER, weighed, opened, Sample(weighed, opened, opened), opened > 0),
    }
    stages = {"plate": StageSums(plate[0], 0, 0, weighed)} if weighed else {}
    return Block(opened, weighed, plate[1], 0, 0, figures, stages)


def figures(total: Block, before: Block | None = None) -> Figures:
    """November's figures of one canteen."""
    line = CanteenLine(1, "一食堂", total, before or block())
    return Figures(
        *("monthly", "2026-11-01", "2026-11-30", total, before or block(), block()),
        canteens=[line] if total.opened else [],
        trend=[],
        dishes=[],
        baselines=[],
    )


def test_a_month_without_meals_and_one_without_scales_are_said_plainly():
    assert summary.sentences(figures(block())) == ["2026年11月（11月1日至11月30日）各食堂没有供餐记录。"]
    assert summary.sentences(figures(block(20))) == [
        "2026年11月（11月1日至11月30日），1个食堂共供餐20餐次，均未称重，浪费情况数据不足，不作评价。"
    ]


def test_too_small_a_sample_gives_no_number_and_a_missing_base_no_comparison():
    few = summary.sentences(figures(block(20, 2, (9_000, 100))))
    assert few[1] == "人均餐盘剩余数据不足（9.0千克、100人次，称重2餐次，覆盖率10.0%），不作评价和比较。"
    enough = summary.sentences(figures(block(20, 20, (9_000, 100), is_enough=True)))
    assert enough[1].endswith("没有上月的数据，不作环比；没有去年同期的数据，不作同比。")
    short = block(20, 1, (9_000, 100))
    assert (
        "上月数据不足，不作环比" in summary.sentences(figures(block(9, 9, (1, 1), is_enough=True), short))[1]
    )


def test_figures_read_back_are_the_same_and_differ_in_nothing():
    taken = figures(block(20, 20, (9_000, 100), is_enough=True))
    assert dump(load(dump(taken))) == dump(taken)
    assert changes(taken, load(dump(taken))) == []
    more = figures(block(20, 20, (12_000, 100), is_enough=True))
    told = {(each.where, each.name): (each.old, each.new) for each in changes(taken, more)}
    assert told["总体", "人均餐盘剩余"] == (
        "90.0 克/人·餐（20/20 餐，100.0%）",
        "120.0 克/人·餐（20/20 餐，100.0%）",
    )
    assert {where for where, _ in told} == {"总体", "一食堂"}


def test_a_report_without_an_answer_waits_longer_each_time():
    minutes = [pause_after(attempts) // timedelta(minutes=1) for attempts in (1, 2, 3, 7, 8, 50)]
    assert minutes == [5, 10, 20, 320, 360, 360]
