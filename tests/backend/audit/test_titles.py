"""Every action that the sources record has a Chinese title."""

import ast
import re
from pathlib import Path

import pytest

from backend.audit.action_titles import ACTION_TITLES
from backend.audit.models import Result
from backend.audit.titles import (
    DETAIL_TITLES,
    MODULE_TITLES,
    OBJECT_TITLES,
    RESULT_TITLES,
    title_of,
)

ROOT = Path(__file__).parents[3]
# The trail's `record` for reports: (actor, report, action).
WRAPPED = "sealing.record"
PACKAGES = ("backend", "canteen", "meeting", "property", "feedback", "console", "miniapp_api")


def recordings():
    """Every call of the trail's `record`, with its file's tree and the function that it stands in."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text()
            # What hides an unnamed reporter passes on what its callers, below, name.
            if path.name == "sealing.py" or not ("backend.audit" in text or WRAPPED in text):
                continue
            tree = ast.parse(text)
            names = called(tree)
            for function in outermost(tree):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == WRAPPED:
                        call.args[1:] = [call.args[2], ast.Constant("report")]
                        yield path.relative_to(ROOT).as_posix(), tree, function, call
                    elif isinstance(call, ast.Call) and ast.unparse(call.func) in names:
                        yield path.relative_to(ROOT).as_posix(), tree, function, call


def outermost(tree):
    """The functions of a file that stand in no other: what is handed to one is known to those within."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    within = {id(inner) for each in functions for inner in ast.walk(each) if inner is not each}
    return [each for each in functions if id(each) not in within]


def called(tree):
    """What a file calls the trail's `record` by, as its imports say."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for each in node.names:
                known = each.asname or each.name
                if (node.module, each.name) == ("backend.audit.operations", "record"):
                    names.add(known)
                elif (node.module, each.name) == ("backend.audit", "operations"):
                    names.add(f"{known}.record")
    return names


def patterns(node, tree, function):
    """The action of a call as patterns: a literal, one of two, an f-string, or what a name stands for."""
    if isinstance(node, ast.Constant):
        return [re.escape(node.value)]
    if isinstance(node, ast.IfExp):
        return patterns(node.body, tree, function) + patterns(node.orelse, tree, function)
    if isinstance(node, ast.JoinedStr):
        return ["".join(re.escape(x.value) if isinstance(x, ast.Constant) else ".+" for x in node.values)]
    if isinstance(node, ast.Name):
        set_here = [
            (each.value, function)
            for each in ast.walk(function)
            if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == node.id
        ]
        handed_over = [
            (call.args[place], caller)
            for place, argument in enumerate(function.args.args)
            if argument.arg == node.id
            for caller in ast.walk(tree)
            if isinstance(caller, ast.FunctionDef)
            for call in ast.walk(caller)
            if isinstance(call, ast.Call) and ast.unparse(call.func) == function.name
        ]
        return [found for each, where in set_here + handed_over for found in patterns(each, tree, where)]
    return []


def test_every_action_has_a_title():
    lacking, unread, seen = [], [], 0
    for name, tree, function, call in recordings():
        found = patterns(call.args[1], tree, function)
        seen += len(found)
        if not found:
            unread.append(f"{name}:{call.lineno}")
        lacking += [
            f"{name}:{call.lineno} {pattern}"
            for pattern in found
            if not any(re.fullmatch(pattern, action) for action in ACTION_TITLES)
        ]
    assert not unread, "\n".join(unread)
    assert not lacking, "\n".join(lacking)
    assert seen > 30


@pytest.mark.parametrize(("action", "title"), ACTION_TITLES.items())
def test_a_title_is_a_short_chinese_phrase(action, title):
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", action)
    assert re.fullmatch(r"[一-鿿、]{2,14}", title)
    assert title_of(action) == title


def test_titles_are_told_apart():
    assert len(set(ACTION_TITLES.values())) == len(ACTION_TITLES)
    assert set(RESULT_TITLES) == set(Result)


def test_every_detail_and_every_object_has_a_title():
    lacking = []
    for name, _, _, call in recordings():
        named = {keyword.arg for keyword in call.keywords} - {None, "result"}
        lacking += [f"{name}:{call.lineno} {detail}" for detail in named - DETAIL_TITLES.keys()]
        kind = call.args[2]
        if isinstance(kind, ast.Constant) and kind.value not in OBJECT_TITLES:
            lacking.append(f"{name}:{call.lineno} {kind.value}")
    assert not lacking, "\n".join(lacking)


def test_every_module_of_an_action_has_a_title():
    assert {action.partition(".")[0] for action in ACTION_TITLES} == set(MODULE_TITLES)
