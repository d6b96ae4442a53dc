"""How scores make a total and a grade, and what a sheet may say. Tables, without a database."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import AppError
from backend.scoresheets import policies
from backend.scoresheets.models import EvidenceKind, Inapplicable, LossReason, ScoreItem, VersionState
from backend.scoresheets.policies import (
    Content,
    Grade,
    Item,
    Loss,
    Mark,
    Reason,
    grade_of,
    problems,
    total_tenths,
)
from tests.factories import MONDAY

FULL, RESCALE = Inapplicable.FULL_MARKS, Inapplicable.RESCALE
# The only thresholds that were found published (新疆, 100 points).
PUBLISHED_GRADES = (
    Grade("优秀", 900),
    Grade("良好", 800),
    Grade("合格", 700),
    Grade("不合格", 0, is_failing=True),
)
ITEM = Item("1", "组织", "制度", "", 40, "看文件", EvidenceKind.DOCUMENT, reasons=(Reason("没有文件", 40),))
METRIC = Item("2", "监测", "台账", "", 60, "看数据", EvidenceKind.METRIC, "ledger")
SHEET = Content(
    "s", "表", "", 2026, "", RESCALE, "", (ITEM, METRIC), (Grade("好", 80), Grade("差", 0, is_failing=True))
)


@pytest.mark.parametrize(
    ("marks", "by_full", "by_rescale"),
    [
        ({1: 40, 2: 60, 3: 900}, 1000, 1000),
        ({1: 35, 2: 60, 3: 855}, 950, 950),
        # 不适用 counts as full marks, or the rest of 96 points is scaled to 100: 85.5 / 96 = 89.06…
        ({1: None, 2: 0, 3: 855}, 895, 891),
        # Half up, once: 80.5 / 96 × 100 = 83.854…; 78.0 / 96 × 100 = 81.25 → 81.3.
        ({1: None, 2: 0, 3: 780}, 820, 813),
        ({1: None, 2: None, 3: 700}, 800, 778),
        ({1: 0, 2: 0, 3: 0}, 0, 0),
    ],
)
def test_an_inapplicable_item_counts_as_the_sheet_says(marks, by_full, by_rescale):
    worth = {1: 40, 2: 60, 3: 900}
    assert total_tenths(worth, marks, FULL) == by_full
    assert total_tenths(worth, marks, RESCALE) == by_rescale


def test_a_sheet_of_which_nothing_applies_has_full_marks_or_no_total():
    assert total_tenths({1: 40, 2: 60}, {1: None, 2: None}, FULL) == 100
    with pytest.raises(AppError, match="nothing_applies"):
        total_tenths({1: 40, 2: 60}, {1: None, 2: None}, RESCALE)


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 1000), st.booleans()), min_size=1))
def test_a_total_lies_within_the_sheet_and_both_ways_agree_where_all_applies(items):
    worth = {place: points for place, (points, _, _) in enumerate(items)}
    scores = {place: points * share // 1000 for place, (points, share, _) in enumerate(items)}
    assert total_tenths(worth, scores, FULL) == total_tenths(worth, scores, RESCALE) == sum(scores.values())
    marks = {place: None if items[place][2] else score for place, score in scores.items()}
    if any(score is not None for score in marks.values()):
        for rule in Inapplicable:
            assert 0 <= total_tenths(worth, marks, rule) <= sum(worth.values())
        # The exact fraction, apart from the code's integers.
        applying = [place for place, score in marks.items() if score is not None]
        exact = Decimal(sum(marks[place] for place in applying)) * sum(worth.values())
        exact /= sum(worth[place] for place in applying)
        assert abs(total_tenths(worth, marks, RESCALE) - exact) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("total", "grade", "is_failing"),
    [
        (1000, "优秀", False),
        (900, "优秀", False),
        (899, "良好", False),
        (800, "良好", False),
        (799, "合格", False),
        (700, "合格", False),
        (699, "不合格", True),
        (0, "不合格", True),
    ],
)
def test_the_published_thresholds_make_the_grade(total, grade, is_failing):
    found = grade_of(total, PUBLISHED_GRADES)
    assert (found.title, found.is_failing) == (grade, is_failing)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, None),
        ({"items": ()}, "没有指标"),
        ({"items": (ITEM, replace(METRIC, number="1"))}, "序号 1 重复"),
        ({"items": (ITEM, replace(METRIC, metric_key=""))}, "数据项"),
        ({"items": (ITEM, replace(ITEM, number="2", metric_key="ledger"))}, "数据项"),
        ({"items": (replace(ITEM, points_tenths=0), METRIC)}, "分值应大于 0"),
        ({"items": (replace(ITEM, reasons=(Reason("甲", 41),)), METRIC)}, "扣分超过该项分值"),
        ({"items": (replace(ITEM, reasons=(Reason("甲"), Reason("甲"))), METRIC)}, "重复"),
        ({"grades": ()}, "没有等级"),
        ({"grades": (Grade("好", 80),)}, "应从 0 分起"),
        ({"grades": (Grade("好", 101), Grade("差", 0))}, "超过总分"),
        ({"grades": (Grade("好", 0), Grade("差", 0))}, "起点相同"),
        ({"grades": (Grade("好", 80), Grade("好", 0))}, "重复"),
        ({"grades": (Grade("好", 80, is_failing=True), Grade("差", 0))}, "不能好于"),
    ],
)
def test_a_sheet_that_contradicts_itself_is_told_how(change, problem):
    found = problems(replace(SHEET, **change))
    assert (found == []) if problem is None else any(problem in each for each in found)


def test_equal_contents_have_equal_digests():
    assert SHEET.digest == replace(SHEET).digest != replace(SHEET, note="别的").digest


KEPT = ScoreItem(
    id=7, number="1", points_tenths=40, may_be_inapplicable=False, reasons=[LossReason(id=3, text="没有文件")]
)


@pytest.mark.parametrize(
    ("mark", "refusal"),
    [
        (Mark(7, 40), None),
        (Mark(7, 0, losses=(Loss(3),)), None),
        (Mark(7, 35, losses=(Loss(text="字迹不清"),)), None),
        (Mark(7, 41), "scoresheets.score_too_high"),
        (Mark(7, -1, losses=(Loss(3),)), "scoresheets.score_too_high"),
        (Mark(7, 35), "scoresheets.reason_needed"),
        (Mark(7, 35, losses=(Loss(4),)), "scoresheets.reason_not_found"),
        (Mark(7, 35, losses=(Loss(text=" "),)), "scoresheets.reason_not_found"),
        (Mark(7, None), "scoresheets.score_missing"),
        (Mark(7, 40, is_inapplicable=True), "scoresheets.score_missing"),
        (Mark(7, None, is_inapplicable=True), "scoresheets.not_inapplicable"),
    ],
)
def test_what_an_item_may_be_given(mark, refusal):
    if refusal is None:
        policies.ensure_mark(KEPT, mark)
        return
    with pytest.raises(AppError, match=f"^{refusal}$"):
        policies.ensure_mark(KEPT, mark)


@pytest.mark.parametrize(
    ("state", "valid_from", "is_usable"),
    [
        (VersionState.IN_FORCE, MONDAY, True),
        (VersionState.IN_FORCE, MONDAY.replace(day=24), False),
        (VersionState.DRAFT, None, False),
    ],
)
def test_only_a_version_whose_day_has_come_is_scored_by(state, valid_from, is_usable):
    if is_usable:
        policies.ensure_usable(state, valid_from, MONDAY)
        return
    with pytest.raises(AppError, match="not_in_force"):
        policies.ensure_usable(state, valid_from, MONDAY)
