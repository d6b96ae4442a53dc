"""Bulletins and the ledger of kitchen waste at the console."""

from datetime import date, timedelta

import pytest

from backend import clock
from tests.canteen.bulletins.conftest import season
from tests.canteen.bulletins.season import JANUARY, Season
from tests.canteen.evaluation.organs import EVERYWHERE
from tests.console.browser import Console
from tests.statements import counted_statements

__all__ = ["season"]
URL = "/console/bulletins"
LEDGER = "/console/canteen/waste-ledger"
MOST = 15


@pytest.fixture
def december(season: Season):
    """Five measured lunches of December in the first canteen."""
    season.plant(season.canteens[0].id, "now", date(2026, 12, 7), 5, every=1)
    return season


@pytest.fixture
def reviewer(app, december):
    """Who drafts bulletins."""
    return Console(app, december.compound.staff(name="秦督查", roles={"logistics_reviewer": EVERYWHERE}))


@pytest.fixture
def approver(app, december):
    """Who signs them off."""
    return Console(app, december.compound.staff(name="贺处长", roles={"bulletin_approver": EVERYWHERE}))


def drafted(reviewer: Console) -> dict:
    """December's bulletin."""
    body = {"kind": "monthly", "first_day": "2026-12-01"}
    made: dict = reviewer.send("POST", "/admin/bulletins", body).data
    return made


def statements(console: Console, path: str, **query) -> int:
    """How many statements a page takes once it is warm."""
    console.page(path, **query)
    with counted_statements() as sent:
        console.page(path, **query)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


def test_a_bulletin_is_drafted_submitted_signed_and_read_by_everybody(app, reviewer, approver, december):
    assert "还没有通报" in reviewer.page(URL)
    assert 'value="2026-12-01"' in reviewer.page(f"{URL}/new")
    draft = drafted(reviewer)
    path, api = f"{URL}/{draft['id']}", f"/admin/bulletins/{draft['id']}"
    page = reviewer.page(path)
    assert "2026年12月" in page
    assert f'data-api="PUT /api/v1{api}"' in page
    assert "没有变化" in reviewer.page(f"{path}/changes")
    other = Console(app, december.compound.staff())
    assert other.get(path).status_code == 404
    assert draft["title"] not in other.page(URL)

    texts = {"revision": draft["revision"], "problems": "备餐偏多。", "requirements": "按预订备餐。"}
    revision = reviewer.send("PUT", api, texts).data["revision"]
    reviewer.send("POST", f"{api}/submit", {"revision": revision})
    page = reviewer.page(path)
    assert f"{api}/publish" not in page
    assert f'data-api="PUT /api/v1{api}"' not in page
    page = approver.page(path)
    assert f'data-api="POST /api/v1{api}/publish"' in page
    assert "备餐偏多" in page
    revision = approver.send("GET", api).data["revision"]
    assert approver.send("POST", f"{api}/publish", {"revision": revision}).status == 200

    page = other.page(path)
    assert "〔2027〕第1期" in page
    assert "备餐偏多" in page
    assert "admin/bulletins" not in page
    assert draft["title"] in other.page(URL)
    corrected = reviewer.send("POST", f"{api}/corrections", {"reason": "补录一餐"}).data["id"]
    assert "补录一餐" in reviewer.page(f"{URL}/{corrected}")
    assert other.get(f"{URL}/{corrected}").status_code == 404


def test_what_has_changed_since_is_shown(reviewer, december):
    draft = drafted(reviewer)
    december.plant(december.canteens[0].id, "now", date(2026, 12, 14), 2, every=1)
    page = reviewer.page(f"{URL}/{draft['id']}/changes")
    assert "处不同" in page
    assert f'data-api="POST /api/v1/admin/bulletins/{draft["id"]}/figures"' in page


def test_only_who_works_on_bulletins_sees_drafts_and_reports(app, december):
    official = Console(app, december.compound.staff())
    assert official.get(f"{URL}/new").status_code == 403
    assert official.get(f"{URL}/reports").status_code == 403
    assert "数据直报" not in official.page(URL)


def test_the_ledger_shows_a_month_and_takes_loads(app, december):
    manager = Console(app, december.manager)
    manager.work_at(december.canteens[0].id)
    page = manager.page(LEDGER, month="2026-12")
    assert "12月7日" in page
    assert "这个月没有登记清运" in page
    assert 'name="weight_g"' in manager.page(f"{LEDGER}/hand-over")
    load = {
        "canteen_id": december.canteens[0].id,
        "handed_at": clock.local(JANUARY - timedelta(hours=2)).isoformat(),
        "kind": "food_waste",
        "weight_g": 123_450,
        "receiver": "净城环卫有限公司",
    }
    made = manager.send("POST", "/canteen/admin/hand-overs", load).data["id"]
    assert "净城环卫有限公司" in manager.page(LEDGER)
    assert "净城环卫有限公司" in manager.page(f"{LEDGER}/hand-overs/{made}")
    assert manager.send("POST", f"/canteen/admin/hand-overs/{made}/void", {"reason": "重复"}).status == 200
    assert "已撤回" in manager.page(LEDGER)


def test_another_canteens_load_is_not_found(app, december):
    manager = Console(app, december.manager)
    assert manager.get(f"{LEDGER}/hand-overs/999999").status_code == 404
    assert Console(app, december.compound.staff()).get(LEDGER).status_code == 403


def test_the_pages_take_few_statements(app, reviewer, december):
    draft = drafted(reviewer)
    manager = Console(app, december.manager)
    for path in (URL, f"{URL}/{draft['id']}", f"{URL}/reports"):
        assert statements(reviewer, path) <= MOST, path
    assert statements(manager, LEDGER, month="2026-12") <= MOST
