"""失物招领: the board, claims, and who gets a thing."""

from functools import partial

import pytest

from backend.db import db
from feedback.categories.models import Kind
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.factories import MONDAY
from tests.threads import at_once


@pytest.fixture
def board(desk):
    """The service for lost things is there."""
    desk.category("service.lost", Kind.SERVICE, name="失物招领", needs_place=False)
    desk.officer.post("/feedback/services/defaults")
    return desk


def put_up(desk, **said):
    body = {
        "title": "黑色雨伞",
        "place": {"kind": "room", "id": desk.room.id},
        "found_on": MONDAY.isoformat(),
        "kept_at": "一层服务台",
        **said,
    }
    return desk.officer.post("/feedback/found", body)


def claim(by, found_id, text="伞柄上刻着张字"):
    return by.post(f"/feedback/found/{found_id}/claim", {"text": text, "phone": "13800138000"})


def test_a_thing_is_claimed_and_handed_over_to_one_of_those_who_claimed_it(board):
    photo_id = send(board.officer, small_jpeg()).data["id"]
    thing = put_up(board, photo_ids=[photo_id]).data
    assert (thing["state"], thing["place_path"]) == ("waiting", f"{board.campus.name} / 1号楼 / 1层 / 101")
    seen = board.reporter.get("/feedback/found", q="雨伞 1号楼").data["list"]
    assert [each["photos"][0]["id"] for each in seen] == [photo_id]
    assert board.reporter.get("/feedback/found", q="钱包").data["total"] == 0
    mine, other = claim(board.reporter, thing["id"]).data, claim(board.neighbour, thing["id"]).data
    assert "伞柄上刻着张字" in mine["text"]
    assert "认领 2026-11-23" in mine["text"]
    assert claim(board.reporter, thing["id"]).error == "feedback.found_claimed_already"
    assert board.reporter.get(f"/feedback/found/{thing['id']}").data["is_claimed_by_me"]
    claims = board.officer.get(f"/feedback/found/{thing['id']}/claims").data["list"]
    assert {each["id"] for each in claims} == {mine["id"], other["id"]}
    done = board.officer.post(f"/feedback/found/{thing['id']}/hand-over", {"claim_id": other["id"]}).data
    assert (done["state"], done["state_name"]) == ("claimed", "已领取")
    assert board.reporter.get("/feedback/found").data["total"] == 0
    for request_id, word in ((mine["id"], "已由他人领取"), (other["id"], "已核对并交还")):
        timeline = board.officer.get(f"/feedback/reports/{request_id}").envelope
        assert word in str(timeline)
    assert claim(board.lead, thing["id"]).error == "feedback.found_state"


def test_a_thing_is_handed_over_once_and_to_nobody_who_did_not_claim_it(board):
    thing = put_up(board).data
    mine, other = (claim(by, thing["id"]).data["id"] for by in (board.reporter, board.neighbour))
    path = f"/feedback/found/{thing['id']}/hand-over"
    stray = board.report()
    assert board.officer.post(path, {"claim_id": stray}).error == "feedback.found_claim_unknown"
    db.session.rollback()
    calls = [partial(board.officer.post, path, {"claim_id": each}) for each in (mine, other)]
    assert sorted(answer.status for answer in at_once(calls)) == [200, 409]


def test_a_thing_that_nobody_came_for_leaves_the_board(board):
    thing = put_up(board, place=None, place_path="东门外").data
    path = f"/feedback/found/{thing['id']}/pass-on"
    assert board.officer.post(path, {"text": "移交派出所"}).data["state"] == "passed_on"
    assert board.officer.post(path, {"text": "再次"}).error == "feedback.found_state"
    assert board.officer.get("/feedback/found", state="passed_on").data["total"] == 1


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"found_on": "2026-11-24"}, "feedback.found_date_invalid"),
        ({"found_on": "2025-11-21"}, "feedback.found_date_invalid"),
        ({"place": None}, "feedback.found_place_needed"),
        ({"place": {"kind": "room", "id": 999}}, "feedback.place_unknown"),
    ],
)
def test_what_the_board_does_not_take(board, said, error):
    assert put_up(board, **said).error == error


def test_only_its_keepers_put_things_on_the_board_and_see_who_claims_them(board):
    thing = put_up(board).data
    assert board.reporter.post("/feedback/found", {}).status == 403
    assert board.reporter.get(f"/feedback/found/{thing['id']}/claims").status == 403
    assert board.reporter.get("/feedback/found/999").error == "feedback.found_not_found"


def test_a_thing_is_described_anew_with_other_photos(board):
    first, second = (send(board.officer, small_jpeg()).data["id"] for _ in range(2))
    thing = put_up(board, photo_ids=[first]).data
    body = {
        "title": "深蓝雨伞",
        "place_path": "一层大厅",
        "found_on": "2026-11-20",
        "kept_at": "东门岗",
        "photo_ids": [second],
    }
    changed = board.officer.put(f"/feedback/found/{thing['id']}", body).data
    assert (changed["title"], changed["place_path"]) == ("深蓝雨伞", "一层大厅")
    assert [photo["id"] for photo in changed["photos"]] == [second]
