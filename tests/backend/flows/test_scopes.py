"""The scopes that a grant may name."""

from backend.actor import ScopeKind
from backend.flows import scopes
from tests.canteen.evaluation.organs import unit


def test_units_are_named_those_that_have_left_last(compound):
    campus = compound.campus("中心院区")
    compound.canteen(campus, name="机关食堂")
    left = unit("COUNTY-1", name="甲县机关", is_active=False)
    stays = unit("COUNTY-2", name="乙县机关")

    choices = scopes.list_scopes()

    units = [choice for choice in choices if choice.kind is ScopeKind.UNIT]
    assert [choice.key for choice in units] == [f"unit:{stays.id}", f"unit:{left.id}"]
    named = scopes.scope_names(choices)
    assert named["unit", stays.id] == "被评估单位 · 乙县机关"
    assert named["unit", left.id] == "被评估单位 · 甲县机关（已停用）"
