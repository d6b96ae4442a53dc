"""The public wall: handled cases alone, with consent, in the desk's words, with nobody to be known on it."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.media.models import Photo
from feedback.categories.models import Category
from feedback.moderation import operations
from feedback.moderation.models import Check, Reason
from feedback.reports.exhibits import Publication
from tests.backend.media import pictures
from tests.backend.media.sending import fetch, send
from tests.threads import at_once

SIZES = ("full", "medium", "thumb")
TEXT = "绿化带花盆倾倒，已于当日扶正并清扫。"


def upload(client, shade=200):
    """A photo of 400×300 of one colour."""
    jpeg = pictures.saved(Image.new("RGB", (400, 300), (shade, 60, 60)), "JPEG")
    return send(client, jpeg).data["id"]


def clear(desk, report_id):
    """Let the desk pass what no machine could check."""
    for found in desk.officer.get("/feedback/moderation", subject_kind="report", page_size=100).data["list"]:
        if found["subject_id"] == report_id:
            body = {"verdict": "pass", "revision": found["revision"]}
            assert desk.officer.post(f"/feedback/moderation/{found['id']}/decide", body).status == 200
            return
    raise AssertionError("nothing waits for a person")


@atomic
def hand_to_people():
    """As if WeChat had stayed silent."""
    for check_id in db.session.scalars(select(Check.id).where(Check.state == "waiting")).all():
        operations.give_up(check_id, Reason.SILENT)


def ready(desk, photos=1, **fields):
    """A rated report that may be put on the wall, and the ids of its photos."""
    photo_ids = [upload(desk.reporter, 200 - shade) for shade in range(photos)]
    report_id = desk.rated(photo_ids=photo_ids, is_wall_consented=True, **fields)
    hand_to_people()
    clear(desk, report_id)
    return report_id, photo_ids


def publish(desk, report_id, photos=(), by=None, text=TEXT):
    shown = [{"photo_id": photo_id, "boxes": boxes} for photo_id, boxes in photos]
    return desk.do(by or desk.officer, report_id, "publish", text=text, photos=shown)


def seen(client, report_id):
    return client.get(f"/feedback/reports/{report_id}")


def wall(client):
    return {each["id"]: each for each in client.get("/feedback/reports", scope="public").data["list"]}


def pixel(app, link, spot):
    return Image.open(io.BytesIO(fetch(app, link).data)).getpixel(spot)


def test_the_wall_shows_the_desks_words_and_redacted_copies_to_everybody(app, desk):
    report_id, (photo_id,) = ready(desk)
    assert seen(desk.neighbour, report_id).status == 404
    box = {"x": 0, "y": 0, "width": 200, "height": 300}
    published = publish(desk, report_id, [(photo_id, [box])])
    assert published.status == 200
    assert published.data["is_published"] is True
    shown = wall(desk.neighbour)[report_id]
    assert shown["text"] == TEXT
    (links,) = shown["photos"]
    assert max(pixel(app, links["full"], (100, 150))) <= 12
    assert pictures.is_near(pixel(app, links["full"], (300, 150)), (200, 60, 60))
    assert {fetch(app, links[size]).status_code for size in SIZES} == {200}
    detail = seen(desk.neighbour, report_id)
    assert f"/media/{photo_id}/" not in detail.body.decode()
    assert f"/media/{photo_id}/" not in desk.neighbour.get("/feedback/reports", scope="public").body.decode()
    assert "张诉求" not in detail.body.decode()
    assert db.session.get(Photo, photo_id).state == "private"
    assert desk.steps(report_id)[-1] == "publish"


def test_the_desk_is_told_what_it_may_show_and_what_is_in_the_way(app, desk):
    photo_id = upload(desk.reporter)
    report_id = desk.replied(photo_ids=[photo_id])
    draft = desk.officer.get(f"/feedback/reports/{report_id}/publication").data
    assert (draft["photos"][0]["photo_id"], draft["photos"][0]["width"], draft["photos"][0]["height"]) == (
        photo_id,
        400,
        300,
    )
    assert fetch(app, draft["photos"][0]["links"]["full"]).status_code == 200
    assert "未同意公示" in draft["obstacle"]
    assert (draft["published_at"], draft["published_text"], draft["published_photos"]) == (None, "", [])
    assert desk.reporter.get(f"/feedback/reports/{report_id}/publication").status == 403
    done, (shown,) = ready(desk)
    publish(desk, done, [(shown, None)])
    after = desk.officer.get(f"/feedback/reports/{done}/publication").data
    assert (after["published_text"], len(after["published_photos"])) == (TEXT, 1)
    assert "已在公示墙上" in after["obstacle"]


def without_consent(desk):
    report_id = desk.rated()
    hand_to_people()
    clear(desk, report_id)
    return report_id


def of_a_private_category(desk):
    report_id, _ = ready(desk, photos=0, category="complaint")

    @atomic
    def forbid():
        db.session.get(Category, desk.categories["complaint"].id).is_wall_allowed = False

    forbid()
    return report_id


def unchecked(desk):
    return desk.rated(is_wall_consented=True)


def refused(desk):
    report_id = desk.rated(is_wall_consented=True)
    hand_to_people()
    (found,) = desk.officer.get("/feedback/moderation").data["list"]
    body = {"verdict": "refuse", "reason": "涉及个人", "revision": found["revision"]}
    assert desk.officer.post(f"/feedback/moderation/{found['id']}/decide", body).status == 200
    return report_id


@pytest.mark.parametrize(
    ("furnish", "reason"),
    [
        (without_consent, "consent"),
        (of_a_private_category, "category"),
        (unchecked, "moderation"),
        (refused, "moderation"),
    ],
)
def test_without_consent_or_a_clean_standing_nothing_is_published(desk, furnish, reason):
    report_id = furnish(desk)
    answer = publish(desk, report_id)
    assert (answer.status, answer.error) == (409, "feedback.not_publishable")
    assert answer.envelope["data"]["reason"] == reason
    assert desk.row(report_id).published_at is None
    assert wall(desk.neighbour) == {}


def test_only_a_handled_case_is_published_and_a_refusal_leaves_a_trace(desk):
    report_id = desk.assigned(is_wall_consented=True)
    hand_to_people()
    clear(desk, report_id)
    answer = publish(desk, report_id)
    assert (answer.status, answer.error) == (409, "feedback.report_state")
    db.session.rollback()
    refusals = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "feedback.report_step_refused")
    ).all()
    assert [event.details["verb"] for event in refusals] == ["publish"]
    desk.done(desk.member, report_id, "reply", text="已扶正")
    assert publish(desk, report_id).status == 200


def test_only_the_desk_of_the_place_publishes(desk, compound):
    report_id, _ = ready(desk, photos=0)
    other = compound.client(compound.staff(roles={"feedback_desk": (ScopeKind.CAMPUS, compound.campus().id)}))
    answers = [publish(desk, report_id, by=by).status for by in (desk.reporter, desk.member, other)]
    assert answers == [403, 403, 404]
    assert publish(desk, report_id).status == 200
    assert publish(desk, report_id).error == "feedback.already_published"
    # The neighbouring campus's desk sees it on the wall like everybody, and takes nothing off it.
    assert desk.do(other, report_id, "unpublish").error == "feedback.report_not_yours"


def test_photos_of_others_and_boxes_beyond_a_photo_are_refused_and_nothing_is_published(desk):
    report_id, (photo_id,) = ready(desk)
    _, (foreign,) = ready(desk)
    loose = upload(desk.officer)
    box = {"x": 390, "y": 0, "width": 11, "height": 10}
    assert publish(desk, report_id, [(foreign, None)]).status == 404
    assert publish(desk, report_id, [(loose, None)]).status == 404
    answer = publish(desk, report_id, [(photo_id, [box])])
    assert (answer.status, answer.error) == (422, "media.box_outside")
    assert publish(desk, report_id, [(photo_id, [{**box, "x": -1}])]).status == 422
    assert publish(desk, report_id, [(photo_id, [{**box, "width": 0}])]).status == 422
    assert publish(desk, report_id, [(photo_id, [{**box, "x": 0}] * 51)]).status == 422
    assert (
        desk.do(desk.officer, report_id, "publish", text=TEXT, photos=[{"photo_id": photo_id}]).status == 422
    )
    assert desk.row(report_id).published_at is None
    assert publish(desk, report_id, [(photo_id, [{**box, "width": 10}])]).status == 200


def test_a_repeated_request_publishes_once(desk):
    report_id, (photo_id,) = ready(desk)
    body = {"text": TEXT, "photos": [{"photo_id": photo_id, "boxes": None}]}

    def send_it():
        return desk.officer.post(f"/feedback/reports/{report_id}/publish", body, key="the-same")

    answers = at_once([send_it, send_it])
    assert {answer.status for answer in answers} == {200}
    assert answers[0].body != b""
    assert send_it().status == 200
    db.session.rollback()
    assert len(db.session.scalars(select(Publication)).all()) == 1
    assert len(wall(desk.neighbour)[report_id]["photos"]) == 1


def test_of_two_officers_at_once_one_publishes(desk):
    report_id, (photo_id,) = ready(desk)
    second = desk.client("second", "feedback_desk")
    calls = [
        lambda by=by: publish(desk, report_id, [(photo_id, None)], by=by) for by in (desk.officer, second)
    ]
    assert sorted(answer.status for answer in at_once(calls)) == [200, 409]
    assert len(wall(desk.neighbour)[report_id]["photos"]) == 1


@pytest.mark.parametrize("end", ["unpublish", "hide", "reopen"])
def test_what_is_taken_off_hidden_or_reopened_is_no_longer_on_the_wall(app, desk, end):
    report_id, (photo_id,) = ready(desk)
    publish(desk, report_id, [(photo_id, None)])
    (links,) = wall(desk.neighbour)[report_id]["photos"]
    by = desk.reporter if end == "reopen" else desk.officer
    desk.done(by, report_id, end, text="另有原因")
    assert wall(desk.neighbour) == {}
    assert seen(desk.neighbour, report_id).status == 404
    assert {fetch(app, links[size]).status_code for size in SIZES} == {404}
    assert desk.row(report_id).published_at is None
    row = db.session.scalars(select(Publication)).one()
    assert row.withdrawn_at is not None
    assert row.withdrawn_by == desk.people["reporter" if end == "reopen" else "officer"].id
    assert row.sources == [{"photo_id": photo_id, "boxes": []}]


def test_what_a_person_finds_unfit_after_all_comes_off_the_wall(app, desk):
    report_id, (photo_id,) = ready(desk)
    publish(desk, report_id, [(photo_id, None)])
    (links,) = wall(desk.neighbour)[report_id]["photos"]
    (found,) = desk.officer.get("/feedback/moderation", state="passed").data["list"]
    body = {"verdict": "refuse", "reason": "看得见车牌", "revision": found["revision"]}
    assert desk.officer.post(f"/feedback/moderation/{found['id']}/decide", body).status == 200
    assert wall(desk.neighbour) == {}
    assert fetch(app, links["thumb"]).status_code == 404
    assert desk.steps(report_id)[-1] == "unpublish"
    assert publish(desk, report_id, [(photo_id, None)]).error == "feedback.not_publishable"


def test_taking_off_what_is_not_there_is_refused_and_publishing_again_is_not(app, desk):
    report_id, (photo_id,) = ready(desk)
    assert desk.do(desk.officer, report_id, "unpublish").error == "feedback.not_published"
    for count in (1, 2):
        assert publish(desk, report_id, [(photo_id, None)], text=f"第 {count} 次").status == 200
        shown = wall(desk.neighbour)[report_id]
        assert (shown["text"], len(shown["photos"])) == (f"第 {count} 次", 1)
        desk.done(desk.officer, report_id, "unpublish")


def test_of_an_unnamed_reporter_the_wall_and_its_trail_say_nothing(desk):
    report_id, (photo_id,) = ready(desk, category="complaint", is_anonymous=True)
    publish(desk, report_id, [(photo_id, None)])
    reporter = desk.people["reporter"]
    for client in (desk.neighbour, desk.officer):
        told = seen(client, report_id).body.decode()
        assert reporter.name not in told
        assert reporter.staff_no not in told
    desk.done(desk.reporter, report_id, "reopen", text="又倒了")
    db.session.rollback()
    assert db.session.scalars(select(Publication.withdrawn_by)).one() == 0
    actors = db.session.scalars(
        select(AuditEvent.actor_id).where(
            AuditEvent.object_kind == "report", AuditEvent.object_id == str(report_id)
        )
    )
    assert reporter.id not in set(actors)


# T35: photos before and after they are shown


def test_photos_are_private_until_a_person_shows_them(app, desk):
    """T35: only the reporter and those who handle it are given links, checked or not."""
    photo_id = upload(desk.reporter)
    report_id = desk.assigned(photo_ids=[photo_id], is_wall_consented=True)
    for client in (desk.reporter, desk.officer, desk.member):
        (links,) = seen(client, report_id).data["photos"]
        assert {fetch(app, links[size]).status_code for size in SIZES} == {200}
    for client in (desk.neighbour, desk.outsider):
        assert seen(client, report_id).status == 404
    assert wall(desk.neighbour) == {}
    hand_to_people()
    clear(desk, report_id)
    assert seen(desk.neighbour, report_id).status == 404
    assert wall(desk.neighbour) == {}


def test_of_a_hidden_report_every_photo_is_404_in_every_size_and_no_old_link_comes_back(app, desk):
    """T35: thumbs, notes and copies, too; unhiding gives new links to those who had them."""
    report_id, (photo_id,) = ready(desk)
    publish(desk, report_id, [(photo_id, None)])
    desk.done(desk.member, report_id, "note", text="现场", photo_ids=[upload(desk.member, 90)])
    before = seen(desk.officer, report_id).data
    links = [*before["photos"], *before["public_photos"]]
    links += [each for event in before["timeline"] for each in event["photos"]]
    assert len(links) == 3
    desk.done(desk.officer, report_id, "hide", text="含个人信息")
    for each in links:
        assert [fetch(app, each[size]).status_code for size in SIZES] == [404, 404, 404]
    hidden = seen(desk.officer, report_id).data
    assert (hidden["photos"], hidden["public_photos"]) == ([], [])
    desk.done(desk.officer, report_id, "unhide")
    assert {fetch(app, each["full"]).status_code for each in links} == {404}
    after = seen(desk.reporter, report_id).data
    assert [fetch(app, each["thumb"]).status_code for each in after["photos"]] == [200]
    assert (after["public_photos"], wall(desk.neighbour)) == ([], {})
    assert db.session.get(Photo, photo_id, populate_existing=True).state == "private"
