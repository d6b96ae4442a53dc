"""未取餐 at the desk: the records, the dialog that decides, and figures without names."""

import re
from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.canteen.missing import DUE, record_at
from tests.console.browser import Console
from tests.statements import counted_statements

PATH, FIGURES = "/console/canteen/no-shows", "/console/canteen/no-shows/figures"


@pytest.fixture
def missed(lunch):
    """An appealed order of 王五 in a department of one, and an hour after it was recorded."""
    client = lunch.client(name="王五", department=lunch.compound.department("综合处"))
    order_id = lunch.place(1, by=client).data["id"]
    record_at(lunch)
    with clock.at(DUE + timedelta(hours=1)):
        client.post(f"/canteen/no-shows/{order_id}/appeal", {"reason": "<b>临时开会</b>"})
        yield order_id


@pytest.fixture
def manager(app, lunch, missed):
    """The canteen's manager at the console."""
    role = {"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}
    return Console(app, lunch.compound.staff(roles=role))


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html.partition("<main")[2])).strip()


def test_the_list_tells_who_missed_what_and_what_waits(manager, missed):
    html = manager.page(PATH)
    text = plain(html)
    assert "本食堂不因此暂停预订" in text
    assert "1 条申诉待处理" in text
    assert re.search(r"11月23日 周一 午餐 王五 .* 综合处 6.00 申诉中", text)
    assert "&lt;b&gt;临时开会" in html
    assert f'data-from="{PATH}/{missed}"' in html
    assert "王五" not in manager.page(PATH, state="excused")
    assert "王五" not in manager.page(PATH, until_date="2026-11-22")
    assert manager.get(PATH, state="x").status_code == 422


def test_the_dialog_decides_what_the_home_page_says_waits(manager, missed):
    assert "1 条未取餐申诉待处理" in manager.page("/console/")
    dialog = manager.page(f"{PATH}/{missed}")
    assert f'data-api="POST /api/v1/canteen/admin/no-shows/{missed}/decide"' in dialog
    assert "餐已备好，不退款" in dialog
    body = {"accepted": False, "was_picked_up": False, "answer": "理由不充分"}
    assert manager.send("POST", f"/canteen/admin/no-shows/{missed}/decide", body).status == 200
    text = plain(manager.page(PATH))
    assert "没有待处理的申诉" in text
    assert "申诉待处理" not in manager.page("/console/")
    assert "答复：理由不充分" in text
    assert "只能在核实其实已取餐后更正" in manager.page(f"{PATH}/{missed}")


def test_figures_name_canteens_and_no_small_department(manager, lunch):
    text = plain(manager.page(FIGURES))
    assert f"{lunch.canteen.name} 1 1 100.0% 0" in text
    assert "没有达到 5 人的部门" in text
    assert "综合处" not in text
    assert "王五" not in text
    assert "这段时间没有已供应的预订" in manager.page(FIGURES, until_date="2026-11-22")


def test_another_canteens_records_stay_unseen(app, compound, manager, missed):
    role = {"canteen_manager": (ScopeKind.CANTEEN, compound.canteen().id)}
    other = Console(app, compound.staff(roles=role))
    assert "王五" not in other.page(PATH)
    assert other.get(f"{PATH}/{missed}").status_code == 404
    assert other.get(f"{PATH}/999999").status_code == 404
    for page in (PATH, FIGURES):
        assert Console(app, compound.staff()).get(page).status_code == 403


def test_the_pages_take_few_statements(manager):
    for page in (PATH, FIGURES):
        with counted_statements() as sent:
            manager.page(page)
        assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent
