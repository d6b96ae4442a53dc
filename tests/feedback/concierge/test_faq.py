"""Frequent questions: found by words, counted without names, handed over to a person."""

from functools import partial

import pytest

from backend.db import db
from feedback.categories.models import Kind
from feedback.concierge.faq import policies
from feedback.concierge.faq.defaults import standards
from feedback.concierge.faq.models import FaqVote
from tests.threads import at_once


@pytest.fixture
def answers(desk):
    """The standard questions are there."""
    assert desk.officer.post("/feedback/faq/defaults").data["created"] == len(standards())
    return desk


def score(text, entry):
    return policies.score(text, entry.question, entry.answer, entry.words)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("订餐几点截止", "订餐截止到几点？"),
        ("截止时间", "订餐截止到几点？"),
        ("我不去吃了怎么退", "订了餐不去吃怎么取消？"),
        ("饭卡怎么充值", "餐费余额怎么查询和充值？"),
        ("周末开门吗 食堂", "食堂开放时间是什么？"),
        ("报修了多久有人来修", "报修后多久有人来？"),
        ("会不会知道是我举报的", "匿名提交会不会泄露身份？"),
        ("对答复不满意", "对答复不满意怎么办？"),
        ("电动车在哪充电", "新能源车在哪里充电？"),
        ("密码忘了，登不上去", "忘记密码怎么办？"),
    ],
)
def test_what_somebody_types_finds_the_question(text, question):
    ranked = sorted(
        standards(), key=lambda each: -policies.score(text, each.question, each.answer, each.words)
    )
    assert ranked[0].question == question


@pytest.mark.parametrize("text", ["", "。", "我", "怎么 什么", "火星撞地球"])
def test_what_fits_nothing_finds_nothing(text):
    assert not any(score(text, each) for each in standards())


def test_of_two_words_the_longer_counts():
    assert policies.matching("充电桩坏了", ["充电", "充电桩"]) == ["充电桩"]


def test_searching_pages_and_sections(answers):
    found = answers.reporter.get("/feedback/faq", q="密码", page_size=1).data
    assert found["list"][0]["question"] == "忘记密码怎么办？"
    assert answers.reporter.get("/feedback/faq", section="停车").data["total"] == 2
    sections = answers.reporter.get("/feedback/faq/sections").data["list"]
    assert sections[0] == {"section": "订餐", "entries": 5}
    assert answers.officer.post("/feedback/faq/defaults").data["created"] == 0


def test_a_question_is_added_changed_and_shown_no_more(answers):
    body = {
        "section": "其他",
        "question": "哪里可以打印？",
        "answer": "各楼层文印室。",
        "words": ["打印", " 打印 "],
    }
    made = answers.officer.post("/feedback/faq", body).data
    assert made["words"] == ["打印"]
    assert answers.officer.post("/feedback/faq", body).error == "feedback.faq_taken"
    assert answers.reporter.get("/feedback/faq", q="打印").data["list"][0]["id"] == made["id"]
    path = f"/feedback/faq/{made['id']}"
    assert answers.officer.put(path, {**body, "is_active": False}).data["is_active"] is False
    assert answers.reporter.get("/feedback/faq", q="文印室").data["total"] == 0
    assert answers.reporter.post(f"{path}/vote", {"is_helpful": True}).error == "feedback.faq_not_found"
    assert answers.officer.get("/feedback/faq/all", section="其他").data["total"] == 1
    assert answers.reporter.post("/feedback/faq", body).status == 403


def test_a_vote_counts_once_may_be_changed_and_names_nobody(answers):
    entry_id = answers.reporter.get("/feedback/faq").data["list"][0]["id"]
    path = f"/feedback/faq/{entry_id}/vote"
    for _ in range(2):
        voted = answers.reporter.post(path, {"is_helpful": True}).data
    assert (voted["helpful"], voted["unhelpful"], voted["my_vote"]) == (1, 0, True)
    answers.neighbour.post(path, {"is_helpful": True})
    voted = answers.reporter.post(path, {"is_helpful": False}).data
    assert (voted["helpful"], voted["unhelpful"], voted["my_vote"]) == (1, 1, False)
    db.session.rollback()
    votes = db.session.query(FaqVote).all()
    assert len({vote.voter_key for vote in votes}) == 2
    assert {column.name for column in FaqVote.__table__.c} == {"entry_id", "voter_key", "is_helpful"}


def test_votes_at_once_are_all_counted(answers):
    entry_id = answers.reporter.get("/feedback/faq").data["list"][0]["id"]
    people = (answers.reporter, answers.neighbour, answers.member, answers.reporter)
    db.session.rollback()
    at_once([partial(by.post, f"/feedback/faq/{entry_id}/vote", {"is_helpful": True}) for by in people])
    assert answers.reporter.get("/feedback/faq").data["list"][0]["helpful"] == 3


def test_who_finds_no_answer_hands_the_question_over(answers):
    body = {"text": "院里有没有母婴室"}
    assert answers.reporter.post("/feedback/faq/handover", body).error == "feedback.service_not_found"
    answers.category("service.question", Kind.SERVICE, name="咨询", needs_place=False)
    answers.officer.post("/feedback/services/defaults")
    asked = answers.reporter.post("/feedback/faq/handover", body).data
    assert (asked["service_code"], asked["state"], asked["text"]) == (
        "ask",
        "pending",
        "【咨询】问题：院里有没有母婴室",
    )
