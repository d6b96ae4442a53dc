"""Rules of checklists and answers as tables, without a database."""

import pytest

from property.inspections import policies as inspection_policies
from property.inspections.errors import ChecklistInvalid, NumberInvalid, PositionUnwanted
from property.inspections.models import CheckItem, ItemKind, Point
from property.inspections.policies import ItemDraft, Position, ensure_items, ensure_position, token_of
from property.inspections.rounds import policies
from property.inspections.rounds.errors import AnswerInvalid
from property.inspections.rounds.models import Verdict


def item(kind: str, **columns) -> CheckItem:
    """A check item."""
    return CheckItem(id=1, text="项", kind=kind, **{"options": [], "failing": [], "unit": "", **columns})


PRESSURE = item("number", lower_milli=200, upper_milli=600, unit="MPa")
CHOICE = item("choice", options=["正常", "异响", "停机"], failing=["异响", "停机"])


@pytest.mark.parametrize(
    ("given", "value", "expected"),
    [
        (item("yes_no", failing=["no"]), True, (Verdict.PASSED, "yes")),
        (item("yes_no", failing=["no"]), False, (Verdict.FAILED, "no")),
        (item("yes_no", failing=["yes"]), True, (Verdict.FAILED, "yes")),
        (item("yes_no"), False, (Verdict.NOTED, "no")),
        (PRESSURE, 0.2, (Verdict.PASSED, "0.2")),
        (PRESSURE, 0.6, (Verdict.PASSED, "0.6")),
        (PRESSURE, 0.199, (Verdict.FAILED, "0.199")),
        (PRESSURE, 0.601, (Verdict.FAILED, "0.601")),
        (item("number", lower_milli=5000), 5, (Verdict.PASSED, "5")),
        (item("number", lower_milli=5000), -5, (Verdict.FAILED, "-5")),
        (item("number", upper_milli=0), 0, (Verdict.PASSED, "0")),
        (item("number"), 12.5, (Verdict.NOTED, "12.5")),
        (CHOICE, "正常", (Verdict.PASSED, "正常")),
        (CHOICE, "停机", (Verdict.FAILED, "停机")),
        (item("choice", options=["甲", "乙"]), "乙", (Verdict.NOTED, "乙")),
        (item("photo"), None, (Verdict.NOTED, "")),
    ],
)
def test_an_answer_passes_fails_or_is_only_noted(given, value, expected):
    verdict, kept = policies.judge(given, value)

    assert (verdict, kept) == expected
    assert policies.wire_value(given, kept) == value


@pytest.mark.parametrize(
    ("given", "value"),
    [
        *((PRESSURE, value) for value in ("0.4", True, None, 0.0001, 10**15, [1], {}, float("inf"))),
        *((item("yes_no"), value) for value in ("yes", 1, None)),
        *((CHOICE, value) for value in ("别的", 1, None, ["正常"])),
        (item("photo"), True),
    ],
)
def test_what_does_not_fit_the_item_is_refused(given, value):
    with pytest.raises(AnswerInvalid):
        policies.judge(given, value)


def test_what_failed_is_told_with_its_standard():
    told = policies.complaint("泵房", PRESSURE, "0.8", "有异响")

    assert told == "泵房：项，0.8 MPa（标准 0.2–0.6 MPa）；有异响"


@pytest.mark.parametrize(
    "fields",
    [
        {"options": ("甲", "乙")},
        {"kind": ItemKind.CHOICE, "options": ("甲",)},
        {"kind": ItemKind.CHOICE, "options": ("甲", "甲", "乙")},
        {"kind": ItemKind.CHOICE, "options": ("甲", "乙"), "failing": ("丙",), "category_id": 1},
        {"failing": ("yes", "no"), "category_id": 1},
        {"lower_milli": 1, "category_id": 1},
        {"unit": "℃"},
        {"kind": ItemKind.NUMBER, "lower_milli": 2, "upper_milli": 1, "category_id": 1},
        {"failing": ("no",)},
        {"category_id": 1},
        {"kind": ItemKind.PHOTO, "needs_photo_if_failed": True},
    ],
)
def test_an_item_that_makes_no_sense_is_refused(fields):
    with pytest.raises(ChecklistInvalid) as refused:
        ensure_items(
            [
                ItemDraft("好的", ItemKind.YES_NO),
                ItemDraft(**{"text": "坏的", "kind": ItemKind.YES_NO, **fields}),
            ]
        )

    assert refused.value.data["item"] == 2


@pytest.mark.parametrize(
    ("is_security", "given", "is_fine"),
    [
        (False, (None, None, None), True),
        (True, (28.0, 115.0, 100), True),
        (True, (None, None, None), False),
        (True, (28.0, 115.0, None), False),
        (False, (28.0, 115.0, 100), False),
        (False, (None, None, 100), False),
    ],
)
def test_only_security_points_say_where_they_are(is_security, given, is_fine):
    if is_fine:
        ensure_position(is_security, *given)
    else:
        with pytest.raises(PositionUnwanted):
            ensure_position(is_security, *given)


def test_a_thousandth_of_a_degree_of_latitude_is_a_hundred_and_eleven_metres():
    gate = Point(latitude=28.6765, longitude=115.892, radius_m=100)

    assert inspection_policies.distance_m(gate, Position(28.6765, 115.892)) == 0
    assert inspection_policies.distance_m(gate, Position(28.6775, 115.892)) == 111
    assert inspection_policies.distance_m(gate, Position(28.6765, 115.893)) == 98


@pytest.mark.parametrize("value", ["1", True, None, 0.0001, float("nan")])
def test_a_reading_is_a_number_of_three_decimals(value):
    with pytest.raises(NumberInvalid):
        inspection_policies.milli_of(value)


def test_numbers_survive_as_thousandths():
    for number in (0, 1, -1, 0.001, 12.345, 10**11):
        assert inspection_policies.number_of(inspection_policies.milli_of(number)) == number


def test_a_plate_says_an_address_or_its_token():
    assert token_of("https://houqin.test/q/abc123") == token_of("ABC123") == "abc123"
