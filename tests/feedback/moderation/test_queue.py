"""The queue: who sees what, and how a person decides."""

import pytest
from sqlalchemy import select

from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from feedback.moderation import operations, queries, services
from tests.backend.media import pictures
from tests.backend.media.sending import attach, fetch, send
from tests.threads import at_once

QUEUE = "/feedback/moderation"


@atomic
def submit(subject_id, *, campus_id=0, texts=("花盆倒了",), photo_ids=(), author_id=None):
    operations.submit(
        "report",
        subject_id,
        texts=texts,
        photo_ids=photo_ids,
        author_id=author_id,
        campus_id=campus_id,
    )


@pytest.fixture
def campus(compound):
    return compound.campus()


@pytest.fixture
def officer(compound):
    return compound.client(compound.staff(name="周专席", roles={"feedback_desk": (ScopeKind.COMPOUND, 0)}))


def subjects(client, **query):
    return [each["subject_id"] for each in client.get(QUEUE, **query).data["list"]]


def only(client):
    (found,) = client.get(QUEUE).data["list"]
    return found


def decide(client, found, verdict="pass", **body):
    return client.post(
        f"{QUEUE}/{found['id']}/decide", {"verdict": verdict, "revision": found["revision"], **body}
    )


def standing(subject_id=1):
    db.session.rollback()
    return queries.standing("report", subject_id).state


def test_the_queue_shows_texts_photos_and_why_nobody_could_check_them_and_not_who_sent_them(
    app, world, officer
):
    author = world.person(name="张三丰")
    photo_id = send(world.compound.client(author), pictures.small_jpeg()).data["id"]
    attach(author, photo_id, "report", 1)
    submit(1, photo_ids=[photo_id])
    found = only(officer)
    assert (found["subject_kind"], found["subject_id"], found["state_name"]) == ("report", 1, "待人工审核")
    words, text, image = found["checks"]
    assert (words["provider_name"], words["state_name"], words["content"]) == (
        "本地词表",
        "未发现问题",
        "花盆倒了",
    )
    assert (text["state"], text["failure_name"]) == ("failed", "匿名或外部提交，不送微信检测")
    assert image["photo_id"] == photo_id
    assert fetch(app, image["photo"]["thumb"]).status_code == 200
    assert "张三丰" not in officer.get(QUEUE).body.decode()
    assert officer.get(f"{QUEUE}/{found['id']}").data == found
    assert officer.get(f"{QUEUE}/999999").error == "feedback.moderation_not_found"


def test_a_person_passes_what_no_machine_could_and_the_trail_says_who(world, officer):
    submit(1)
    passed = decide(officer, only(officer), reason="已核实").data
    assert (passed["state"], passed["decided_by_name"], passed["reason"]) == ("passed", "周专席", "已核实")
    assert {each["ruling"] for each in passed["checks"]} == {"passed"}
    assert (standing(), subjects(officer), subjects(officer, state="passed")) == ("passed", [], [1])
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "feedback.moderation_decided")
    ).one()
    assert (event.actor_name, event.details["to_state"]) == ("周专席", "passed")


def test_a_refusal_says_why_and_may_be_taken_back(world, officer):
    submit(1)
    found = only(officer)
    assert decide(officer, found, "refuse").error == "feedback.moderation_reason_needed"
    assert standing() == "manual"
    refused = decide(officer, found, "refuse", reason="含人身攻击").data
    assert (refused["state"], standing()) == ("refused", "refused")
    # What is submitted later does not make it clean.
    submit(1, texts=["补充说明"])
    assert standing() == "refused"
    (again,) = officer.get(QUEUE, state="refused").data["list"]
    assert decide(officer, again).data["state"] == "passed"


def test_what_is_submitted_after_a_decision_is_looked_at_again(world, officer):
    submit(1)
    decide(officer, only(officer))
    submit(1, texts=["补充说明"])
    assert standing() == "manual"


def test_nobody_decides_on_what_they_have_not_seen(world, officer):
    author = world.person()
    submit(1, author_id=author.id)
    (seen,) = officer.get(QUEUE, state="waiting").data["list"]
    world.simulator.options(text_suggest="risky")
    services.check()
    refused = decide(officer, seen)
    assert (refused.status, refused.error) == (409, "feedback.moderation_changed")
    assert standing() == "manual"


def test_a_person_may_be_quicker_than_wechat_which_is_then_not_asked(world, officer):
    submit(1, author_id=world.person().id)
    (seen,) = officer.get(QUEUE, state="waiting").data["list"]
    assert decide(officer, seen).data["state"] == "passed"
    assert services.check() == 0
    assert world.simulator.requests("/wxa/msg_sec_check") == []


def test_of_two_decisions_at_once_one_stands(world, officer):
    submit(1)
    found = only(officer)
    answers = at_once(
        [lambda: decide(officer, found), lambda: decide(officer, found, "refuse", reason="不妥")]
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert standing() == next(answer.data["state"] for answer in answers if answer.status == 200)


def test_the_desk_of_a_campus_sees_and_decides_its_own(world, compound, officer, campus):
    other = compound.campus()
    narrow = compound.client(compound.staff(roles={"feedback_desk": (ScopeKind.CAMPUS, campus.id)}))
    submit(1, campus_id=campus.id)
    submit(2, campus_id=other.id)
    submit(3)
    assert (subjects(narrow), subjects(officer)) == ([1], [1, 2, 3])
    foreign = officer.get(QUEUE).data["list"][1]
    assert decide(narrow, foreign).error == "feedback.moderation_not_found"
    assert standing(2) == "manual"
    assert decide(narrow, only(narrow)).status == 200


def test_others_have_no_business_there(world, compound):
    nobody = compound.client(compound.staff())
    assert nobody.get(QUEUE).status == 403
    assert nobody.post(f"{QUEUE}/1/decide", {"verdict": "pass", "revision": 0}).status == 403
