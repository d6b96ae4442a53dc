"""Who is drawn, which labels are borne, what is withheld, what may be answered: tables."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from feedback.surveys.errors import (
    SurveyAnswerInvalid,
    SurveyAnswersEmpty,
    SurveyDatesInvalid,
    SurveyQuestionsInvalid,
)
from feedback.surveys.models import QuestionKind
from feedback.surveys.policies import (
    Asked,
    Given,
    Mark,
    Question,
    allocate,
    draw,
    ensure_dates,
    ensure_questions,
    labels_of,
    marks_of,
    withheld,
)


@pytest.mark.parametrize(
    ("sizes", "n", "expected"),
    [
        ({"a": 60, "b": 30, "c": 10}, 10, {"a": 6, "b": 3, "c": 1}),
        ({"a": 50, "b": 50}, 5, {"a": 3, "b": 2}),
        ({"a": 7, "b": 2, "c": 1}, 5, {"a": 4, "b": 1, "c": 0}),  # Of equal remainders the larger.
        ({"a": 6, "b": 3, "c": 1}, 5, {"a": 3, "b": 2, "c": 0}),
        ({"a": 3, "b": 2}, 9, {"a": 3, "b": 2}),
        ({"a": 99, "b": 1}, 10, {"a": 10, "b": 0}),
    ],
)
def test_a_sample_is_spread_in_proportion_by_largest_remainders(sizes, n, expected):
    assert allocate(sizes, n) == expected


def test_a_sample_has_its_size_and_everybody_has_a_chance():
    strata = {person: person % 3 for person in range(1, 61)}
    drawn = [draw(strata, 15, Random(seed)) for seed in range(80)]
    assert {len(each) for each in drawn} == {15}
    assert all(Counter(strata[person] for person in each) == {0: 5, 1: 5, 2: 5} for each in drawn)
    assert set().union(*drawn) == set(strata)
    assert draw(strata, None, Random(1)) == set(strata) == draw(strata, 60, Random(1))


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ({1: 5, 2: 5}, {1, 2}),
        ({1: 10, 2: 5, 3: 5}, {1, 2, 3}),
        ({1: 10, 2: 4}, set()),  # The four would be known by having no label.
        ({1: 10, 2: 6, 3: 4}, {1}),
        ({1: 10, 2: 3, 3: 2}, {1}),
        ({1: 10, 2: 6, 0: 2}, {1}),
        ({1: 10, 0: 7}, {1}),
        ({1: 4}, set()),
    ],
)
def test_no_label_and_no_lack_of_one_singles_out_fewer_than_five(sizes, kept):
    people = iter(range(1, 1000))
    segments = {next(people): segment for segment, size in sizes.items() for _ in range(size)}
    labels = Counter(labels_of(segments).values())
    assert set(labels) - {0} == kept
    assert all(size >= 5 for label, size in labels.items() if label or kept)


@pytest.mark.parametrize(
    ("counts", "rest", "hidden"),
    [
        ({}, 0, set()),
        ({"a": 5, "b": 9}, 0, set()),
        ({"a": 3, "b": 9, "c": 20}, 0, {"a", "b"}),  # One withheld of a known total takes a second along.
        ({"a": 3, "b": 2, "c": 20}, 0, {"a", "b"}),  # Together they are five.
        ({"a": 1, "b": 2, "c": 20, "d": 7}, 0, {"a", "b", "d"}),
        ({"a": 0, "b": 9}, 0, {"a"}),  # Nobody gives nothing away.
        ({"a": 0, "b": 2, "c": 9, "d": 9}, 0, {"a", "b", "c"}),
        ({"a": 3, "b": 9}, 4, {"a"}),  # What is never told hides them already.
        ({"a": 9, "b": 9}, 2, {"a"}),
        ({"a": 4}, 0, {"a"}),
    ],
)
def test_what_few_said_cannot_be_reckoned_out(counts, rest, hidden):
    assert withheld(counts, rest=rest) == hidden
    left = sum(counts[each] for each in hidden) + rest
    assert left == 0 or left >= 5 or hidden == set(counts)


@pytest.mark.parametrize(
    "question",
    [
        Question(QuestionKind.SINGLE, "哪个？", options=("甲",)),
        Question(QuestionKind.SINGLE, "哪个？", options=("甲", "甲")),
        Question(QuestionKind.SINGLE, "哪个？", most=2, options=("甲", "乙")),
        Question(QuestionKind.MULTIPLE, "哪些？", most=3, options=("甲", "乙")),
        Question(QuestionKind.SCALE, "几分？", options=("甲", "乙")),
        Question(QuestionKind.TEXT, "为何？", most=2),
        Question(QuestionKind.MATRIX, "各几分？"),
    ],
)
def test_a_question_has_what_its_kind_needs(question):
    ensure_questions([Question(QuestionKind.SCALE, "几分？")])
    with pytest.raises(SurveyQuestionsInvalid):
        ensure_questions([question])


@pytest.mark.parametrize(("stops_on", "is_fine"), [(23, True), (22, False), (30, True)])
def test_the_last_day_is_not_past(stops_on, is_fine):
    today = date(2026, 11, 23)
    if is_fine:
        ensure_dates(None, date(2026, 11, stops_on), today)
    else:
        with pytest.raises(SurveyDatesInvalid):
            ensure_dates(None, date(2026, 11, stops_on), today)
    with pytest.raises(SurveyDatesInvalid):
        ensure_dates(None, date(2027, 11, 23), today)


ASKED = [
    Asked(1, QuestionKind.SINGLE, None, (11, 12)),
    Asked(2, QuestionKind.MULTIPLE, 2, (21, 22, 23)),
    Asked(3, QuestionKind.SCALE, None, ()),
    Asked(4, QuestionKind.TEXT, None, ()),
    Asked(5, QuestionKind.MATRIX, None, (51, 52)),
]


def test_answers_become_marks_and_what_is_left_out_is_none():
    given = [
        Given(1, option_ids=(12,)),
        Given(2, option_ids=(21, 23)),
        Given(3, score=4),
        Given(4),
        Given(5, scores={52: 1}),
    ]
    assert marks_of(ASKED, given) == [Mark(1, 12), Mark(2, 21), Mark(2, 23), Mark(3, score=4), Mark(5, 52, 1)]
    with pytest.raises(SurveyAnswersEmpty):
        marks_of(ASKED, [Given(4)])


@pytest.mark.parametrize(
    "given",
    [
        [Given(1, option_ids=(11, 12))],
        [Given(1, option_ids=(21,))],
        [Given(1, score=4)],
        [Given(2, option_ids=(21, 22, 23))],
        [Given(2, option_ids=(21, 21))],
        [Given(3, text="好")],
        [Given(3, score=6)],
        [Given(4, option_ids=(11,))],
        [Given(5, scores={53: 1})],
        [Given(5, scores={51: 0})],
        [Given(6, score=1)],
        [Given(3, score=1), Given(3, score=2)],
    ],
)
def test_an_answer_that_does_not_fit_is_refused(given):
    with pytest.raises(SurveyAnswerInvalid):
        marks_of(ASKED, given)
