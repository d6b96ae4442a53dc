"""A bulletin from its draft to its publication and correction, and who may do what with it."""

import hashlib
from datetime import date
from threading import Event

import orjson
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db
from canteen.bulletins import documents, queries
from canteen.bulletins import operations as bulletin_operations
from canteen.bulletins.models import BulletinDocument, Media
from canteen.bulletins.rules import DRAFTER_MAY_PUBLISH
from canteen.bulletins.services import print_missing
from canteen.waste import operations
from canteen.waste.models import Kind, Stage
from tests.canteen.bulletins.season import Season
from tests.client import Answer, Client
from tests.printed import text_of
from tests.threads import at_once

ADMIN = "/admin/bulletins"
DECEMBER = {"kind": "monthly", "first_day": "2026-12-01"}
TEXTS = {"introduction": "各单位：", "problems": "第二食堂备餐偏多。", "requirements": "按预订人数备餐。"}


@pytest.fixture
def december(season: Season) -> Season:
    """Five measured lunches of December in the first canteen."""
    season.plant(season.canteens[0].id, "now", date(2026, 12, 7), 5, every=1)
    return season


def drafted(season: Season) -> dict:
    """December's bulletin, just drafted."""
    return season.client().post(ADMIN, DECEMBER).data


def submitted(season: Season, made: dict) -> dict:
    """The same handed in."""
    return season.client().post(f"{ADMIN}/{made['id']}/submit", {"revision": made["revision"]}).data


def publish(season: Season, made: dict, by: Client | None = None) -> Answer:
    """Sign it off, by default as who signs bulletins off."""
    client = by or season.client(season.approver)
    return client.post(f"{ADMIN}/{made['id']}/publish", {"revision": made["revision"]})


def published(season: Season) -> dict:
    """December's bulletin, published."""
    return publish(season, submitted(season, drafted(season))).data


def weigh(season: Season, grams: int) -> None:
    """More plate waste of 7 December becomes known."""

    @atomic
    def write() -> None:
        operations.record(
            canteen_id=season.canteens[0].id,
            served_on=date(2026, 12, 7),
            period="lunch",
            kind=Kind.ENTRY,
            stage=Stage.PLATE,
            net_g=grams,
            entered_by=season.manager.id,
        )

    write()


def test_a_bulletin_goes_from_draft_over_return_to_publication(december: Season):
    made = drafted(december)
    drafter, approver = december.client(), december.client(december.approver)
    official = december.client(december.official)
    one = f"{ADMIN}/{made['id']}"
    assert (made["state"], made["issue_no"], made["version"]) == ("draft", "", 1)
    assert made["can"] == ["discard", "edit", "submit"]

    edited = drafter.put(one, {"revision": 1, **TEXTS}).data
    assert drafter.put(one, {"revision": 1, **TEXTS}).error == "canteen.bulletin_moved"
    assert publish(december, edited).error == "canteen.bulletin_state"
    handed_in = drafter.post(f"{one}/submit", {"revision": edited["revision"]}).data
    assert drafter.put(one, {"revision": handed_in["revision"], **TEXTS}).error == "canteen.bulletin_state"
    assert drafter.post(f"{one}/figures").error == "canteen.bulletin_state"

    returned = approver.post(f"{one}/return", {"opinion": "请补充问题"}).data
    assert (returned["state"], returned["opinion"]) == ("returned", "请补充问题")
    handed_in = drafter.post(f"{one}/submit", {"revision": returned["revision"]}).data
    assert official.get("/bulletins").data["total"] == 0
    assert official.get(f"/bulletins/{made['id']}").status == 404
    assert official.get(f"{one}/pdf").status == 403

    out = publish(december, handed_in).data
    assert (out["state"], out["issue_no"], out["published_by_name"]) == (
        "published",
        "〔2027〕第1期",
        "周审签",
    )
    listed = official.get("/bulletins").data["list"]
    assert [(each["period"], each["title"]) for each in listed] == [
        ("2026-12", "关于2026年12月机关食堂反食品浪费情况的通报")
    ]
    read = official.get(f"/bulletins/{made['id']}").data
    assert read["problems"] == TEXTS["problems"]
    assert "opinion" not in read
    page = text_of(official.get(f"/bulletins/{made['id']}/pdf").body)
    assert "〔2027〕第1期" in page
    assert "按预订人数备餐。" in page
    assert "草稿" not in page


