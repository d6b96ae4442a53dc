"""Checks: WeChat is asked, its verdicts count once, and at what it cannot say a person looks."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from backend.media.models import Photo
from backend.wechat.models import PushEvent
from feedback.moderation import editing, operations, policies, queries, services
from feedback.moderation.models import Check, CheckState, Severity, Submission, SubmissionState
from tests.backend.media import pictures
from tests.backend.media.sending import attach, send
from tests.factories import NINE
from tests.simulator import APP
from tests.threads import at_once

TEXT_CHECK, PHOTO_CHECK = "/wxa/msg_sec_check", "/wxa/media_check_async"
RISKY = "特3456书yuuo莞6543李zxcz蒜7782法fgnv级"


@atomic
def submit(author=None, *, subject_id=1, texts=("花盆倒了",), photo_ids=()):
    operations.submit(
        "report",
        subject_id,
        texts=list(texts),
        photo_ids=list(photo_ids),
        author_id=author.id if author is not None else None,
    )


@atomic
def list_word(word, severity=Severity.REVIEW):
    editing.add(SYSTEM, policies.entry_of(word, severity))


def standing(subject_id=1):
    db.session.rollback()
    found = queries.standing("report", subject_id)
    assert found.is_clean is (found.state is SubmissionState.PASSED)
    return found.state


def checks():
    """(provider, state, label, failure) of every check."""
    db.session.rollback()
    statement = select(Check.provider, Check.state, Check.label, Check.failure).order_by(Check.id)
    return [tuple(row) for row in db.session.execute(statement)]


def photo(world, author, shade=120):
    """A photo of a report, as its owner's slice attaches it."""
    photo_id = send(world.compound.client(author), pictures.small_jpeg(shade)).data["id"]
    attach(author, photo_id, "report", 1)
    return photo_id


def check_at(minutes):
    with clock.at(NINE + timedelta(minutes=minutes)):
        return services.check()


def push(trace_id, suggest="pass", label=100, *, number=[0], at=NINE):  # noqa: B006 # Counts the events.
    """Keep a verdict as the callback does."""
    number[0] += 1

    @atomic
    def keep():
        db.session.add(
            PushEvent(
                dedupe_key=f"verdict {number[0]}",
                app="default",
                kind="wxa_media_check",
                openid="o1",
                payload={
                    "trace_id": trace_id,
                    "errcode": "0",
                    "result": {"suggest": suggest, "label": str(label)},
                },
                received_at=at,
            )
        )

    keep()


def traces():
    db.session.rollback()
    return list(db.session.scalars(select(Check.trace_id).where(Check.photo_id.is_not(None))))


def events():
    """(error, is handled) of what was pushed."""
    db.session.rollback()
    rows = db.session.execute(select(PushEvent.error, PushEvent.handled_at).order_by(PushEvent.id))
    return [(error, handled_at is not None) for error, handled_at in rows]


# Local words


def test_local_words_are_looked_for_at_once_and_only_ask_for_a_person(world):
    list_word("赌博", Severity.REFUSE)
    list_word("广告")
    author = world.person()
    submit(author, subject_id=1, texts=["有人 赌\u200b博"])
    submit(author, subject_id=2, texts=["墙上贴满ＧＧ广告"])
    submit(author, subject_id=3)
    assert [standing(subject) for subject in (1, 2, 3)] == ["manual", "manual", "waiting"]
    words = [check[1:] for check in checks() if check[0] == "words"]
    assert words == [("risky", "赌博", ""), ("review", "广告", ""), ("passed", "", "")]
    assert services.check() == 3
    assert [standing(subject) for subject in (1, 2, 3)] == ["manual", "manual", "passed"]


def test_what_was_never_submitted_or_says_nothing_is_for_a_person(world):
    submit(world.person(), texts=[" "])
    assert (standing(1), standing(99)) == ("manual", "manual")


# Texts


@pytest.mark.parametrize(
    ("suggest", "state", "label", "stands"),
    [
        ("pass", "passed", "100", "passed"),
        ("review", "review", "21000", "manual"),
        ("risky", "risky", "20006", "manual"),
        ("whatever", "waiting", "", "waiting"),
    ],
)
def test_errcode_0_is_no_pass_but_what_wechat_suggests(world, suggest, state, label, stands):
    world.simulator.options(text_suggest=suggest)
    author = world.person()
    submit(author)
    services.check()
    assert checks()[1] == ("wechat_text", state, label, "")
    assert standing() == stands
    (asked,) = world.simulator.requests(TEXT_CHECK)
    assert asked["body"] == {
        "version": 2,
        "openid": world.simulator.openid(author.staff_no),
        "scene": 3,
        "content": "花盆倒了",
    }


