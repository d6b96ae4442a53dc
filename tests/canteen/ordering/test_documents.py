"""The prep list on paper and as a sheet."""

from datetime import time
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.identity.policies import hash_token
from backend.identity.queries import find_session
from canteen.menu.models import Period
from canteen.ordering import queries, services
from canteen.ordering.documents import prep_list_pdf, prep_list_sheet, prep_list_title
from canteen.ordering.queries import PrepDish, PrepList
from tests.factories import MONDAY
from tests.printed import pages_of, text_of

FROZEN_AT = clock.at_local(MONDAY, time(10))
PRINTED_AT = clock.at_local(MONDAY, time(10, 5))


def prep_of(dishes, *, frozen_at=FROZEN_AT, orders=7):
    lines = [PrepDish(*line) for line in dishes]
    return PrepList(3, MONDAY, "lunch", frozen_at is not None, frozen_at, orders, lines)


DISHES = [
    (4, "红烧肉", "half", 3, 300),
    (4, "红烧肉", "standard", 40, 8_000),
    (5, "清炒时蔬", "standard", 25, 5_000),
]


def printed(prep):
    with clock.at(PRINTED_AT):
        made = prep_list_pdf(prep, canteen="机关食堂", printed_by="沈家宁")
    return made, text_of(made).replace(" ", "")


def test_a_frozen_list_says_what_to_prepare_and_since_when_it_stands(app):
    made, text = printed(prep_of(DISHES))
    assert pages_of(made) == 1
    for expected in (
        "机关食堂2026年11月23日午餐备餐单", "已冻结", "快照时间：2026-11-2310:00", "订单7单",
        "标准份408.000", "8.300", "半份30.300", "清炒时蔬", "255.000", "合计（2道菜）6813.300",
        "厨师长：", "打印：沈家宁2026-11-2310:05",
    ):  # fmt: skip
        assert expected in text, expected
    assert "预计" not in text
    assert text.index("标准份") < text.index("半份")


def test_an_open_list_cannot_be_taken_for_a_final_one(app):
    _, text = printed(prep_of(DISHES, frozen_at=None))
    assert "未冻结（预计）" in text
    assert "统计至：2026-11-2310:05" in text
    assert "已冻结" not in text


def test_a_meal_that_nobody_ordered_says_so(app):
    _, text = printed(prep_of([], orders=0))
    assert "本餐无人订餐" in text
    assert "合计" not in text


def test_a_long_list_goes_on_with_its_header(app):
    many = [
        (number, f"菜{number}", portion, 1, 100) for number in range(60) for portion in ("half", "standard")
    ]
    made, _ = printed(prep_of(many))
    pages = pages_of(made)
    assert pages > 2
    assert all("份量" in text_of(made, first=page, last=page) for page in range(1, pages))


def test_the_sheet_has_a_row_for_each_portion_with_its_state(app):
    (sheet,) = load_workbook(BytesIO(prep_list_sheet(prep_of(DISHES), canteen="机关食堂"))).worksheets
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[1:] for row in rows] == [
        ("午餐", "已冻结", "红烧肉", "标准份", 40, 8, "订餐"),
        ("午餐", "已冻结", "红烧肉", "半份", 3, 0.3, "订餐"),
        ("午餐", "已冻结", "清炒时蔬", "标准份", 25, 5, "订餐"),
    ]
    (open_sheet,) = load_workbook(
        BytesIO(prep_list_sheet(prep_of(DISHES, frozen_at=None), canteen="机关食堂"))
    ).worksheets
    assert open_sheet["C2"].value == "未冻结（预计）"


def test_a_dish_named_like_a_formula_stays_a_name(app):
    evil = prep_of([(4, "=1+1", "standard", 1, 100)])
    (sheet,) = load_workbook(BytesIO(prep_list_sheet(evil, canteen="机关食堂"))).worksheets
    assert sheet["D2"].value == "=1+1"
    assert sheet["D2"].data_type == "s"
    assert "=1+1" in printed(evil)[1]


@pytest.mark.parametrize("is_frozen", [False, True])
def test_the_list_of_a_real_meal_is_printed_as_the_query_tells_it(lunch, is_frozen):
    lunch.place(1, 2)
    lunch.place(3, 0, by=lunch.client(), portion="half")
    if is_frozen:
        services.freeze_meal(lunch.meal.id)
    actor = find_session(hash_token(lunch.counter.token)).actor
    prep = queries.get_prep_list(actor, canteen_id=lunch.canteen.id, served_on=MONDAY, period=Period.LUNCH)
    text = text_of(prep_list_pdf(prep, canteen="机关食堂", printed_by="冯秀兰"))
    assert ("已冻结" in text) is is_frozen
    for dish in lunch.dishes:
        assert dish.name in text
    assert prep_list_title(prep, canteen="机关食堂") in text
