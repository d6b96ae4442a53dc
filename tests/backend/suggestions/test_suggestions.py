"""投诉建议: everybody writes and reads the answers; administrators answer without knowing who asked."""

from collections import Counter
from datetime import time, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.audit.models import AuditEvent
from backend.counting import number
from backend.db import atomic, db, unit
from backend.suggestions import queries
from backend.suggestions.models import SuggestionState
from backend.suggestions.policies import KIND_NAMES, STATE_NAMES, TRANSITIONS, states_before
from tests.backend.media.pictures import corners, saved
from tests.backend.media.sending import send
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements
from tests.threads import at_once

WORDS = {"kind": "suggestion", "text": "菜单能否提前一周发布？"}


@pytest.fixture
def author(compound):
    """A member of staff with something to say, at nine o'clock on Monday."""
    with clock.at(NINE):
        yield compound.client(compound.staff("2001", name="王五", department=compound.department("综合处")))


@pytest.fixture
def administrator(author, compound):
    """Somebody who answers."""
    return compound.client(compound.staff(name="赵六", roles={"administrator": (ScopeKind.COMPOUND, 0)}))


def sent(author, **changes):
    return author.post("/suggestions", {**WORDS, **changes}).data["id"]


def answered(administrator, suggestion_id, words="已列入计划"):
    return administrator.post(f"/admin/suggestions/{suggestion_id}/replies", {"text": words})


def test_a_suggestion_is_sent_answered_and_closed(author, administrator):
    answer = author.post("/suggestions", WORDS)
    assert answer.status == 201
    suggestion_id = answer.data["id"]
    assert answer.data == {
        "id": suggestion_id, **WORDS, "may_contact": False, "state": "open",
        "sent_at": "2026-11-23T09:00:00+08:00", "closed_at": None, "photos": [], "replies": [],
    }  # fmt: skip # One name a line would say no more.
    for words in ("已列入计划", "下周起提前发布"):
        reply = answered(administrator, suggestion_id, words)
        assert (reply.status, reply.data["state"]) == (201, "replied")
    closed = administrator.post(f"/admin/suggestions/{suggestion_id}/close").data
    assert (closed["state"], closed["closed_at"]) == ("closed", "2026-11-23T09:00:00+08:00")
    seen = author.get(f"/suggestions/{suggestion_id}").data
    assert (seen["state"], [one["text"] for one in seen["replies"]]) == (
        "closed",
        ["已列入计划", "下周起提前发布"],
    )
    assert author.get("/suggestions").data["list"] == [seen]


def test_the_author_is_told_of_each_reply(author, administrator):
    suggestion_id = sent(author, kind="fault")
    answered(administrator, suggestion_id, "已修复")
    answered(administrator, suggestion_id, "请更新后再试")
    messages = author.get("/inbox").data["messages"]
    assert [one["text"] for one in messages] == [
        "您提交的「故障」有新答复：请更新后再试",
        "您提交的「故障」有新答复：已修复",
    ]
    assert messages[0]["page"] == f"pages/suggestions/detail?id={suggestion_id}"


def test_the_author_stays_unknown_unless_they_may_be_contacted(author, administrator):
    unknown, known = sent(author), sent(author, may_contact=True)
    named, nameless = administrator.get("/admin/suggestions").data["list"]
    assert (named["id"], nameless["id"]) == (known, unknown)
    assert (named["staff_no"], named["staff_name"], named["department"]) == ("2001", "王五", "综合处")
    assert (nameless["staff_no"], nameless["staff_name"], nameless["department"]) == (None, None, None)
    body = administrator.get(f"/admin/suggestions/{unknown}").body.decode()
    assert "王五" not in body
    assert "2001" not in body
    assert "王五" not in answered(administrator, unknown).body.decode()
    db.session.rollback()
    trail = db.session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "suggestion")).all()
    assert {event.actor_name for event in trail} == {"赵六"}


def test_the_author_does_not_learn_who_answered(author, administrator):
    suggestion_id = sent(author)
    managed = answered(administrator, suggestion_id).data
    assert managed["replies"][0]["staff_name"] == "赵六"
    assert "赵六" not in author.get(f"/suggestions/{suggestion_id}").body.decode()


def test_somebody_elses_suggestion_is_not_there(author, compound):
    suggestion_id = sent(author)
    other = compound.client(compound.staff())
    answer = other.get(f"/suggestions/{suggestion_id}")
    assert (answer.status, answer.error) == (404, "suggestions.not_found")
    assert other.get("/suggestions").data["total"] == 0


def test_only_administrators_of_the_whole_compound_answer(author, compound):
    suggestion_id = sent(author)
    campus = compound.campus()
    narrow = compound.client(compound.staff(roles={"administrator": (ScopeKind.CAMPUS, campus.id)}))
    for client in (author, narrow):
        for answer in (
            client.get("/admin/suggestions"),
            client.get(f"/admin/suggestions/{suggestion_id}"),
            answered(client, suggestion_id),
            client.post(f"/admin/suggestions/{suggestion_id}/close"),
        ):
            assert (answer.status, answer.error) == (403, "app.forbidden")
    assert author.get(f"/suggestions/{suggestion_id}").data["state"] == "open"


def test_nothing_is_closed_without_an_answer_and_nothing_closed_moves(author, administrator):
    suggestion_id = sent(author)
    early = administrator.post(f"/admin/suggestions/{suggestion_id}/close")
    assert (early.status, early.error) == (409, "suggestions.state")
    assert "待答复" in early.envelope["msg"]
    answered(administrator, suggestion_id)
    administrator.post(f"/admin/suggestions/{suggestion_id}/close")
    again = administrator.post(f"/admin/suggestions/{suggestion_id}/close")
    late = answered(administrator, suggestion_id)
    assert {again.error, late.error} == {"suggestions.state"}
    assert len(author.get(f"/suggestions/{suggestion_id}").data["replies"]) == 1
    assert answered(administrator, 999_999).error == "suggestions.not_found"
    assert administrator.post("/admin/suggestions/999999/close").status == 404