def test_only_those_who_work_on_bulletins_see_and_change_drafts(december: Season):
    made = drafted(december)
    one = f"{ADMIN}/{made['id']}"
    for staff in (december.official, december.manager):
        client = december.client(staff)
        assert client.post(ADMIN, DECEMBER).status == 403
        assert client.get(ADMIN).status == 403
        assert client.get(one).status == 403
        assert client.get(f"{one}/changes").status == 403
        assert client.put(one, {"revision": 1, **TEXTS}).status == 403
        assert client.post(f"{one}/submit", {"revision": 1}).status == 403
        assert client.delete(one).status == 403
    approver = december.client(december.approver)
    assert approver.get(one).data["can"] == []
    assert approver.post(ADMIN, DECEMBER).status == 403
    handed_in = submitted(december, made)
    assert publish(december, handed_in, december.client()).status == 403
    assert approver.get(ADMIN, state="submitted").data["total"] == 1


def test_who_drafted_does_not_sign_off_unless_the_rule_allows_it(december: Season):
    admin = december.client(december.admin)
    made = admin.post(ADMIN, DECEMBER).data
    handed_in = admin.post(f"{ADMIN}/{made['id']}/submit", {"revision": made["revision"]}).data
    assert handed_in["can"] == ["return"]
    assert publish(december, handed_in, admin).error == "canteen.bulletin_own"
    december.compound.rule(DRAFTER_MAY_PUBLISH, True)
    assert publish(december, handed_in, admin).data["state"] == "published"


def test_figures_are_frozen_until_they_are_taken_anew(december: Season):
    made = drafted(december)
    client, one = december.client(), f"{ADMIN}/{made['id']}"
    assert client.get(f"{one}/changes").data["list"] == []
    weigh(december, 5_000)
    told = {(each["where"], each["name"]): each for each in client.get(f"{one}/changes").data["list"]}
    grams = made["figures"]["total"]["stages"]["plate"]["food_g"]
    assert told["总体", "餐盘剩余（克）"]["old"] == f"{grams:,}"
    assert told["总体", "餐盘剩余（克）"]["new"] == f"{grams + 5_000:,}"
    assert client.get(one).data["figures"] == made["figures"]
    taken = client.post(f"{one}/figures").data
    assert taken["figures"]["total"]["stages"]["plate"]["food_g"] == grams + 5_000
    assert client.get(f"{one}/changes").data["list"] == []


def test_what_is_published_never_changes(december: Season):
    out = published(december)
    client = december.client(december.official)
    one = f"/bulletins/{out['id']}"
    first = client.get(f"{one}/pdf").body
    weigh(december, 9_000)
    assert client.get(f"{one}/pdf").body == first
    assert client.get(one).data["figures"] == out["figures"]
    rendered = documents.rendered(queries.find(SYSTEM, out["id"]), Media.PDF)
    assert rendered == first
    exported = client.get(f"{one}/export").data
    content = orjson.dumps(exported["content"], option=orjson.OPT_SORT_KEYS)
    assert hashlib.sha256(content).hexdigest() == exported["hash"] == out["content_hash"]
    for statement in (
        "UPDATE bulletins SET problems = 'x'",
        "DELETE FROM bulletins",
        "UPDATE bulletin_documents SET sha256 = 'x'",
        "DELETE FROM bulletin_documents",
    ):

        @atomic
        def change(statement: str = statement) -> None:
            db.session.execute(text(statement))

        with pytest.raises(DBAPIError, match="append-only"):
            change()
    drafter = december.client()
    assert drafter.put(f"{ADMIN}/{out['id']}", {"revision": 3, **TEXTS}).error == "canteen.bulletin_state"
    assert drafter.delete(f"{ADMIN}/{out['id']}").error == "canteen.bulletin_state"


def test_the_job_prints_what_nobody_asked_for(december: Season):
    out = published(december)
    assert print_missing() == 2
    assert print_missing() == 0
    db.session.rollback()
    kept = {row.media: row for row in db.session.scalars(select(BulletinDocument))}
    assert kept["pdf"].sha256 == hashlib.sha256(kept["pdf"].content).hexdigest()
    answer = december.client(december.official).get(f"/bulletins/{out['id']}/xlsx")
    assert answer.body == kept["xlsx"].content


