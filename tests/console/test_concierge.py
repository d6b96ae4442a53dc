"""微管家 at the console: the catalogue, requests, found things, questions and projects."""

import re

import pytest

from backend import clock
from feedback.categories.models import Kind
from tests.console.browser import Console
from tests.factories import NINE
from tests.feedback.desk import Desk
from tests.statements import counted_statements

FIELDS = [
    {"key": "barrels", "title": "桶数", "type": "number", "required": True, "min": 1, "max": 9},
    {"key": "phone", "title": "联系电话", "type": "phone"},
]


@pytest.fixture
def desk(compound):
    with clock.at(NINE):
        yield Desk(compound)


@pytest.fixture
def officer(app, desk):
    """诉求专席, at the console."""
    return Console(app, desk.people["officer"])


@pytest.fixture
def reader(app, desk):
    """Somebody who reads and changes nothing."""
    return Console(app, desk.people["approver"])


def service(officer, desk, code="water", **more):
    category_id = desk.categories["service"].id
    body = {"code": code, "name": f"送水 {code}", "category_id": category_id, "form": FIELDS, **more}
    return officer.send("POST", "/feedback/services", body).data["id"]


def request(desk, code="water", **answers):
    place = {"kind": "room", "id": desk.room.id}
    body = {"service": code, "answers": {"barrels": 2, "phone": "13812345678", **answers}, "place": place}
    return desk.reporter.post("/feedback/requests", body).data["id"]


def main(html):
    return html.partition("<main")[2].partition("</main>")[0]


def test_the_catalogue_is_shown_moved_and_edited(officer, desk, reader):
    first, second = service(officer, desk), service(officer, desk, "lamp")
    text = officer.page("/console/concierge/services")
    assert re.search(r"送水 water.*桶数.*联系电话.*第 1 版.*送水 lamp", text, re.S)
    assert re.search(rf'"item_ids": ?\[{second}, ?{first}\]', text)
    form = officer.page(f"/console/concierge/services/{first}")
    assert f'data-api="PUT /api/v1/feedback/services/{first}"' in form
    for name in ("form.0.title", "form.1.type", "form.__i__.choices"):
        assert f'name="{name}"' in form
    assert "data-api" not in main(reader.page("/console/concierge/services"))
    assert reader.get(f"/console/concierge/services/{first}").status_code == 403
    assert officer.get("/console/concierge/services/999999").status_code == 404


def test_requests_are_narrowed_and_telephones_masked_until_asked_for(app, officer, desk):
    first = service(officer, desk)
    service(officer, desk, "lamp")
    report_id = request(desk)
    page = "/console/concierge/requests"
    assert f'href="/console/feedback/reports/{report_id}"' in officer.page(page)
    assert desk.row(report_id).number in officer.page(page, service_id=first, is_open="true")
    assert desk.row(report_id).number not in officer.page(page, is_open="false")
    assert desk.row(report_id).number not in officer.page(page, scope="office")
    shown = officer.page(f"{page}/{report_id}")
    assert "13812345678" not in shown
    assert "138****5678" in shown
    full = officer.send("POST", f"/feedback/requests/{report_id}/unmask").data
    assert [each["text"] for each in full["answers"]] == ["2", "13812345678"]
    assert officer.get(f"{page}/999999").status_code == 404
    assert Console(app, desk.people["member"]).get(page).status_code == 403


def test_a_found_thing_is_registered_claimed_and_handed_over(officer, desk, reader):
    form = [{"key": "what", "title": "物品", "type": "text"}]
    desk.category("lost", Kind.SERVICE, needs_place=False)
    service(officer, desk, "lost_found", form=form, category_id=desk.categories["lost"].id)
    body = {"title": "黑色雨伞", "place_path": "东门", "found_on": "2026-11-22", "kept_at": "值班室"}
    found = officer.send("POST", "/feedback/found", body).data["id"]
    page = "/console/concierge/found"
    assert "黑色雨伞" in officer.page(page)
    assert "黑色雨伞" not in officer.page(page, q="手机")
    assert 'value="黑色雨伞"' in officer.page(f"{page}/{found}/edit")
    claim = desk.reporter.post(f"/feedback/found/{found}/claim", {"text": "伞把有刻字"})
    assert claim.status == 201
    text = officer.page(f"{page}/{found}")
    assert claim.data["number"] in text
    assert f"found/{found}/hand-over" in text
    assert "claims-title" not in reader.page(f"{page}/{found}")
    assert reader.get(f"{page}/new").status_code == 403
    gone = officer.send("POST", f"/feedback/found/{found}/pass-on", {"text": "移交派出所"})
    assert gone.status == 200
    assert "黑色雨伞" not in officer.page(page)
    assert "黑色雨伞" in officer.page(page, state="passed_on")