def test_a_reply_and_a_closing_at_once_leave_it_closed(author, administrator):
    suggestion_id = sent(author)
    answered(administrator, suggestion_id)
    calls = [
        lambda: answered(administrator, suggestion_id),
        lambda: administrator.post(f"/admin/suggestions/{suggestion_id}/close"),
    ] * 3
    statuses = Counter(answer.status for answer in at_once(calls))
    assert statuses[200] == 1
    seen = author.get(f"/suggestions/{suggestion_id}").data
    assert seen["state"] == "closed"
    assert len(seen["replies"]) == 1 + statuses[201]


def test_replies_and_closings_are_in_the_trail(author, administrator):
    suggestion_id = sent(author)
    answered(administrator, suggestion_id)
    administrator.post(f"/admin/suggestions/{suggestion_id}/close")
    db.session.rollback()
    trail = db.session.scalars(
        select(AuditEvent).where(AuditEvent.object_kind == "suggestion").order_by(AuditEvent.id)
    )
    assert [(event.action, event.object_id) for event in trail] == [
        ("suggestions.replied", str(suggestion_id)),
        ("suggestions.closed", str(suggestion_id)),
    ]


def test_ten_a_day_are_enough(author, compound):
    for _ in range(10):
        sent(author)
    answer = author.post("/suggestions", WORDS)
    assert (answer.status, answer.error) == (429, "suggestions.too_many")
    assert "10 条" in answer.envelope["msg"]
    assert compound.client(compound.staff()).post("/suggestions", WORDS).status == 201
    with clock.at(clock.at_local(MONDAY + timedelta(days=1), time(0))):
        assert author.post("/suggestions", WORDS).status == 201


def test_the_limit_holds_for_many_at_once(author):
    for _ in range(7):
        sent(author)
    answers = at_once([lambda: author.post("/suggestions", WORDS)] * 6)
    assert Counter(answer.status for answer in answers) == {201: 3, 429: 3}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "praise", "text": "好"},
        {"kind": "fault"},
        {"kind": "fault", "text": "  "},
        {"kind": "fault", "text": "长" * 1001},
        {"kind": "fault", "text": "好", "photo_ids": [1, 2, 3, 4, 5]},
        {"kind": "fault", "text": "好", "state": "closed"},
    ],
)
def test_half_a_suggestion_is_refused(author, body):
    answer = author.post("/suggestions", body)
    assert (answer.status, answer.error) == (422, "app.invalid")


def test_photos_are_seen_by_author_and_administrators(author, administrator):
    photo = send(author, saved(corners(64, 48), "PNG")).data
    suggestion_id = sent(author, kind="fault", photo_ids=[photo["id"]])
    for client, path in ((author, "/suggestions"), (administrator, "/admin/suggestions")):
        (links,) = client.get(f"{path}/{suggestion_id}").data["photos"]
        assert links["full"].startswith("/media/")
        assert client.get(path).data["list"][0]["photos"] == [links]
    twice = author.post("/suggestions", {**WORDS, "photo_ids": [photo["id"]]})
    assert twice.error == "media.photo_not_found"


def test_a_photo_that_is_not_ones_own_is_refused_and_nothing_is_sent(author):
    answer = author.post("/suggestions", {**WORDS, "photo_ids": [77]})
    assert (answer.status, answer.error) == (404, "media.photo_not_found")
    assert author.get("/suggestions").data["total"] == 0


def test_an_empty_reply_is_refused(author, administrator):
    assert answered(administrator, sent(author), " ").error == "app.invalid"


def test_administrators_filter(author, administrator):
    fault = sent(author, kind="fault", text="扫码 100% 失败")
    with clock.at(clock.at_local(MONDAY + timedelta(days=1), time(0))):
        later = sent(author, kind="complaint", text="加载太慢")
        answered(administrator, later)

    def found(**filters):
        return [one["id"] for one in administrator.get("/admin/suggestions", **filters).data["list"]]

    assert found() == [later, fault]
    assert found(kind="fault") == [fault]
    assert found(state="replied") == [later]
    assert found(from_date="2026-11-24") == [later]
    assert found(to_date="2026-11-23") == [fault]
    assert found(q="100%") == [fault]
    assert found(q="%加载") == []
    assert found(page=2, page_size=1) == [fault]
    db.session.rollback()
    assert number(queries.unanswered(SYSTEM)) == 1


def test_a_list_costs_the_same_whatever_its_length(author, administrator):
    def cost(client, path):
        with counted_statements() as statements:
            client.get(path)
        return len(statements)

    answered(administrator, sent(author, may_contact=True))
    before = cost(author, "/suggestions"), cost(administrator, "/admin/suggestions")
    for _ in range(4):
        answered(administrator, sent(author, may_contact=True))
    assert (cost(author, "/suggestions"), cost(administrator, "/admin/suggestions")) == before


@pytest.mark.parametrize(
    ("after", "before"), [("open", []), ("replied", ["open", "replied"]), ("closed", ["replied"])]
)
def test_the_steps_are_those_of_the_table(after, before):
    assert states_before(SuggestionState(after)) == before
    assert set(TRANSITIONS) == set(SuggestionState) == set(STATE_NAMES)
    assert len(KIND_NAMES) == 4


def test_the_database_holds_closed_and_its_instant_together(app, author):
    sent(author)

    @atomic
    def tamper():
        unit().execute(text("UPDATE suggestions SET state = 'closed'"))

    with pytest.raises(IntegrityError, match="ck_suggestions_closed"):
        tamper()
