"""The tree of categories as a value, and the tree that a house begins with."""

import pytest

from property.categories.defaults import standards
from property.categories.errors import CategoriesChanged, CategoryCodeInvalid, CategoryParentInvalid
from property.categories.models import Proof, Urgency
from property.categories.policies import LEVELS, ensure_code
from property.categories.tree import CategoryTree, Node


def node(category_id, parent_id=None, position=0, *, is_active=True):
    return Node(
        id=category_id,
        parent_id=parent_id,
        code=f"c{category_id}",
        name=f"类{category_id}",
        hint="",
        skill="",
        usual_urgency="ordinary",
        proof_before="none",
        proof_after="none",
        warranty_days=0,
        position=position,
        is_active=is_active,
    )


@pytest.fixture
def tree():
    """1 → 2 → 4, 1 → 3 (out of use) → 5, and 6 beside."""
    rows = [node(1, position=2), node(2, 1), node(3, 1, is_active=False), node(4, 2), node(5, 3)]
    return CategoryTree([*rows, node(6, position=1)])


def test_a_category_knows_its_path_and_whether_it_is_in_use(tree):
    assert [category.id for category in tree.walk()] == [6, 1, 2, 4, 3, 5]
    assert tree.find(4).path == "类1 / 类2 / 类4"
    assert (tree.find(5).is_active, tree.find(5).is_in_use) == (True, False)
    assert tree.find_code("c4").id == 4
    assert tree.find(7) is tree.find_code("c7") is None


def test_a_leaf_has_nothing_in_use_below_it():
    tree = CategoryTree([node(1), node(2, 1, is_active=False), node(3), node(4, 3)])
    assert {category.id for category in tree.walk() if category.is_leaf} == {1, 2, 4}


def test_what_is_above_and_what_is_below(tree):
    assert tree.lineage(4) == [4, 2, 1]
    assert tree.within(1) == {1, 2, 3, 4, 5}
    assert tree.lineage(7) == []
    assert tree.within(7) == set()


@pytest.mark.parametrize(
    ("parent_id", "category_id", "is_right"),
    [
        (None, None, True),
        (2, None, True),
        (4, None, False),  # a fourth level
        (7, None, False),
        (6, 2, True),
        (6, 1, False),  # with two levels below it, four in all
        (1, 1, False),
        (4, 1, False),  # below itself
        (None, 4, True),
    ],
)
def test_a_parent_stands_above_and_not_too_deep(tree, parent_id, category_id, is_right):
    assert LEVELS == 3
    if is_right:
        tree.ensure_parent(parent_id, category_id)
        return
    with pytest.raises(CategoryParentInvalid):
        tree.ensure_parent(parent_id, category_id)


def test_an_order_names_all_siblings(tree):
    tree.ensure_siblings(1, [3, 2])
    for wrong in ([2], [2, 3, 4], [2, 2]):
        with pytest.raises(CategoriesChanged):
            tree.ensure_siblings(1, wrong)


@pytest.mark.parametrize("code", ["leak", "plumbing.leak", "a-1_b.2"])
def test_a_code_is_a_name_for_machines(code):
    ensure_code(code)


@pytest.mark.parametrize("code", ["", "Leak", "漏水", "a..b", ".a", "a ", "a\n"])
def test_nothing_else_is_a_code(code):
    with pytest.raises(CategoryCodeInvalid):
        ensure_code(code)


def test_the_standard_tree_is_sound():
    found = standards()
    codes = [standard.code for standard in found]
    assert len(codes) == len(set(codes)) > 50
    names = [(standard.parent, standard.name) for standard in found]
    assert len(names) == len(set(names))
    tops = {standard.name for standard in found if not standard.parent}
    assert {"水暖", "电气", "空调通风", "门窗家具", "网络电话", "电梯", "消防安全", "保洁", "绿化"} < tops
    for standard in found:
        ensure_code(standard.code)
        assert standard.parent == "" or standard.parent in codes[: codes.index(standard.code)]
        assert len(standard.hint) <= 200
    by_code = {standard.code: standard for standard in found}
    assert by_code["plumbing.leak"].skill == "水暖"
    assert by_code["plumbing.leak"].proof_after is Proof.PHOTO
    assert by_code["lift.trapped"].usual_urgency is Urgency.CRITICAL
    assert by_code["building.access"].skill == "弱电"
