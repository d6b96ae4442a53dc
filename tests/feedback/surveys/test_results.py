"""Results are told with what is behind them, never of fewer than five, and never so that others follow."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from feedback.surveys.figures import Counted, Line, Sums, question_figures
from feedback.surveys.models import QuestionKind
from tests.statements import counted_statements


def by_kind(results):
    return {each["kind"]: each for each in results["questions"]}


def test_results_say_what_was_said_and_by_how_many(house):
    survey = house.open(segment="campus")
    said = [
        {"single": 0, "multiple": [0], "scale": 5, "matrix": [5, 4]},
        {"single": 0, "multiple": [0, 1], "scale": 4, "matrix": [4, 4], "text": "盐少放一点"},
        {"single": 1, "multiple": [2], "scale": 2, "matrix": [1, 2]},
        {"single": 0, "multiple": [1], "scale": 4, "matrix": [3, 3]},
        {"single": 1, "scale": 1, "matrix": [2]},
        {"single": 0, "multiple": [0, 2], "scale": 5},
    ]
    for staff, each in zip(house.people["big"], said, strict=False):
        assert house.answer(survey, staff, **each).status == 201
    for staff in house.people["small"]:
        assert house.answer(survey, staff, single=1).status == 201
    results = house.results(survey)
    assert (results["invited"], results["answered"], results["unanswered"]) == (22, 12, 10)
    assert (results["response_rate"], results["is_withheld"], results["fewest"]) == ("0.545", False, 5)
    # Thirteen are of the east, with the maker; nine of the west.
    assert [(each["name"], each["invited"], each["answered"]) for each in results["segments"]] == [
        ("东院", 13, 6),
        ("西院", 9, 6),
    ]
    questions = by_kind(results)
    single = questions["single"]
    assert single["base"] == 12
    assert [(each["count"], each["rate"]) for each in single["options"]] == [(4, "0.333"), (8, "0.667")]
    assert [
        (each["name"], each["base"], [option["count"] for option in each["options"]])
        for each in single["by_segment"]
    ] == [("东院", 6, [4, 2]), ("西院", 6, [0, 6])]
    multiple = questions["multiple"]
    assert (multiple["base"], [each["count"] for each in multiple["options"]]) == (5, [3, 2, 2])
    scale = questions["scale"]
    assert (scale["base"], scale["average"], scale["satisfied_rate"]) == (6, "3.50", "0.667")
    assert scale["distribution"] == [1, 1, 0, 2, 2]
    breakfast, lunch = questions["matrix"]["options"]
    assert (breakfast["count"], breakfast["average"], breakfast["rate"]) == (5, "3.00", "0.400")
    assert (lunch["count"], lunch["average"]) == (None, None)  # Only four have scored it.
    assert (questions["text"]["is_withheld"], questions["text"]["comments"]) == (True, [])


def test_of_fewer_than_five_nothing_is_told_but_that_they_are_few(house):
    survey = house.open()
    for staff in house.people["big"][:4]:
        house.answer(survey, staff, single=0, scale=1, text="不好", matrix=[1, 1])
    results = house.results(survey)
    assert (results["answered"], results["is_withheld"], results["segments"]) == (4, True, [])
    for each in results["questions"]:
        assert (each["is_withheld"], each["base"], each["options"], each["comments"]) == (True, None, [], [])
        assert (each["average"], each["distribution"], each["by_segment"]) == (None, None, [])


def test_comments_are_told_from_five_on_in_the_order_of_their_words(house):
    survey = house.open()
    for staff, words in zip(house.people["big"], "戊丁丙乙甲", strict=False):
        house.answer(survey, staff, text=words)
    assert by_kind(house.results(survey))["text"]["comments"] == sorted("甲乙丙丁戊")


def test_the_workbook_says_the_same(house):
    survey = house.open(segment="campus")
    for staff in house.people["big"][:5] + house.people["small"][:5]:
        house.answer(survey, staff, scale=4, text="=1+1")
    house.results(survey)
    answer = house.maker.get(f"/feedback/surveys/{survey['id']}/results/workbook")
    book = load_workbook(BytesIO(answer.body))
    assert book.sheetnames == ["参评情况", "结果", "意见"]
    total = [cell.value for cell in book["参评情况"][2]]
    assert total[:4] == ["合计", 22, 10, 12]
    rows = [[cell.value for cell in row] for row in book["结果"].iter_rows(min_row=2)]
    assert [row[3:9] for row in rows if row[2] == "评分"] == [
        ["全部", None, 10, 10, 1, "4.00"],
        ["东院", None, 5, 5, 1, "4.00"],
        ["西院", None, 5, 5, 1, "4.00"],
    ]
    assert {row[-1] for row in rows if row[2] == "单选"} == {"数据不足"}
    comment = book["意见"][2][2]
    assert (comment.value, comment.data_type) == ("=1+1", "s")


def test_results_take_as_many_statements_for_many_as_for_few(house):
    def statements(count):
        survey = house.open(segment="campus")
        for staff in house.people["big"][:count]:
            house.answer(survey, staff, single=0, scale=4, text="好")
        house.results(survey)
        with counted_statements() as sent:
            house.maker.get(f"/feedback/surveys/{survey['id']}/results")
        return len(sent)

    assert statements(5) == statements(12)


LABELS = {1: "甲", 2: "乙", 3: "丙", 0: ""}


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({1: 6, 2: 6, 3: 6}, {1, 2, 3}),
        ({1: 6, 2: 7, 3: 2}, {2}),  # The two would be what is left of the total: the six go with them.
        ({1: 6, 2: 3, 3: 2}, {1}),
        ({1: 20, 2: 4, 3: 0}, set()),
        ({1: 2, 2: 2}, set()),
    ],
)
@pytest.mark.parametrize("kind", [QuestionKind.SCALE, QuestionKind.MATRIX])
def test_a_cross_table_withholds_a_second_where_one_would_be_known(kind, sizes, told):
    option = 9 if kind is QuestionKind.MATRIX else 0
    line = Line(1, 1, kind, "？", {9: "甲"} if option else {})
    sums = Sums(
        [Counted(1, label, option, 5, size) for label, size in sizes.items()],
        {(1, label): size for label, size in sizes.items()},
    )
    found = question_figures(line, sums, LABELS, ()).by_segment
    assert {each.id for each in found if not each.figures.is_withheld} == told
    assert all(each.figures.base is None for each in found if each.id not in told)


def test_a_thing_that_few_of_a_label_have_scored_is_withheld_with_a_second():
    """Six of each label answered the matrix, but only three of one have scored the second thing."""
    line = Line(1, 1, QuestionKind.MATRIX, "？", {8: "甲", 9: "乙"})
    counted = [Counted(1, label, 8, 4, 6) for label in (1, 2, 3)]
    counted += [Counted(1, 1, 9, 4, 6), Counted(1, 2, 9, 4, 3), Counted(1, 3, 9, 4, 5)]
    found = question_figures(line, Sums(counted, {(1, label): 6 for label in (1, 2, 3)}), LABELS, ())
    shown = {each.id: [option.count for option in each.figures.options] for each in found.by_segment}
    assert shown == {1: [6, 6], 2: [6, None], 3: [6, None], 0: []}