def test_a_correction_is_a_further_version_that_says_why(december: Season):
    out = published(december)
    client, one = december.client(), f"{ADMIN}/{out['id']}"
    weigh(december, 4_000)
    again = client.post(f"{one}/corrections", {"reason": "补录12月7日餐盘剩余"})
    assert again.status == 201
    new = again.data
    assert (new["version"], new["corrects_id"], new["state"]) == (2, out["id"], "draft")
    grams = out["figures"]["total"]["stages"]["plate"]["food_g"]
    assert new["figures"]["total"]["stages"]["plate"]["food_g"] == grams + 4_000
    assert client.post(f"{one}/corrections", {"reason": "再更正"}).error == "canteen.bulletin_exists"
    assert client.get(f"/bulletins/{out['id']}").data["superseded_by"] is None

    final = publish(december, submitted(december, new)).data
    assert final["issue_no"] == "〔2027〕第1期（第2版）"
    official = december.client(december.official)
    assert official.get(f"/bulletins/{out['id']}").data["superseded_by"] == final["id"]
    page = "".join(text_of(official.get(f"/bulletins/{final['id']}/pdf").body).split())
    assert "代替第1版" in page
    assert "更正原因：补录12月7日餐盘剩余" in page
    assert official.get("/bulletins").data["total"] == 2


def test_a_period_has_one_bulletin_and_it_is_over_before_it_is_handed_in(december: Season):
    made = drafted(december)
    client = december.client()
    assert client.post(ADMIN, DECEMBER).error == "canteen.bulletin_exists"
    for kind, first_day in (
        ("monthly", "2026-12-02"),
        ("quarterly", "2026-11-01"),
        ("monthly", "2027-02-01"),
    ):
        refused = client.post(ADMIN, {"kind": kind, "first_day": first_day})
        assert refused.error == "canteen.bulletin_period"
    running = client.post(ADMIN, {"kind": "monthly", "first_day": "2027-01-01"}).data
    early = client.post(f"{ADMIN}/{running['id']}/submit", {"revision": 1})
    assert early.error == "canteen.bulletin_period_open"
    assert client.delete(f"{ADMIN}/{running['id']}").status == 200
    assert client.get(f"{ADMIN}/{running['id']}").status == 404
    assert client.get(ADMIN).data["list"][0]["id"] == made["id"]


def test_who_signs_off_and_who_works_on_the_draft_do_not_lock_each_other_out(december: Season):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    made = submitted(december, drafted(december))
    app = december.compound.app
    has_row, has_table, tries = Event(), Event(), []

    @atomic
    def hand_back() -> None:
        tries.append("hand back")
        found = bulletin_operations.lock(made["id"])
        has_row.set()
        assert has_table.wait(10)
        found.revision += 1

    @atomic
    def sign() -> None:
        tries.append("sign")
        bulletin_operations.hold_bulletins()
        has_table.set()
        bulletin_operations.lock(made["id"])

    def first() -> None:
        with app.app_context():
            hand_back()

    def second() -> None:
        with app.app_context():
            assert has_row.wait(10)
            sign()

    at_once([first, second])
    # Neither was chosen by the database to begin anew.
    assert sorted(tries) == ["hand back", "sign"]


def test_numbers_have_no_gaps_and_no_doubles_when_two_sign_off_at_once(december: Season):
    months = ("2026-10-01", "2026-11-01", "2026-12-01")
    drafter = december.client()
    made = [drafter.post(ADMIN, {"kind": "monthly", "first_day": each}).data for each in months]
    handed_in = [submitted(december, each) for each in made]
    client = december.client(december.approver)

    def sign(each: dict) -> Answer:
        with clock.at(clock.now()):
            return publish(december, each, client)

    answers = at_once([lambda each=each: sign(each) for each in handed_in])
    assert sorted(answer.data["issue_no"] for answer in answers) == [
        "〔2027〕第1期",
        "〔2027〕第2期",
        "〔2027〕第3期",
    ]
