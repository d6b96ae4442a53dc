"""The console's pages of food-safety controls, ledgers and incidents: what they show, to whom, how dearly."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.canteen.kitchen import Kitchen
from tests.console.browser import Console
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements

ROOT = "/console/food-safety"


@pytest.fixture
def kitchen(compound):
    """A kitchen with its people, on Monday at nine."""
    with clock.at(NINE):
        yield Kitchen(compound)


@pytest.fixture
def officer(app, kitchen):
    """The food safety officer of the kitchen at the console."""
    return _console(app, kitchen, "food_safety_officer")


def _console(app, kitchen, role, canteen=None):
    scope = (ScopeKind.CANTEEN, (canteen or kitchen.canteen).id)
    return Console(app, kitchen.compound.staff(roles={role: scope}))


def _incident(kitchen, **fields):
    body = {
        "canteen_id": kitchen.canteen.id,
        "title": "午餐后多人腹痛",
        "kind": "illness",
        "source": "diner",
        "description": "两人说午餐后腹痛。",
        "noticed_at": NINE.isoformat(),
        "sick": 2,
    }
    return kitchen.officer.post("/canteen/incidents", {**body, **fields}).data


def _finding(kitchen, **fields):
    body = {
        "canteen_id": kitchen.canteen.id,
        "area": "storage",
        "description": "冷库门封条老化",
        "responsible": "王师傅",
        "due_date": MONDAY.isoformat(),
    }
    return kitchen.officer.post("/canteen/controls/findings", {**body, **fields}).data


def _statements(console, path):
    console.page(path)
    with counted_statements() as sent:
        console.page(path)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


def test_an_incident_is_confirmed_by_what_its_page_offers_and_shows_its_reach(kitchen, officer):
    pork = kitchen.ingredient("五花肉")
    batch, stew = kitchen.batch(pork, lot="A1"), kitchen.dish("红烧肉")
    meal = kitchen.meal([stew])
    incident = _incident(kitchen)
    page = f"{ROOT}/incidents/{incident['id']}"
    assert "午餐后多人腹痛" in officer.page(f"{ROOT}/incidents")
    assert "确认范围" in officer.page(page)

    offered = officer.page(f"{page}/scope")
    assert "五花肉" in offered
    assert "红烧肉" in offered
    assert "五花肉" not in officer.page(f"{page}/scope", q="白菜")

    scope = {
        "revision": incident["revision"],
        "batch_ids": [batch.id],
        "dishes": [{"meal_id": meal.id, "dish_id": stew.id}],
    }
    officer.send("POST", f"/canteen/incidents/{incident['id']}/scope", scope)
    shown = officer.page(page)
    assert all(each in shown for each in ("五花肉", "食品安全事件封存", "红烧肉", "扩大范围", "停售菜品"))
    assert "已在范围内" in officer.page(f"{page}/scope")
    assert _statements(officer, page) <= 22
    assert _statements(officer, f"{page}/scope") <= 17


def test_the_incidents_are_filtered(kitchen, officer):
    _incident(kitchen)
    _incident(kitchen, title="年度召回演练", is_drill=True)
    assert "年度召回演练" not in officer.page(f"{ROOT}/incidents", is_drill="false")
    assert "午餐后多人腹痛" not in officer.page(f"{ROOT}/incidents", q="演练")
    assert "没有食品安全事件" in officer.page(f"{ROOT}/incidents", state="closed")


def test_who_reads_sees_no_diner_and_takes_no_step(app, kitchen):
    incident = _incident(kitchen)
    reader = _console(app, kitchen, "canteen_manager")
    page = f"{ROOT}/incidents/{incident['id']}"
    shown = reader.page(page)
    assert "处置记录" not in shown
    assert "确认范围</a>" not in shown
    assert reader.get(f"{page}/diners").status_code == 403
    assert reader.get(f"{page}/scope").status_code == 403


def test_another_canteens_records_are_not_found(app, kitchen):
    incident, finding = _incident(kitchen), _finding(kitchen)
    week = kitchen.officer.post(
        "/canteen/controls/weeks", {"canteen_id": kitchen.canteen.id, "date": MONDAY.isoformat()}
    ).data
    stranger = _console(app, kitchen, "food_safety_officer", kitchen.compound.canteen())
    for path in (f"incidents/{incident['id']}", f"findings/{finding['id']}", f"reviews/{week['id']}"):
        assert stranger.get(f"{ROOT}/{path}").status_code == 404, path
    assert "冷库门封条老化" not in stranger.page(f"{ROOT}/findings")


def test_who_has_nothing_to_do_with_food_safety_is_refused(app, kitchen):
    purchaser = _console(app, kitchen, "purchaser")
    for path in ("controls", "findings", "reviews", "ledgers", "incidents", "inspections", "retention"):
        assert purchaser.get(f"{ROOT}/{path}").status_code == 403, path


def test_a_day_is_answered_and_its_problem_is_followed(app, kitchen, officer):
    day, api = f"{ROOT}/controls/{MONDAY}", f"/canteen/controls/days/{MONDAY}"
    lines = kitchen.officer.get(api, canteen_id=kitchen.canteen.id).data["lines"]
    assert f"其余 {len(lines)} 项全部符合" in officer.page(day)
    assert lines[0]["text"] in officer.page(f"{day}/items/{lines[0]['item_id']}")
    assert officer.get(f"{day}/items/999999").status_code == 404

    bad = {"item_id": lines[0]["item_id"], "is_ok": False, "remark": "地面积水", "responsible": "李师傅"}
    answers = [{**bad, "due_date": MONDAY.isoformat()}]
    answers += [{"item_id": each["item_id"], "is_ok": True} for each in lines[1:]]
    body = {"canteen_id": kitchen.canteen.id, "answers": answers}
    assert officer.send("POST", f"{api}/answers", body).status == 200
    assert "地面积水" in officer.page(day)
    assert "办结今日管控" in officer.page(day)
    kitchen.meal([kitchen.dish("红烧肉")])
    with clock.at(NINE + timedelta(days=1)):
        next_day = _console(app, kitchen, "food_safety_officer")
        assert "近 7 天有 1 天没有完成日管控" in next_day.page("/console/")
    assert officer.send("POST", f"{api}/close", {"canteen_id": kitchen.canteen.id}).status == 200
    with clock.at(NINE + timedelta(days=1)):
        assert "没有完成日管控" not in next_day.page("/console/")
    month = officer.page(f"{ROOT}/controls")
    assert "发现 1 项" in month
    assert "未启用" in month  # The days before this one, the kitchen's first.
    assert "未供餐" not in month
    assert "地面积水" in officer.page(f"{ROOT}/findings")
    assert _statements(officer, day) <= 15
    assert _statements(officer, f"{ROOT}/controls") <= 15


def test_nobody_is_offered_to_check_what_they_put_right_themselves(app, kitchen, officer):
    finding = _finding(kitchen)
    page = f"{ROOT}/findings/{finding['id']}"
    body = {"text": "已更换", "revision": finding["revision"]}
    assert officer.send("POST", f"/canteen/controls/findings/{finding['id']}/rectify", body).status == 200
    assert "须由整改人以外的人复查" in officer.page(page)
    assert "复查合格，销号" in _console(app, kitchen, "canteen_manager").page(page)


def test_a_week_is_written_until_it_is_signed(kitchen, officer):
    last_week = MONDAY - timedelta(days=7)
    body = {"canteen_id": kitchen.canteen.id, "date": last_week.isoformat()}
    week = officer.send("POST", "/canteen/controls/weeks", body).data
    page = f"{ROOT}/reviews/{week['id']}"
    assert "1 份周排查报告待签发" in officer.page("/console/")
    assert "存在的问题" in officer.page(page)
    assert "<form" in officer.page(page)
    api = f"/canteen/controls/weeks/{week['id']}"
    said = {
        "revision": week["revision"],
        "problems": "无",
        "measures": "无",
        "conclusion": "本周未发现风险。",
    }
    revision = officer.send("PUT", api, said).data["revision"]
    assert officer.send("POST", f"{api}/sign", {"revision": revision}).status == 200
    assert "签发</p>" in officer.page(page)
    assert "待签发" not in officer.page("/console/")
    assert "已签发" in officer.page(f"{ROOT}/reviews")


def test_additives_are_told_with_their_limits(kitchen, officer):
    canteen = {"canteen_id": kitchen.canteen.id}
    additive = officer.send(
        "POST",
        "/canteen/ledgers/additives",
        {**canteen, "name": "泡打粉", "purpose": "膨松剂", "limit_mg_per_kg": 5000},
    ).data
    use = {"additive_id": additive["id"], "used_at": NINE.isoformat(), "dish": "花卷", "note": "试做"}
    officer.send("POST", "/canteen/ledgers/additive-uses", {**use, "weight_mg": 60_000, "food_g": 8_000})
    shown = officer.page(f"{ROOT}/ledgers")
    assert "7,500.0" in shown
    assert "超限量" in shown
    assert "没有使用记录" in officer.page(f"{ROOT}/ledgers", from_date="2026-01-01", until_date="2026-01-31")
    assert "泡打粉" in officer.page(f"{ROOT}/ledgers/additives")


def test_a_load_is_shown_with_licence_and_signature(kitchen, officer):
    load = {
        "canteen_id": kitchen.canteen.id,
        "handed_at": NINE.isoformat(),
        "kind": "used_oil",
        "weight_g": 42_000,
        "receiver": "市再生油脂公司",
        "licence_no": "YF-031",
        "signed_by": "周师傅",
    }
    found = officer.send("POST", "/canteen/ledgers/hand-overs", load).data
    shown = officer.page(f"{ROOT}/ledgers/hand-overs", kind="used_oil")
    assert "YF-031" in shown
    assert "周师傅" in shown
    assert "市再生油脂公司" not in officer.page(f"{ROOT}/ledgers/hand-overs", kind="food_waste")
    assert "撤回原因" in officer.page(f"{ROOT}/ledgers/hand-overs/{found['id']}")


def test_an_export_is_looked_at_before_it_is_made(kitchen, officer):
    assert "导出 PDF" not in officer.page(f"{ROOT}/inspections")
    shown = officer.page(f"{ROOT}/inspections", from_date=MONDAY.isoformat(), to_date=MONDAY.isoformat())
    assert "export.pdf" in shown
    assert "日管控记录" in shown
    long = officer.get(f"{ROOT}/inspections", from_date="2026-01-01", to_date="2026-11-23")
    assert long.status_code == 422


def test_what_is_kept_says_how_long(kitchen, officer):
    shown = officer.page(f"{ROOT}/retention")
    assert "《食品安全法》第五十条" in shown
    assert officer.get(f"{ROOT}/retention/samples").status_code == 404
    assert "删除后不能恢复" in officer.page(f"{ROOT}/retention/cleaning")


def test_the_first_page_says_what_waits_in_the_kitchen(app, kitchen, officer):
    _incident(kitchen)
    kitchen.batch(kitchen.ingredient("五花肉"), expires_on=MONDAY - timedelta(days=1))
    _finding(kitchen)
    with clock.at(NINE + timedelta(days=1)):
        shown = _console(app, kitchen, "food_safety_officer").page("/console/")
        assert "1 起食品安全事件（含演练）处置中" in shown
        assert "1 个食品安全问题逾期未整改" in shown
        assert "1 个批次已过期" in shown
        assert "食品安全" not in _console(app, kitchen, "purchaser").page("/console/")
