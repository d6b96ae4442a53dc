"""The file of templates: what is wrong with it is found before anything is sent."""

import json
from dataclasses import replace

import pytest

from backend.app import create_app
from backend.notifications import queries, templates
from backend.notifications.demo_templates import DEMO
from backend.notifications.kinds import Channel
from backend.wechat.simulator.template_fields import DEMO_TEMPLATES
from tests.backend.notifications.world import NEWS, sends, tell, write_templates
from tests.databases import settings_for

GOOD = {"template_id": "t-news", "keys": ["thing1", "time2"], "fields": {"what": "thing1", "when": "time2"}}
APPS = frozenset({"default"})


def problems_of(**changes):
    return templates.read({"default": {"tests.news": {**GOOD, **changes}}}, APPS).problems


def test_a_good_entry_can_be_used():
    found = templates.read({"default": {NEWS.key: GOOD}}, APPS)
    assert found.problems == ()
    template = found.templates["default", "tests.news"]
    assert template.data({"what": "演练", "when": "15:00"}) == {"thing1": "演练", "time2": "15:00"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"keys": ["thing1", "time2", "thing3"]}, "模板参数 thing3 没有对应的内容"),
        ({"keys": ["thing1"]}, "模板没有参数 time2"),
        ({"fields": {"what": "thing1", "whom": "time2"}}, "消息没有字段 whom"),
        ({"keys": ["thing1", "time2", "odd3"], "constants": {"odd3": "x"}}, "模板参数 odd3 的类型未知"),
        ({"fields": {"what": "thing1", "when": "thing1"}}, "模板参数 thing1 重复对应"),
        (
            {"keys": ["thing1", "time2", "time3"], "constants": {"time3": "随时"}},
            "模板参数 time3 的固定内容不合格式",
        ),
        ({"template_id": ""}, "应含 template_id"),
        ({"template": "t"}, "应含 template_id"),
        ({"fields": {"what": 1}}, "应含 template_id"),
        ({"long_term": "yes"}, "应含 template_id"),
    ],
)
def test_a_faulty_entry_is_named_and_not_used(changes, problem):
    found = templates.read({"default": {"tests.news": {**GOOD, **changes}}}, APPS)
    assert any(problem in each for each in found.problems), found.problems
    assert not found.templates


def test_a_constant_fills_a_key_that_no_field_feeds():
    keys = ["thing1", "time2", "thing3"]
    assert problems_of(keys=keys, constants={"thing3": "请准时参加"}) == ()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ([], "应为"),
        ({"default": []}, "应为"),
        ({"other": {}}, "小程序 other 未在本系统登记"),
        ({"default": {"tests.nothing": GOOD}}, "没有这种消息"),
        ({"default": {"tests.news": "t-news"}}, "应含 template_id"),
    ],
)
def test_a_faulty_file_says_where(content, problem):
    found = templates.read(content, APPS)
    assert any(problem in each for each in found.problems), found.problems


def test_a_file_that_is_missing_or_no_json_is_told(tmp_path):
    settings = settings_for(tmp_path)
    for path, problem in ((tmp_path / "none.json", "无法读取"), (tmp_path / "bad.json", "不是有效的 JSON")):
        (tmp_path / "bad.json").write_text("{")
        found = templates.mapped(replace(settings, wechat_templates=path))
        assert [problem in each for each in found.problems] == [True]


def test_every_fault_is_in_the_log_when_the_process_starts(tmp_path, capsys):
    path = write_templates(tmp_path, tests_news={"keys": ["thing1", "time2", "thing9"]})
    create_app(replace(settings_for(tmp_path), wechat_templates=path))
    assert "thing9" in capsys.readouterr().out


def test_the_templates_of_the_demo_are_those_of_the_simulator(tmp_path):
    create_app(settings_for(tmp_path))  # Every module has declared its kinds.
    assert templates.read(DEMO, APPS).problems == ()
    known = {template.template_id: set(template.keys) for template in DEMO_TEMPLATES}
    assert {entry["template_id"]: set(entry["keys"]) for entry in DEMO["default"].values()} == known


def test_production_without_a_file_has_no_templates(tmp_path):
    environment = {"HOUQIN_MODE": "production", "WECHAT_APPID": "wx1", "WECHAT_SECRET": "s",
                   "HOUQIN_PUBLIC_URL": "https://houqin.example"}  # fmt: skip
    assert templates.mapped(settings_for(tmp_path, **environment)).templates == {}


def test_a_kind_without_a_template_takes_another_channel(world, tmp_path):
    path = tmp_path / "templates.json"
    content = json.loads(path.read_text())
    del content["default"]["tests.news"]
    other = tmp_path / "fewer.json"
    other.write_text(json.dumps(content))
    app = create_app(replace(world.app.config["HOUQIN"], wechat_templates=other))
    person = world.person(on="wechat wecom")
    with app.app_context():
        tell(NEWS, person)
    assert sends() == [("wecom", "waiting", "")]


def test_the_state_of_each_channel_can_be_read(world):
    status = {each.channel: each for each in queries.channel_status()}
    assert set(status) == set(Channel)
    assert all(each.is_configured for each in status.values())
    assert "3" in status[Channel.WECHAT].found
