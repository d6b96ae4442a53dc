"""The backtest on public attendance: the figures that are known, ours beside them, and no look ahead."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from canteen.production.forecasts import backtest
from canteen.production.forecasts.backtest import LEVELS, OURS, Row
from canteen.production.forecasts.errors import BacktestRowsInvalid
from canteen.production.forecasts.methods import DayFacts, Observation

# 43 school canteens of Nantes; its README names the source.
NANTES = Path(__file__).parents[3] / "data" / "nantes_attendance.csv"
FROM_ON = date(2018, 9, 3)


@pytest.fixture(scope="module")
def rows():
    with NANTES.open(encoding="utf-8", newline="") as lines:
        return backtest.read_csv(lines)


@pytest.fixture(scope="module")
def report(rows):
    return backtest.run(rows, from_on=FROM_ON)


@pytest.mark.parametrize(
    ("name", "wape"),
    [
        ("人工计划", 11.83),
        ("上周同日", 12.56),
        ("近四次均值", 10.89),
        ("近八次中位", 9.16),
        ("计划×近十次比值", 8.60),
    ],
)
def test_it_reproduces_the_human_plan_and_the_naive_baselines(report, name, wape):
    (found,) = (one for one in report.results if one.name == name)
    assert round(found.whole.wape, 2) == wape
    assert found.whole.count == report.count == 3145


def test_our_method_is_below_eight_and_four_tenths_and_best_in_both_halves(report):
    assert report.ours.name == OURS
    assert report.ours.whole.wape < 8.40
    others = report.results[:-1]
    for half in (0, 1):
        assert report.ours.halves[half].wape < min(one.halves[half].wape for one in others)


@pytest.mark.parametrize("level", LEVELS)
def test_our_method_beats_the_best_baseline_at_every_service_level(report, level):
    _, best = report.best_baseline(level)
    ours = report.ours.levels[LEVELS.index(level)]
    assert ours.loss < best
    # And it keeps its promise: so many days of a hundred had enough.
    assert ours.covered == pytest.approx(level, abs=5)


def test_a_higher_level_wastes_more_and_lacks_less(report):
    levels = report.ours.levels
    assert [one.over for one in levels] == sorted(one.over for one in levels)
    assert [one.short for one in levels] == sorted((one.short for one in levels), reverse=True)


def test_no_forecast_knows_anything_of_its_own_day_but_the_plan_nor_of_any_later_one(rows):
    few = [row for row in rows if row.site in {"23", "434", "730"}]
    said = backtest.run(few).forecasts
    days = sorted({on for on, _ in said})
    for cut_on in (days[0], days[len(days) // 2], days[-1]):
        changed = [shifted(row, cut_on) for row in few]
        again = backtest.run(reversed(changed)).forecasts
        until = {key: value for key, value in said.items() if key[0] <= cut_on}
        assert until
        assert {key: again[key] for key in until} == until
        assert cut_on == days[-1] or again != said


def shifted(row: Row, cut_on: date) -> Row:
    """The row with another attendance from a day on, and another plan after it."""
    seen = row.observation
    if seen.day.on < cut_on:
        return row
    planned = seen.planned if seen.day.on == cut_on else seen.planned * 3 + 50
    return replace(row, observation=replace(seen, actual=seen.actual * 2 + 100, planned=planned))


def test_too_little_history_gives_no_figures(rows):
    assert backtest.run(rows[:7]) is None
    assert backtest.run(rows, from_on=date(2020, 1, 1)) is None


# Files


def test_bad_rows_are_named_by_their_number_and_nothing_is_computed():
    lines = [
        "date,site_id,actual,planned\n",
        "2026-01-05,1,10,12\n",
        "2026-13-05,1,10,12\n",
        "2026-01-06,,10,12\n",
        "2026-01-07,1,-3,12\n",
        "2026-01-08,1,10,十二\n",
        "2026-01-05,1,11,12\n",
    ]
    with pytest.raises(BacktestRowsInvalid) as refused:
        backtest.read_csv(lines)
    assert [row["row"] for row in refused.value.data["rows"]] == [3, 4, 5, 6, 7]
    assert refused.value.data["rows"][-1]["msg"] == "与第 2 行重复"
    assert refused.value.msg == "文件中有 5 行有误，请更正后重试"


@pytest.mark.parametrize(("text", "msg"), [("date,actual\n", "缺少列 site_id、planned"), ("", "缺少列")])
def test_a_file_without_its_columns_is_refused(text, msg):
    with pytest.raises(BacktestRowsInvalid) as refused:
        backtest.read_csv(text.splitlines(keepends=True))
    assert refused.value.data["rows"][0]["msg"].startswith(msg)


def test_columns_come_in_any_order_with_others_beside_them():
    (row,) = backtest.read_csv(["\ufeffplanned,note,site_id,date,actual\n", "12,x, 甲 ,2026-01-05,10\n"])
    assert row == Row("甲", Observation(DayFacts(date(2026, 1, 5)), 10, 12))


# The command


def test_the_command_prints_every_method_and_every_service_level(app, tmp_path):
    with NANTES.open(encoding="utf-8", newline="") as lines:
        heading, *others = csv.reader(lines)
    file = tmp_path / "one.csv"
    file.write_text("\n".join(",".join(row) for row in [heading, *(row for row in others if row[1] == "23")]))
    done = app.test_cli_runner().invoke(args=["forecast", "backtest", str(file)])
    assert done.exit_code == 0, done.output
    for word in ("WAPE %", "偏差", "多备", "短缺", "人工计划", OURS, "50%", "95%", "1 个序列"):
        assert word in done.output


def test_the_command_names_bad_rows_and_says_when_there_is_too_little(app, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("date,site_id,actual,planned\n2026-01-05,1,x,12\n")
    done = app.test_cli_runner().invoke(args=["forecast", "backtest", str(file)])
    assert done.exit_code == 1
    assert "第 2 行：actual“x”应为不小于 0 的整数" in done.output
    own = app.test_cli_runner().invoke(args=["forecast", "backtest"])
    assert own.exit_code == 1
    assert "数据太少" in own.output
