"""What the desk of the demands keeps: categories, offices, moderation and its words, seals, keys."""

import re

import orjson
import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from feedback.categories.models import Category
from feedback.offices.models import Office
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.console.browser import Console
from tests.factories import NINE
from tests.feedback.desk import COMPOUND, Desk
from tests.statements import counted_statements


@pytest.fixture
def desk(compound):
    with clock.at(NINE):
        yield Desk(compound)


@pytest.fixture
def officer(app, desk):
    """诉求专席, at the console."""
    return Console(app, desk.people["officer"])


@pytest.fixture
def handler(app, desk):
    """Somebody of an office, who reads nothing of the desk's."""
    return Console(app, desk.people["member"])


def visible(html):
    """The text of the page's main part, one line a piece."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"(\s*\n\s*)+", "\n", re.sub(r"<[^>]*>", "\n", main))


def test_categories_stand_by_kind_and_move_by_their_buttons(officer, desk):
    text = officer.page("/console/feedback/categories")
    assert re.search(r"随手拍.*snap.*投诉.*complaint.*建议.*微管家.*service", visible(text), re.S)
    assert "涉险：2 小时" in text
    bodies = [orjson.loads(each) for each in re.findall(r"data-body='([^']*category_ids[^']*)'", text)]
    first, second = desk.categories["snap"].id, desk.categories["danger"].id
    assert any(each["category_ids"][:2] == [second, first] for each in bodies)
    form = officer.page(f"/console/feedback/categories/{first}")
    assert f'data-api="PUT /api/v1/feedback/categories/{first}"' in form
    body = {"name": "绿化养护", "words": ["树", "草"], "office_id": desk.office.id, "deadline": "general"}
    assert officer.send("PUT", f"/feedback/categories/{first}", body).status == 200
    db.session.rollback()
    assert db.session.get(Category, first, populate_existing=True).words == ["树", "草"]
    again = officer.page("/console/feedback/categories")
    assert re.search("绿化养护.*绿化组.*树、草", visible(again), re.S)
    assert officer.get("/console/feedback/categories/999999").status_code == 404


def test_offices_show_their_people_and_are_described_anew(officer, desk):
    text = visible(officer.page("/console/feedback/offices"))
    assert re.search("绿化组.*赵组长.*钱组员.*孙组员", text, re.S)
    form = officer.page(f"/console/feedback/offices/{desk.office.id}")
    assert "赵组长" in form
    refused = officer.send(
        "PUT", f"/feedback/offices/{desk.office.id}", {"name": "绿化组", "members": [{"staff_no": "0"}]}
    )
    assert refused.status == 422
    body = {"name": "绿化养护组", "members": [], "is_active": False}
    assert officer.send("PUT", f"/feedback/offices/{desk.office.id}", body).status == 200
    db.session.rollback()
    assert db.session.get(Office, desk.office.id, populate_existing=True).name == "绿化养护组"
    assert "停用" in visible(officer.page("/console/feedback/offices"))


def test_who_only_reads_sees_no_button_and_opens_no_form(app, desk, handler):
    reader = Console(app, desk.people["approver"])
    for page in ("categories", "offices"):
        text = reader.page(f"/console/feedback/{page}").partition("<main")[2].partition("</main>")[0]
        assert "data-api" not in text
        assert "data-from" not in text
        assert reader.get(f"/console/feedback/{page}/new").status_code == 403
        assert handler.get(f"/console/feedback/{page}").status_code == 403
    for page in ("moderation", "words", "seals", "open311"):
        assert reader.get(f"/console/feedback/{page}").status_code == 403


def test_the_queue_marks_the_words_and_a_person_decides(officer, desk):
    for word, severity in (("赌博", "refuse"), ("电话", "review")):
        officer.send("POST", "/feedback/moderation/words", {"word": word, "severity": severity})
    photo = send(desk.reporter, small_jpeg()).data["id"]
    report_id = desk.report(text="墙上有赌 博的电话 <b>", photo_ids=[photo])
    page = "/console/feedback/moderation"
    text = officer.page(page)
    marked = re.sub(r' title="[^"]*"', "", text)
    assert '<mark class="word-refuse">赌 博</mark>的<mark class="word-review">电话</mark>' in marked
    assert "&lt;b&gt;" in text
    assert f'href="/console/feedback/reports/{report_id}"' in text
    assert 'alt="照片 1"' in text
    found = re.search(r'v1(/feedback/moderation/\d+/decide)" data-body=\'\{.*?"revision": ?(\d+)', text)
    decide, revision = found[1], int(found[2])
    unsaid = officer.send("POST", decide, {"verdict": "refuse", "reason": "", "revision": revision})
    assert unsaid.status == 422
    assert officer.send("POST", decide, {"verdict": "pass", "reason": "", "revision": revision}).status == 200
    assert "没有待人工审核的内容" in officer.page(page)
    passed = visible(officer.page(page, state="passed"))
    assert re.search(rf"{desk.row(report_id).number}.*人工通过.*决定", passed, re.S)


def test_the_desk_of_another_campus_sees_none_of_the_queue(app, officer, desk, compound):
    desk.report(text="电话", is_anonymous=False)
    officer.send("POST", "/feedback/moderation/words", {"word": "电话", "severity": "review"})
    desk.report(text="又是电话")
    scope = {"feedback_desk": (ScopeKind.CAMPUS, compound.campus().id)}
    narrow = Console(app, compound.staff(roles=scope))
    assert "没有待人工审核的内容" in narrow.page("/console/feedback/moderation")
    assert narrow.get("/console/feedback/words").status_code == 403
    assert narrow.get("/console/feedback/words/new").status_code == 403


def test_words_are_listed_found_changed_and_exported(officer):
    added = officer.send(
        "POST", "/feedback/moderation/words/import", {"text": "赌博,禁用,违法\n电话", "removes_others": False}
    )
    assert added.status == 200
    page = "/console/feedback/words"
    assert re.search("赌博.*禁用.*违法", visible(officer.page(page)), re.S)
    assert re.search("电话.*复核", visible(officer.page(page)), re.S)
    assert "电话" not in visible(officer.page(page, severity="refuse"))
    assert "赌博" not in visible(officer.page(page, q="电"))
    number = int(re.search(r"words/(\d+)\" aria-label=\"修改赌博", officer.page(page))[1])
    assert 'value="赌博"' in officer.page(f"{page}/{number}")
    assert officer.send("POST", f"/feedback/moderation/words/{number}/remove").status == 200
    assert officer.get(f"{page}/{number}").status_code == 404
    assert "电话\t复核" in officer.file("/api/v1/feedback/moderation/words/export").decode()


def test_two_keepers_open_a_seal_and_nobody_else_sees_the_wish(app, desk, officer):
    report_id = desk.report(category="complaint", is_anonymous=True, place=None)
    keeper, other = (Console(app, desk.people[name]) for name in ("keeper", "second_keeper"))
    page = "/console/feedback/seals"
    assert officer.get(page).status_code == 403
    form = keeper.page(f"{page}/new", report_id=report_id)
    assert "POST /api/v1/feedback/seal-requests" in form
    wish = {"report_id": report_id, "reason": "须当面核实情况"}
    asked = keeper.send("POST", "/feedback/seal-requests", wish)
    number = asked.data["id"]
    assert "待他人审批" in keeper.page(page)
    assert "data-from" not in keeper.page(page).partition("<main")[2]
    assert f'data-from="{page}/{number}"' in other.page(page)
    assert "须当面核实情况" in other.page(f"{page}/{number}")
    assert "1 件查看匿名身份的申请待审批" in other.page("/console/")
    assert "匿名身份的申请" not in keeper.page("/console/")
    granted = {"is_granted": True}
    assert keeper.send("POST", f"/feedback/seal-requests/{number}/decide", granted).status == 403
    assert other.send("POST", f"/feedback/seal-requests/{number}/decide", granted).status == 200
    assert f"seal-requests/{number}/look" in keeper.page(page)
    assert f"seal-requests/{number}/look" not in other.page(page)
    looked = keeper.send("POST", f"/feedback/seal-requests/{number}/look")
    assert looked.data["name"] == "张诉求"
    for console in (keeper, other):
        assert "张诉求" not in console.page(page)
        assert "已查看" in console.page(page)


def test_a_key_is_told_once_and_revoked(officer):
    made = officer.send("POST", "/feedback/open311/keys", {"name": "市民热线"})
    text = officer.page("/console/feedback/open311")
    assert "市民热线" in text
    assert made.data["key"] not in text
    assert officer.send("POST", f"/feedback/open311/keys/{made.data['id']}/revoke").status == 200
    assert "已吊销" in officer.page("/console/feedback/open311")


def test_publication_says_what_is_in_the_way_and_is_the_desks_alone(app, desk, officer, handler):
    report_id = desk.report()
    page = f"/console/feedback/reports/{report_id}/publish"
    text = officer.page(page)
    assert "data-redaction" not in text
    assert "notice-yellow" in text
    assert handler.get(page).status_code == 403
    assert officer.get("/console/feedback/reports/999999/publish").status_code == 404
    narrow = {"feedback_desk": (ScopeKind.CAMPUS, desk.compound.campus().id)}
    assert Console(app, desk.compound.staff(roles=narrow)).get(page).status_code == 404


def test_the_first_page_says_what_waits(app, desk, officer):
    officer.send("POST", "/feedback/moderation/words", {"word": "电话", "severity": "review"})
    desk.report(text="电话")
    desk.reporter.post("/feedback/projects/proposals", {"title": "车棚", "text": "加装插座"})
    text = officer.page("/console/")
    assert "1 件内容待人工审核" in text
    assert "1 件微实事提议待决定" in text


def test_every_page_takes_few_statements_however_much_there_is(app, desk, officer):
    officer.send("POST", "/feedback/moderation/words", {"word": "电话", "severity": "review"})
    numbers = []
    for text in ("一个电话", "两个电话", "三个电话"):
        numbers.append(desk.report(text=text, photo_ids=[send(desk.reporter, small_jpeg()).data["id"]]))
        desk.new_office(text)
    desk.compound.staff(roles={"seal_keeper": COMPOUND})
    pages = ["categories", "categories/new", "offices", "offices/new", "moderation", "words", "open311"]
    for page in [*pages, f"reports/{numbers[0]}/publish"]:
        with counted_statements() as sent:
            officer.page(f"/console/feedback/{page}")
        assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, (page, len(sent), sent)
