"""投诉建议 at the desk: the list, the thread, and the forms that answer and close."""

import re

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

PATH = "/console/suggestions"


@pytest.fixture
def author(compound):
    """A member of staff who says things, on Monday at nine."""
    with clock.at(NINE):
        yield compound.client(compound.staff("2001", name="王五", department=compound.department("综合处")))


@pytest.fixture
def administrator(author, app, compound):
    """Somebody who answers, at the console."""
    return Console(app, compound.staff(name="赵六", roles={"administrator": (ScopeKind.COMPOUND, 0)}))


def said(author, text="希望提前一周订餐", kind="suggestion", **more):
    return author.post("/suggestions", {"kind": kind, "text": text, **more}).data["id"]


def listed(administrator, **query):
    """The texts in the list."""
    return re.findall(rf'<a href="{PATH}/\d+">([^<]*)</a>', administrator.page(PATH, **query))


def test_the_list_tells_kinds_and_states_in_words_and_counts_what_waits(administrator, author):
    said(author)
    text = administrator.page(PATH)
    assert "1 条待答复" in text
    assert re.search(r"今天 09:00.*建议.*希望提前一周订餐.*不公开.*待答复", text, re.S)
    assert not re.search(r">\s*(suggestion|open)\s*<", text)


def test_who_wrote_is_told_only_if_they_may_be_contacted(administrator, author):
    hidden, open_ = said(author), said(author, "页面打不开", kind="fault", may_contact=True)
    assert "2001" not in administrator.page(f"{PATH}/{hidden}")
    assert "王五（2001，综合处），同意联系" in administrator.page(f"{PATH}/{open_}")
    assert administrator.page(PATH).count("王五") == 1


def test_the_list_is_narrowed_and_paged(administrator, author):
    first, second = said(author, "甲"), said(author, "乙 100%", kind="complaint")
    administrator.send("POST", f"/admin/suggestions/{first}/replies", {"text": "好"})
    assert listed(administrator) == ["乙 100%", "甲"]
    assert listed(administrator, state="open") == ["乙 100%"]
    assert listed(administrator, state="replied") == ["甲"]
    assert listed(administrator, kind="complaint") == ["乙 100%"]
    assert listed(administrator, q="100%") == ["乙 100%"]
    assert listed(administrator, from_date="2026-11-24") == []
    assert listed(administrator, until_date="2026-11-23", page_size=1, page=2) == ["甲"]
    assert second > first
    assert administrator.get(PATH, kind="x").status_code == 422


def test_the_thread_is_answered_and_closed_by_its_forms(administrator, author):
    number = said(author)
    page = f"{PATH}/{number}"
    text = administrator.page(page)
    assert f'data-api="POST /api/v1/admin/suggestions/{number}/replies"' in text
    assert "/close" not in text  # Nothing is closed without an answer.
    refused = administrator.send("POST", f"/admin/suggestions/{number}/close")
    assert (refused.status, refused.error) == (409, "suggestions.state")
    for words in ("已列入计划", "下周上线"):
        reply = administrator.send("POST", f"/admin/suggestions/{number}/replies", {"text": words})
        assert reply.status == 201
    text = administrator.page(page)
    assert re.search("已列入计划.*赵六.*下周上线.*赵六", text, re.S)
    assert f'data-api="POST /api/v1/admin/suggestions/{number}/close"' in text
    assert administrator.send("POST", f"/admin/suggestions/{number}/close").status == 200
    text = administrator.page(page)
    assert "已于 今天 09:00 办结" in text
    assert "data-api=" not in text.partition("<main")[2].partition("</main>")[0]
    assert author.get("/inbox").data["unread"] == 2


def test_an_empty_answer_is_refused_at_its_field(administrator, author):
    number = said(author)
    answer = administrator.send("POST", f"/admin/suggestions/{number}/replies", {"text": " "})
    assert (answer.status, list(answer.envelope["data"]["fields"])) == (422, ["text"])
    forged = administrator.send("POST", f"/admin/suggestions/{number}/replies", {"text": "好"}, csrf=None)
    assert forged.status == 403


def test_markup_in_a_text_stays_text(administrator, author):
    number = said(author, "<script>alert(1)</script>")
    for page in (PATH, f"{PATH}/{number}"):
        assert "<script>alert" not in administrator.page(page)


def test_only_who_manages_them_everywhere_opens_them(app, administrator, author, compound):
    number = said(author)
    campus = compound.campus()
    narrow = Console(app, compound.staff(roles={"administrator": (ScopeKind.CAMPUS, campus.id)}))
    for console in (narrow, Console(app, compound.staff())):
        for page in (PATH, f"{PATH}/{number}"):
            assert console.get(page).status_code == 403
    assert administrator.get(f"{PATH}/999999").status_code == 404


def test_the_list_takes_few_statements_however_long_it_is(administrator, author):
    for number in range(8):
        said(author, f"第{number}条", may_contact=True)
    with counted_statements() as sent:
        administrator.page(PATH)
    assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent
