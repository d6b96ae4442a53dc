"""How a figure is told: from its sums, or not at all."""

import pytest

from feedback.reviews.documents import basis, spoken
from feedback.reviews.figures import Figure, Kind, Section, change, frozen


def share(part, whole, **more):
    return Figure("key", "满意率", Kind.SHARE, part, whole, **more)


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (share(2, 3), "66.7%"),
        (share(1, 8), "12.5%"),
        (share(0, 7), "0.0%"),
        (share(0, 0), "—"),
        (share(4, 4, least=5), "数据不足"),
        (share(4, 5, least=5), "80.0%"),
        (share(4, 9, is_enough=False), "数据不足"),
        (Figure("key", "供餐", Kind.COUNT, 12345, unit="份"), "12,345 份"),
        (Figure("key", "剩余", Kind.MEAN, 109, 2, unit="克"), "54.5 克"),
        (Figure("key", "剩余", Kind.MEAN, 0, 0, unit="克"), "数据不足"),
        (Figure("key", "费用", Kind.MONEY, 123456, unit="元"), "1,234.56 元"),
    ],
)
def test_a_figure_is_told_from_its_sums(figure, text):
    assert figure.text == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (share(3, 4), share(1, 2), "上升 25.0 个百分点"),
        (share(1, 2), share(3, 4), "下降 25.0 个百分点"),
        (share(1, 2), share(2, 4), "持平"),
        (share(4, 4, least=5), share(1, 2), "—"),
        (share(1, 2), None, "—"),
        (Figure("k", "n", Kind.COUNT, 3), Figure("k", "n", Kind.COUNT, 2), "上升 50.0%"),
        (Figure("k", "n", Kind.COUNT, 3), Figure("k", "n", Kind.COUNT, 0), "—"),
    ],
)
def test_a_change_is_of_points_for_shares_and_of_the_base_for_numbers(now, before, text):
    assert change(now, before) == text


def test_what_is_withheld_is_withheld_in_the_data_too():
    section = Section("s", "满意度", [share(3, 4, least=5)], told=("key",))
    told = frozen([section], [section], first_day="", last_day="", months=[], trend=[])
    [found] = told["sections"][0]["figures"]
    assert (found["numerator"], found["denominator"], found["value"]) == (None, 4, None)
    assert found["before"] == {"numerator": None, "denominator": 4}
    assert told["summary"] == []
    assert basis(found) == "共 4"


def test_how_things_stand_now_is_not_compared_with_the_month_before():
    section = Section("s", "维修", [Figure("overdue", "现有逾期", Kind.COUNT, 2, unit="件", is_present=True)])
    told = frozen([section], [section], first_day="", last_day="", months=[], trend=[])
    [found] = told["sections"][0]["figures"]
    assert (found["text"], found["before"], found["change"]) == ("2 件", None, "—")


@pytest.mark.parametrize(
    ("cell", "value", "text"),
    [
        ("share", [2, 3], "66.7%"),
        ("share", [0, 0], "—"),
        ("points", 953, "95.3"),
        ("money", 1234, "12.34"),
        ("int", 1234, "1,234"),
        ("text", "水暖", "水暖"),
        ("int", None, "—"),
    ],
)
def test_cells_in_words(cell, value, text):
    assert spoken(cell, value) == text