def test_a_long_text_is_asked_about_in_parts_and_each_of_them_counts(world):
    submit(world.person(), texts=["好" * 2500 + RISKY])
    services.check()
    assert [check[1] for check in checks()] == ["passed", "passed", "risky"]
    assert standing() == "manual"
    assert max(len(each["body"]["content"]) for each in world.simulator.requests(TEXT_CHECK)) == 2500


def test_what_is_submitted_later_is_checked_in_addition(world):
    author = world.person()
    submit(author)
    services.check()
    assert standing() == "passed"
    submit(author, texts=[RISKY])
    assert standing() == "waiting"
    services.check()
    assert standing() == "manual"
    assert len(world.simulator.requests(TEXT_CHECK)) == 2


# Who cannot be asked about


def test_of_an_unnamed_author_wechat_learns_nothing(world):
    photo_id = photo(world, world.person())
    submit(None, photo_ids=[photo_id])
    assert standing() == "manual"
    services.check()
    assert [check[3] for check in checks()] == ["", "no_author", "no_author"]
    assert world.simulator.requests(TEXT_CHECK) == world.simulator.requests(PHOTO_CHECK) == []


def test_an_author_without_an_openid_is_for_a_person_and_nobody_is_asked(world):
    submit(world.person(on="wecom"))
    services.check()
    assert (checks()[1][3], standing()) == ("no_account", "manual")
    assert world.simulator.requests(TEXT_CHECK) == []


def test_an_author_who_was_not_active_is_for_a_person(world):
    author = world.person()
    submit(author, subject_id=1)
    check_at(121)
    assert (checks()[1][3], standing(1)) == ("inactive", "manual")
    assert world.simulator.requests(TEXT_CHECK) == []
    # WeChat knows better than we do.
    world.simulator.options(people_are_active=False)
    submit(author, subject_id=2)
    services.check()
    assert (checks()[3][3], standing(2)) == ("inactive", "manual")


def test_a_scheduler_that_slept_asks_late_as_long_as_wechat_may_answer(world):
    submit(world.person())
    check_at(119)
    assert standing() == "passed"


@pytest.mark.parametrize("apps", [{}, {"default": replace(APP, push_token="", push_aes_key="")}])
def test_without_wechat_or_its_callback_photos_are_for_a_person(world, app, app_with, apps):
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    with app_with(wechat_apps=apps).app_context():
        services.check()
    assert (checks()[0][3], standing()) == ("unconfigured", "manual")
    assert world.simulator.requests(PHOTO_CHECK) == []


def test_an_app_that_wechat_refuses_is_for_a_person(world):
    submit(world.person())
    world.simulator.fail(TEXT_CHECK, errcode=48001)
    services.check()
    assert (checks()[1][3], standing()) == ("unconfigured", "manual")


def test_an_openid_that_wechat_refuses_is_for_a_person(world):
    submit(world.person())
    world.simulator.fail(TEXT_CHECK, errcode=40003)
    services.check()
    assert (checks()[1][3], standing()) == ("refused", "manual")


# WeChat is away


@pytest.mark.parametrize("fault", [{"http_status": 502}, {"errcode": 45009}, {"text": "<html>"}])
def test_while_wechat_is_away_it_is_asked_again_and_then_a_person_looks(world, fault):
    submit(world.person())
    world.simulator.fail(TEXT_CHECK, times=3, **fault)
    for minutes in (0, 1, 2):
        assert standing() == "waiting"
        check_at(minutes)
    assert (checks()[1], standing()) == (("wechat_text", "failed", "", "provider_down"), "manual")
    check_at(10)
    assert len(world.simulator.requests(TEXT_CHECK)) == 3


def test_when_wechat_is_back_in_time_nobody_has_to_look(world):
    submit(world.person())
    world.simulator.fail(TEXT_CHECK, http_status=502)
    services.check()
    assert standing() == "waiting"
    assert check_at(1) == 1
    assert standing() == "passed"


def test_one_failure_ends_the_round_so_that_nobody_waits_for_each_timeout(world):
    author = world.person()
    for subject_id in (1, 2, 3):
        submit(author, subject_id=subject_id)
    world.simulator.fail(TEXT_CHECK, http_status=502)
    assert services.ask_due() == 0
    assert len(world.simulator.requests(TEXT_CHECK)) == 1
    with clock.at(NINE + timedelta(minutes=3)):
        assert services.ask_due() == 3


def test_two_schedulers_at_once_ask_once(app, world):
    author = world.person()
    for subject_id in range(1, 7):
        submit(author, subject_id=subject_id)

    def run():
        with app.app_context(), clock.at(NINE):
            return services.check()

    assert sum(at_once([run, run])) == 6
    assert len(world.simulator.requests(TEXT_CHECK)) == 6


