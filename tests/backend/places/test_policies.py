"""The rules of the places, as tables."""

import re

import pytest

from backend.places import policies
from backend.places.errors import NumbersInvalid, ParentInvalid
from backend.places.models import PlaceKind


@pytest.mark.parametrize(
    ("numbers", "names"),
    [
        ("101-103", ["101", "102", "103"]),
        ("101", ["101"]),
        ("101-101", ["101"]),
        ("098-101", ["098", "099", "100", "101"]),
        ("A201-A203", ["A201", "A202", "A203"]),
        ("A201-203", ["A201", "A202", "A203"]),
        ("1至3室", ["1室", "2室", "3室"]),
        ("101 ～ 102, 105、会议室\n报告厅；", ["101", "102", "105", "会议室", "报告厅"]),
        ("101-102，102-103", ["101", "102", "103"]),
        ("B1-12", [f"B{number}" for number in range(1, 13)]),
    ],
)
def test_a_list_of_rooms_is_read(numbers, names):
    assert policies.room_names(numbers) == names


@pytest.mark.parametrize(
    "numbers",
    ["", " ,、", "103-101", "A101-B105", "1-201", "1-999999", "1-150,201-300", "长" * 51, "长" * 50 + "1-2"],
)
def test_a_list_that_makes_no_sense_is_refused(numbers):
    with pytest.raises(NumbersInvalid) as refused:
        policies.room_names(numbers)
    assert refused.value.data["reason"]


@pytest.mark.parametrize(
    ("kind", "parent_kind", "column"),
    [
        ("campus", None, ""),
        ("building", "campus", "campus_id"),
        ("floor", "building", "building_id"),
        ("room", "floor", "floor_id"),
        ("spot", "campus", "campus_id"),
        ("spot", "building", "building_id"),
        ("spot", "floor", "floor_id"),
    ],
)
def test_what_lies_below_what(kind, parent_kind, column):
    assert policies.parent_column(PlaceKind(kind), parent_kind and PlaceKind(parent_kind)) == column


@pytest.mark.parametrize(
    ("kind", "parent_kind"),
    [
        ("campus", "campus"), ("campus", "building"), ("building", None), ("building", "floor"),
        ("floor", "campus"), ("room", "building"), ("room", "room"), ("spot", None), ("spot", "room"),
    ],
)  # fmt: skip
def test_what_does_not(kind, parent_kind):
    with pytest.raises(ParentInvalid):
        policies.parent_column(PlaceKind(kind), parent_kind and PlaceKind(parent_kind))


def test_names_stand_by_their_numbers():
    names = ["10号楼", "2号楼", "B座", "A10", "A9", "1号楼", "会议室"]
    assert sorted(names, key=policies.natural) == ["1号楼", "2号楼", "10号楼", "A9", "A10", "B座", "会议室"]


def test_tokens_are_long_distinct_and_free_of_look_alikes():
    tokens = {policies.new_token() for _ in range(2_000)}
    assert len(tokens) == 2_000
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{16}", token) for token in tokens)
    # Every place draws from the whole alphabet of 32: 16 times 5 bits.
    assert all({token[place] for token in tokens} == set(policies.ALPHABET) for place in range(16))


@pytest.mark.parametrize("typed", ["K3M-7Q2", "k3m7q2", " k3m 7q2 ", "K3M7Q2"])
def test_a_code_is_read_however_it_is_typed(typed):
    assert policies.typed_code(typed) == "k3m7q2"
    assert policies.shown_code("k3m7q2") == "K3M-7Q2"


def test_look_alikes_in_a_typed_code_are_mended():
    assert policies.typed_code("OIL-0AB") == "0110ab"
