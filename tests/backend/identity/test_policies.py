"""Phone, ID and card numbers; the tree of departments."""

from datetime import date

import pytest

from backend.identity import policies
from backend.identity.departments import DepartmentTree, Node

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800000001", "13800000001"),
        (" 138 0000 0001 ", "13800000001"),
        ("138-0000-0001", "13800000001"),
        ("+8613800000001", "13800000001"),
        ("+86 138 0000 0001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("8613800000001", "13800000001"),
        ("１３８００００００００１", "138000000001"),
        ("１３８００００００１", "1380000001"),
        ("+4913800000001", "+4913800000001"),
        ("", ""),
    ],
)
def test_a_phone_number_is_kept_as_its_digits(typed, kept):
    assert policies.normalise_phone(typed) == kept


@pytest.mark.parametrize(
    ("number", "is_mobile"),
    [
        ("13800000001", True),
        ("19900000001", True),
        ("12800000001", False),
        ("1380000000", False),
        ("138000000011", False),
        ("+4913800000001", False),
        ("1380000000a", False),
        ("", False),
    ],
)
def test_what_is_a_mobile_number(number, is_mobile):
    assert policies.is_mobile(number) is is_mobile


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("11010519491231002X", True),  # The example of GB 11643.
        ("440524188001010014", True),  # The other one.
        ("110105194912310021", False),
        ("11010519491331002X", False),
        ("110105194902300025", False),
        ("11010519491231002", False),
        ("01010519491231002X", False),
        ("11010520991231002X", False),
        ("", False),
    ],
)
def test_an_id_number_has_a_birthday_and_a_check_character(number, is_right):
    assert policies.is_id_no(policies.normalise_id_no(number), TODAY) is is_right


def test_a_small_x_and_blanks_do_not_matter():
    assert policies.is_id_no(policies.normalise_id_no(" 110105 19491231 002x"), TODAY)


def test_nobody_is_born_tomorrow():
    total = "11010520261124002"
    (number,) = [
        total + check for check in "0123456789X" if policies.is_id_no(total + check, date(2026, 11, 24))
    ]
    assert not policies.is_id_no(number, TODAY)


def test_masks_leave_what_tells_people_apart():
    assert policies.mask_phone("13812341234") == "138****1234"
    assert policies.mask_id_no("11010519491231002X") == "110***********002X"
    assert policies.mask_card_no("66880001") == "****0001"
    assert policies.mask_card_no("123") == "****"
    assert policies.mask_phone("12345") == "****"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("王　芳", "王芳"),
        (" 王 芳 ", "王芳"),
        ("John  Smith", "John Smith"),
        ("阿凡提·买买提", "阿凡提·买买提"),
    ],
)
def test_names_lose_the_blanks_that_align_them(typed, kept):
    assert policies.normalise_name(typed) == kept


def test_a_tree_knows_paths_descendants_and_depths():
    tree = DepartmentTree(
        [Node(3, 2, "信息科"), Node(1, None, "办公厅"), Node(2, 1, "综合处"), Node(4, 1, "秘书处", -1)]
    )
    assert tree.path(3) == "办公厅/综合处/信息科"
    assert tree.find("办公厅/综合处") == 2
    assert tree.find("综合处") is None
    assert sorted(tree.with_descendants(1)) == [1, 2, 3, 4]
    assert [node.id for node in tree.children(1)] == [4, 2]
    assert (tree.depth(None), tree.depth(1), tree.depth(3)) == (0, 1, 3)
    assert (tree.height(1), tree.height(3)) == (3, 1)
