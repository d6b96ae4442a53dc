"""The kinds of values, as tables."""

import importlib
from datetime import time

import pytest

from backend import rulebook
from backend.rules import registry
from backend.rules.errors import RuleValueInvalid
from backend.rules.kinds import Choice, Count, Fen, Flag, Minutes, Ranking, WallTime
from backend.rules.registry import Rule, RuleScope
from tests.architecture.test_house import PACKAGES, ROOT, sources

FEW = {"a": "甲", "b": "乙"}


@pytest.mark.parametrize(
    ("kind", "data", "value", "text"),
    [
        (Minutes(1, 60), 3, 3, "3 分钟"),
        (Count(0, 9, "份"), 0, 0, "0 份"),
        (Fen(1, 10**6), 1250, 1250, "12.50 元"),
        (Flag("供餐", "不供餐"), True, True, "供餐"),
        (Flag(), False, False, "否"),
        (Choice(FEW), "b", "b", "乙"),
        (WallTime(), "09:30", time(9, 30), "09:30"),
        (Ranking(FEW), ["b", "a"], ("b", "a"), "乙 → 甲"),
    ],
)
def test_a_value_is_kept_as_json_and_told_in_chinese(kind, data, value, text):
    loaded = kind.load(data)
    kind.check(loaded, "")
    assert loaded == value
    assert kind.dump(loaded) == data
    assert kind.text(loaded) == text


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Minutes(1, 60), 0),
        (Minutes(1, 60), 61),
        (Minutes(1, 60), True),
        (Minutes(1, 60), 3.0),
        (Minutes(1, 60), "3"),
        (Minutes(1, 60), None),
        (Fen(1, 100), 101),
        (Flag(), 1),
        (Choice(FEW), "c"),
        (Choice(FEW), ["a"]),
        (WallTime(), "9:30"),
        (WallTime(), "24:00"),
        (WallTime(), 930),
        (Ranking(FEW), ["a"]),
        (Ranking(FEW), ["a", "a"]),
        (Ranking(FEW), ["a", "b", "c"]),
        (Ranking(FEW), [{}]),
        (Ranking(FEW), "ab"),
    ],
)
def test_what_is_no_such_value_is_refused(kind, data):
    with pytest.raises(RuleValueInvalid) as refused:
        kind.check(kind.load(data), "")
    assert "规则的值有误" in refused.value.msg


@pytest.mark.parametrize(
    ("kind", "text", "data"),
    [
        (Minutes(1, 60), " 15 ", 15),
        (Fen(1, 100), "12.5", 1250),
        (Fen(1, 100), "12", 1200),
        (Fen(1, 100), "0.05", 5),
        (Flag(), "on", True),
        (Flag(), "", False),
        (Choice(FEW), " a ", "a"),
        (WallTime(), "09:30", "09:30"),
        (Ranking(FEW), "b, a", ["b", "a"]),
    ],
)
def test_what_a_person_types_becomes_json(kind, text, data):
    assert kind.read(text) == data


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Minutes(1, 9), "x"), (Minutes(1, 9), "1.5"), (Fen(1, 9), "1.234"), (Fen(1, 9), "-1"), (Fen(1, 9), "")],
)
def test_what_is_no_number_is_refused(kind, text):
    with pytest.raises(RuleValueInvalid):
        kind.read(text)


def test_every_rule_of_the_rulebook_has_a_default_that_it_would_accept():
    for rule in rulebook.all_rules():
        kept = rule.kind.dump(rule.default)
        if kept is not None:
            rule.kind.check(rule.kind.load(kept), "")
        assert rule.kind.text(rule.default)
        assert rule.title
        assert len(rule.key) <= 60
        assert all(len(variant) <= 20 for variant in rule.variants)


def test_the_rulebook_has_the_rules_of_every_slice():
    declared = set()
    for path in sources(*PACKAGES):
        if path.name == "rules.py" and "\nRULES: " in path.read_text():
            name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            declared |= set(importlib.import_module(name).RULES)
    assert {rule.key for rule in declared} == {rule.key for rule in rulebook.all_rules()}


def test_two_rules_of_one_key_are_a_mistake():
    rulebook.install()
    rulebook.install()
    with pytest.raises(ValueError, match=r"canteen\.max_portions"):
        registry.add([Rule("canteen.max_portions", title="又一个", kind=Flag(), default=True)])


def test_a_scope_needs_somebody_who_names_its_places():
    with pytest.raises(ValueError, match="places"):
        registry.add(
            [Rule("test.nowhere", title="无处", kind=Flag(), default=True, scope=RuleScope.BUILDING)]
        )
    del registry._rules["test.nowhere"]
