"""The one door: everyday sentences, as the standard catalogues lead them; nothing is ever filed."""

from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from backend.db import db
from backend.flows import front_door
from backend.flows.front_door import Candidate, DoorKind, choose
from backend.places.models import PlaceKind
from feedback.categories import defaults as demands
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.concierge import defaults as services
from feedback.concierge.faq import defaults as questions
from feedback.reports.models import Report
from property.categories import defaults as repairs
from tests.feedback.concierge.sentences import SENTENCES
from tests.statements import counted_statements


@pytest.fixture(scope="module")
def standard():
    """What the door may lead to in a house with nothing but the standard catalogues."""
    found = []
    tops = {each.code: each.name for each in repairs.standards() if not each.parent}
    for number, each in enumerate(repairs.standards(), 1):
        if each.parent:
            path = f"{tops[each.parent]} / {each.name}"
            row = SimpleNamespace(id=number, code=each.code, name=each.name, hint=each.hint, path=path)
            found.append(front_door._of_repair(row))
    for number, each in enumerate(services.standards(), 1):
        found.append(
            front_door._of_service(SimpleNamespace(id=number, **named(each, "code", "name", "words")))
        )
    for number, each in enumerate(demands.standards(), 1):
        if each.kind is not Kind.SERVICE:
            said = named(each, "code", "name", "hint", "words", "kind")
            found.append(front_door._of_report(SimpleNamespace(id=number, **said)))
    for number, each in enumerate(questions.standards(), 1):
        found.append(front_door._of_faq(SimpleNamespace(id=number, **named(each, "question", "words"))))
    return found


def named(value, *names):
    return {name: getattr(value, name) for name in names}


def test_nine_of_ten_everyday_sentences_are_led_right(standard):
    wrong = [
        (text, kind, str(choose(text, standard).kind))
        for text, kind in SENTENCES
        if choose(text, standard).kind != kind
    ]
    assert len(SENTENCES) >= 40
    assert {kind for _, kind in SENTENCES} == {kind.value for kind in DoorKind}
    assert len(wrong) * 10 <= len(SENTENCES), wrong


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("请送两桶水到301", "送水"),
        ("马桶堵了，水下不去", "水暖 / 堵塞"),
        ("大厅外墙裸露电线很危险", "安全隐患"),
        ("菜里吃出一根头发", "餐饮投诉"),
        ("忘记密码登录不上怎么办", "忘记密码怎么办？"),
    ],
)
def test_the_very_category_is_found(standard, text, name):
    assert choose(text, standard).choice.name == name


def test_it_says_by_which_words_and_what_else_it_might_be(standard):
    led = choose("会议室的投影坏了，建议换新的", standard)
    assert (led.kind, led.reason) == ("suggestion", ("建议",))
    assert led.alternatives[0].choice.kind == "repair"
    assert led.alternatives[0].reason == ("投影", "坏了")
    assert len(led.alternatives) <= front_door.MOST_ALTERNATIVES


def test_wide_letters_and_the_same_text_again_make_no_difference(standard):
    assert choose("ＷＩＦＩ网络连不上", standard) == choose("wifi网络连不上", standard)


@pytest.mark.parametrize("text", ["今天天气不错", "", "???"])
def test_what_is_about_nothing_leads_to_a_snap_without_a_category(standard, text):
    led = choose(text, standard)
    assert (led.kind, led.choice.id, led.reason, led.alternatives) == ("snap", None, (), ())


def test_where_one_stands_breaks_a_tie():
    known = [
        Candidate(DoorKind.REPAIR, 1, "a", "甲", "", ("漏风",)),
        Candidate(DoorKind.SNAP, 2, "b", "乙", "", ("漏风",)),
    ]
    assert choose("漏风", known).kind == "repair"
    assert choose("漏风", known, PlaceKind.ROOM).kind == "repair"
    assert choose("漏风", known, PlaceKind.SPOT).kind == "snap"


def test_over_http_with_what_the_house_has_and_nothing_is_filed(house, desk):
    snap = desk.officer.get("/feedback/categories/all").data["list"]
    assert snap, "the desk has categories"
    body = {"text": "请送水到101", "place": {"kind": "room", "id": desk.room.id}}
    led = desk.reporter.post("/feedback/door", body).data
    service = house.services["water"]
    assert led == {
        "kind": "service",
        "choice": {
            "kind": "service",
            "id": service["id"],
            "code": "water",
            "name": "送水",
            "page": "pages/feedback/request?service=water",
        },
        "reason": ["送水"],
        "alternatives": [],
    }
    assert desk.reporter.post("/feedback/door", {"text": ""}).status == 422
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Report)) == 0


def test_reading_the_words_takes_a_few_statements(house):
    categories.list_all()
    with counted_statements() as counted:
        front_door.lead("空调不制冷")
    assert len(counted) <= 5