def test_questions_are_kept(officer, reader):
    body = {"section": "食堂", "question": "几点开饭？", "answer": "十一点半", "words": ["开饭"]}
    entry = officer.send("POST", "/feedback/faq", body).data["id"]
    page = "/console/concierge/faq"
    assert "几点开饭？" in officer.page(page, section="食堂")
    assert "几点开饭？" not in officer.page(page, q="停车")
    assert "十一点半" in officer.page(f"{page}/{entry}")
    hidden = officer.send("PUT", f"/feedback/faq/{entry}", {**body, "is_active": False})
    assert hidden.status == 200
    assert "隐藏" in officer.page(page)  # Its keepers still see it.
    assert "十一点半" in officer.page(f"{page}/{entry}")
    assert "data-api" not in main(reader.page(page))
    assert reader.get(f"{page}/{entry}").status_code == 403


def test_a_proposal_becomes_a_project_with_the_steps_that_are_possible(officer, desk, reader):
    made = desk.reporter.post("/feedback/projects/proposals", {"title": "车棚插座", "text": "加装"})
    number = made.data["project"]["id"]
    page = f"/console/concierge/projects/{number}"
    assert "车棚插座" in officer.page("/console/concierge/projects", scope="waiting")
    assert "/adopt" in officer.page(page)
    assert "/start" not in main(officer.page(page))
    assert officer.get(f"{page}/start").status_code == 409
    assert "POST /api/v1/feedback/projects" in officer.page(f"{page}/adopt")
    assert reader.get(page).status_code == 404  # A proposal is its author's and the desk's.
    assert officer.send("POST", f"/feedback/projects/{number}/adopt", {"text": "列入计划"}).status == 200
    assert "data-from" not in main(reader.page(page))
    assert reader.get(f"{page}/note").status_code == 403
    plan = {"revision": 2, "milestones": [{"title": "采购", "due_on": "2026-11-20"}]}
    assert officer.send("PUT", f"/feedback/projects/{number}/milestones", plan).status == 200
    assert re.search("采购.*已逾期.*计划中", officer.page(page), re.S)
    assert 'name="milestones.0.title"' in officer.page(f"{page}/milestones")
    for step in ("start", "note", "decline", "edit"):
        officer.page(f"{page}/{step}")
    assert officer.get(f"{page}/finish").status_code == 409


def test_places_are_offered_by_words_of_their_path(officer):
    assert "1号楼 / 1层 / 101" in officer.page("/console/concierge/places", find="1号楼 101")
    assert "没有找到" in officer.page("/console/concierge/places", find="火星")


def test_every_page_takes_few_statements_however_much_there_is(officer, desk):
    for code in ("water", "lamp", "desk"):
        last = service(officer, desk, code)
    requests = [request(desk, code) for code in ("water", "lamp", "desk")]
    body = {"place_path": "东门", "found_on": "2026-11-22", "kept_at": "值班室"}
    for title in ("伞", "钥匙", "水杯"):
        found = officer.send("POST", "/feedback/found", {"title": title, **body}).data["id"]
        plan = [{"title": "采购", "due_on": "2026-12-20"}]
        made = {"title": title, "intro": "改进", "milestones": plan}
        project = officer.send("POST", "/feedback/projects", made).data["project"]["id"]
    pages = ["services", f"services/{last}", "requests", f"requests/{requests[0]}", "found", f"found/{found}"]
    for page in [*pages, "faq", "projects", f"projects/{project}", f"projects/{project}/milestones"]:
        with counted_statements() as sent:
            officer.page(f"/console/concierge/{page}")
        assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, (page, len(sent), sent)