# Photos


def test_wechat_loads_the_photo_by_a_signed_link_and_its_verdict_comes_back(app_with, world, called_back):
    called_back.options(media_fetches=True)
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    with app_with(public_url=_listener(called_back)).app_context():
        assert services.check() == 1
    assert standing() == "waiting"
    (asked,) = called_back.requests(PHOTO_CHECK)
    assert asked["body"]["media_type"] == 2
    assert "/full?e=" in asked["body"]["media_url"]
    assert [each["statuses"] for each in called_back.callbacks()] == [[200]]
    services.check()
    assert (checks(), standing()) == ([("wechat_image", "passed", "100", "")], "passed")
    assert events() == [("", True)]


def test_a_photo_that_wechat_cannot_load_is_for_a_person(app_with, world, called_back):
    called_back.options(media_fetches=True)
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    with app_with(public_url="http://127.0.0.1:1").app_context():
        services.check()
    called_back.callbacks()
    services.check()
    assert (checks()[0][3], standing()) == ("refused", "manual")


@pytest.mark.parametrize(
    ("push_format", "suggest", "stands"), [("json", "review", "manual"), ("xml", "risky", "manual")]
)
def test_a_doubtful_photo_is_for_a_person(world, called_back, push_format, suggest, stands):
    called_back.options(media_suggest=suggest, push_format=push_format)
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    services.check()
    called_back.callbacks()
    services.check()
    assert (checks()[0][:3], standing()) == (("wechat_image", suggest, "20002"), stands)


def test_a_photo_that_is_gone_is_not_asked_about(world):
    author = world.person()
    photo_id = photo(world, author)
    submit(author, texts=[], photo_ids=[photo_id])

    @atomic
    def lose():
        db.session.delete(db.session.get(Photo, photo_id))

    lose()
    services.check()
    assert (checks()[0][3], standing()) == ("gone", "manual")


def test_a_verdict_that_comes_twice_counts_once(world):
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    services.check()
    (trace,) = traces()
    push(trace, "risky", 20002)
    push(trace, "pass")
    assert services.apply_verdicts() == 1
    assert (checks()[0][1:3], standing()) == (("risky", "20002"), "manual")
    assert events() == [("", True), ("", True)]
    assert services.apply_verdicts() == 0


def test_a_verdict_applied_by_two_schedulers_at_once_counts_once(app, world):
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    services.check()
    push(traces()[0])

    def run():
        with app.app_context(), clock.at(NINE):
            return services.apply_verdicts()

    assert sorted(at_once([run, run])) == [0, 1]
    assert standing() == "passed"


def test_without_a_verdict_in_thirty_minutes_a_person_looks_and_a_late_one_still_counts(world):
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    services.check()
    check_at(29)
    assert standing() == "waiting"
    check_at(30)
    assert (checks()[0][3], standing()) == ("silent", "manual")
    push(traces()[0])
    check_at(45)
    assert (checks(), standing()) == ([("wechat_image", "passed", "100", "")], "passed")


def test_a_late_verdict_changes_nothing_that_a_person_has_decided(world):
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    services.check()
    check_at(30)
    db.session.rollback()
    (found,) = db.session.scalars(select(Submission)).all()
    services.decide(SYSTEM, submission_id=found.id, is_passed=True, revision=found.revision)
    push(traces()[0], "risky", 20002)
    check_at(45)
    assert (checks()[0][1:3], standing()) == (("risky", "20002"), "passed")


def test_a_verdict_of_an_unknown_trace_waits_a_while_and_does_no_harm(world):
    push("nobody-asked-for-this", "risky")
    push("", "risky")
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    check_at(4)
    assert events() == [("", False), ("", False)]
    push(traces()[0])  # Strangers do not keep it from its turn.
    check_at(4)
    assert standing() == "passed"
    check_at(5)
    assert events() == [("unknown trace", True), ("unknown trace", True), ("", True)]


def test_a_verdict_that_is_quicker_than_our_note_of_its_trace_is_not_lost(world):
    push("quick")
    author = world.person()
    submit(author, texts=[], photo_ids=[photo(world, author)])
    assert services.apply_verdicts() == 0

    @atomic
    def note():
        check_id = db.session.scalars(select(Check.id)).one()
        operations.answer(check_id, policies.Answer(CheckState.WAITING, trace_id="quick"))

    note()
    assert services.apply_verdicts() == 1
    assert standing() == "passed"


def _listener(simulator):
    """Where our application listens."""
    return simulator.http.post(f"{simulator.url}/simulator/options", json={}).json()["data"]["callback_url"]
