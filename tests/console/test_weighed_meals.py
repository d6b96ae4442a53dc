"""称重用餐 at the desk: what diners object to, what is owed, and the dialog that decides."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.waste import operations as waste
from canteen.waste.models import Weighing
from tests.canteen.waste.kitchen import ONE
from tests.canteen.waste.line import Line
from tests.console.browser import Console
from tests.factories import MONDAY
from tests.statements import counted_statements

PATH = "/console/canteen/weighed-meals"


@pytest.fixture
def line(compound):
    """A serving line by weight, with the clock held at one o'clock of Monday."""
    with clock.at(ONE):
        yield Line(compound)


@pytest.fixture
def objected(line):
    """王五 took 235 g of pork and 180 g of rice, and objects; what 赵六 took is owed."""
    poor = line.person(name="赵六", personal_fen=1_200)
    for tray, (who, grams) in enumerate(((line.diner, 235), (poor, 500))):
        line.bind_tray(tray, who)
        line.serve(line.pork, grams, tray=tray)
    line.serve(line.rice, 180)
    line.settle()
    order_id = int(line.meals()[0]["order_id"])
    said = line.me.post(f"/canteen/me/weighed-meals/{order_id}/objection", {"reason": "<b>秤没归零</b>"})
    assert said.status == 200
    return order_id


@pytest.fixture
def manager(app, line, objected):
    """The canteen's manager at the console."""
    return Console(app, line.person(name="孙经理", personal_fen=5_000, roles=_manages(line)))


@atomic
def take_back_all():
    """Nothing was taken after all."""
    for weighing_id in db.session.scalars(select(Weighing.id).where(Weighing.kind == "serve_delta")).all():
        waste.void(weighing_id, by=0, reason="误触")


def _manages(line):
    return {"canteen_manager": (ScopeKind.CANTEEN, line.canteen.id)}


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html.partition("<main")[2])).strip()


def test_the_page_begins_with_what_waits_and_tells_what_was_taken(manager, line, objected):
    html = manager.page(PATH)
    text = plain(html)
    assert "有异议 1 待扣款 全部" in text
    assert re.search(
        r"11月23日 周一 午餐 王五 \S+ 红烧肉 235 克，8.46 元 米饭 180 克，0.90 元 9.36 — 已扣款 异议待答复",
        text,
    )
    assert line.diner.staff_no in text
    assert "&lt;b&gt;秤没归零" in html
    assert f'data-from="{PATH}/{objected}"' in html
    assert "赵六" not in text


def test_what_is_owed_and_all_of_a_day_have_tabs_of_their_own(manager):
    owed = plain(manager.page(PATH, state="owed"))
    assert re.search(r"赵六 \S+ 红烧肉 500 克，18.00 元 18.00 18.00 待扣款", owed)
    assert "王五" not in owed
    every = manager.page(PATH, state="all", date=MONDAY.isoformat())
    assert "王五" in every
    assert "赵六" in every
    # The tabs keep the day, and the day keeps the tab.
    assert f"state=owed&amp;date={MONDAY}" in every
    assert '<input type="hidden" name="state" value="all">' in every
    other_day = manager.page(PATH, state="all", date=(MONDAY - timedelta(days=1)).isoformat())
    assert "没有称重用餐" in other_day
    assert manager.get(PATH, state="x").status_code == 422


def test_the_dialog_decides_what_the_home_page_says_waits(manager, objected):
    assert "1 条称重用餐异议待答复" in manager.page("/console/")
    dialog = manager.page(f"{PATH}/{objected}")
    assert f'data-api="POST /api/v1/canteen/admin/weighed-meals/{objected}/decision"' in dialog
    assert 'name="waived_fen" type="text" data-type="yuan"' in dialog
    assert "红烧肉 235 克 × 36.00 元/公斤 = 8.46 元" in dialog
    decision = f"/canteen/admin/weighed-meals/{objected}/decision"
    too_much = manager.send("POST", decision, {"waived_fen": 937, "answer": "全免"})
    assert too_much.error == "waste.waived_too_much"
    assert manager.send("POST", decision, {"waived_fen": 136, "answer": "已核实"}).status == 200
    assert "没有待答复的异议" in manager.page(PATH)
    assert "异议待答复" not in manager.page("/console/")
    text = plain(manager.page(PATH, state="all"))
    assert "8.00 已减免 1.36 — 已扣款" in text
    assert "答复：已核实" in text
    assert 'value="1.36"' in manager.page(f"{PATH}/{objected}")


def test_ones_own_meal_is_left_to_somebody_else(app, line, manager):
    line.bind_tray(2, manager.staff)
    line.serve(line.pork, 50, tray=2)
    line.settle("13:30")
    own_id = line.compound.client(manager.staff).get("/canteen/me/weighed-meals").data["list"][0]["order_id"]
    html = manager.page(PATH, state="all")
    assert "本人用餐" in html
    assert f"{PATH}/{own_id}" not in html
    dialog = manager.page(f"{PATH}/{own_id}")
    assert "请由其他管理人员处理" in dialog
    assert "data-api" not in plain(dialog)
    colleague = Console(app, line.compound.staff(roles=_manages(line)))
    assert f"weighed-meals/{own_id}/decision" in colleague.page(f"{PATH}/{own_id}")


def test_an_objection_to_a_meal_that_was_voided_since_waits_no_more(manager, line, objected):
    take_back_all()
    line.settle("13:30")
    assert "没有待答复的异议" in manager.page(PATH)
    assert "异议待答复" not in manager.page("/console/")


def test_other_canteens_meals_stay_unseen(app, compound, manager, objected):
    other = Console(
        app, compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, compound.canteen().id)})
    )
    assert "王五" not in other.page(PATH, state="all")
    assert "称重用餐异议" not in other.page("/console/")
    assert other.get(f"{PATH}/{objected}").status_code == 404
    assert other.get(f"{PATH}/999999").status_code == 404


def test_only_who_manages_the_canteen_sees_them(app, line, objected):
    counter = Console(app, line.compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, line.canteen.id)}))
    assert counter.get(PATH).status_code == 403
    assert counter.get(f"{PATH}/{objected}").status_code == 403
    assert "称重用餐异议" not in counter.page("/console/")


def test_the_page_takes_few_statements(manager, objected):
    for page in (f"{PATH}?state=all", f"{PATH}/{objected}"):
        with counted_statements() as sent:
            manager.page(page)
        assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent
