"""The pages of waste: figures with coverage, weighings to decide, entry by hand, containers, measures."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.menu.models import MealState
from canteen.waste import operations
from canteen.waste.models import Kind, Stage, WasteDepartment, WasteMeal
from canteen.waste.statistics.rules import MIN_MEALS
from tests.canteen.waste.kitchen import ONE, Kitchen, at
from tests.console.browser import Console
from tests.factories import MONDAY
from tests.statements import counted_statements

BOARD = "/console/canteen/waste"
WEIGHINGS = f"{BOARD}/weighings"
QUARANTINE = f"{WEIGHINGS}/quarantine"
ENTRY = f"{BOARD}/entry"
CONTAINERS = f"{BOARD}/containers"
MEASURES = f"{BOARD}/measures"
FRIDAY, THURSDAY, WEDNESDAY = (MONDAY - timedelta(days=days) for days in (3, 4, 5))


@pytest.fixture
def weighing(compound):
    """A canteen that weighs, at one o'clock of Monday, with lunches on three days before."""
    with clock.at(ONE):
        kitchen = Kitchen(compound)
        for day in (WEDNESDAY, THURSDAY, FRIDAY):
            compound.meal(
                kitchen.canteen,
                [(dish, None) for dish in kitchen.dishes],
                day,
                serves_from=at("11:30", day),
                serves_until=at("12:30", day),
                state=MealState.FROZEN.value,
            )
        yield kitchen


@pytest.fixture
def manager(app, weighing):
    """The canteen's manager at the console."""
    role = {"canteen_manager": (ScopeKind.CANTEEN, weighing.canteen.id)}
    return Console(app, weighing.compound.staff(name="孙经理", roles=role))


@atomic
def ate(weighing, day, diners, period="lunch", **columns):
    """So many ate at a meal."""
    row = db.session.merge(WasteMeal(canteen_id=weighing.canteen.id, served_on=day, period=period))
    row.diners = diners
    for name, value in columns.items():
        setattr(row, name, value)


@atomic
def entered(weighing, day, stage, net_g, **fields):
    """Somebody has weighed so many grams of a stage."""
    of_meal = {"canteen_id": weighing.canteen.id, "served_on": day, "period": "lunch"}
    return operations.record(
        **of_meal, **{"kind": Kind.ENTRY, "stage": stage, "net_g": net_g, "entered_by": 0, **fields}
    )


def three_days(weighing):
    """The case of the domain notes: 9000 g of 120, 3000 g of 100, and a meal of 80 that nobody weighed."""
    for day, diners, grams in ((WEDNESDAY, 120, 9000), (THURSDAY, 100, 3000), (FRIDAY, 80, 0)):
        ate(weighing, day, diners)
        if grams:
            entered(weighing, day, Stage.PLATE, grams)


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html)).strip()


def unstable(seq=1, **fields):
    return {
        "seq": seq, "captured_at": "2026-11-23T12:05:00+08:00", "kind": "tray_return", "tray": "T1",
        "gross_g": 612, "stable": False, "raw_frame": "US,GS,+000.612kg", **fields,
    }  # fmt: skip


# ---- The dashboard ----------------------------------------------------------------------------------------


def test_every_figure_stands_with_its_coverage(weighing, manager):
    weighing.compound.rule(MIN_MEALS, 2, weighing.canteen.id)
    three_days(weighing)
    text = plain(manager.page(BOARD))
    assert "人均餐盘剩余 54.5 克/人·餐 称重 2/3 餐，66.7%" in text
    assert "台账完整率 66.7 % 称重 2/3 餐，66.7%；就餐 300 人次" in text
    # 12 kg at the canteen's usual 15 yuan.
    assert "浪费金额 180.00 元 12.0 千克，只含已称重的 2/3 餐" in text
    assert "比北京高校食堂（2018）的 73.7 克低 26.0%" in text
    assert "所选时段有 1 个餐次没有称重" in text
    # Nothing was said of what went out, nor by trays.
    assert "浪费率 数据不足 称重 0/3 餐" in text
    assert "光盘率 数据不足" in text


def test_too_few_meals_are_not_shown(weighing, manager):
    three_days(weighing)
    text = plain(manager.page(BOARD))
    assert "人均餐盘剩余 数据不足 称重 2/3 餐，66.7%" in text
    assert "54.5" not in text


def test_a_span_stands_beside_the_one_before_it(weighing, manager):
    for day, grams in ((WEDNESDAY, 10_000), (THURSDAY, 8_000)):
        ate(weighing, day, 100)
        entered(weighing, day, Stage.PLATE, grams)
    query = {"from_date": THURSDAY.isoformat(), "until_date": THURSDAY.isoformat()}
    text = plain(manager.page(BOARD, **query))
    assert "人均餐盘剩余 80.0 克/人·餐 称重 1/1 餐，100.0%" in text
    assert "较上期 100.0 克/人·餐： 下降 20.0% （上期称重 1/1 餐，100.0%）" in text
    assert "较上期" not in plain(manager.page(BOARD, **query, base="none"))
    assert "较去年同期： 无可比基数" in plain(manager.page(BOARD, **query, base="last_year"))
    assert manager.get(BOARD, base="tomorrow").status_code == 422


def test_today_is_told_as_it_stands(weighing, manager):
    compound = weighing.compound
    compound.meal(
        weighing.canteen, [(dish, None) for dish in weighing.dishes], serves_from=at("11:30"),
        serves_until=at("13:30"), state=MealState.FROZEN.value,
    )  # fmt: skip
    ate(weighing, MONDAY, None, diners_counted=50)
    entered(weighing, MONDAY, Stage.PLATE, 2_500)
    weighing.send(unstable())
    text = plain(manager.page(BOARD))
    assert "午餐 50 — — — 2.5 千克 50.0 克 — 已称重 1 条待核实" in text


def test_the_workbook_holds_the_same(weighing, manager):
    weighing.compound.rule(MIN_MEALS, 2, weighing.canteen.id)
    three_days(weighing)
    book = load_workbook(BytesIO(manager.file(BOARD, format="xlsx")))
    rows = {row[0]: row[1] for row in book["指标"].iter_rows(values_only=True) if row[0]}
    assert rows["人均餐盘剩余"] == "54.5 克/人·餐"


def test_dishes_are_told_with_the_worst_first(weighing, manager):
    good, bad, _ = weighing.dishes
    ate(weighing, FRIDAY, 100)
    for dish, left in ((good, 500), (bad, 4_000)):
        entered(weighing, FRIDAY, None, 20_000, kind=Kind.PAN_OUT, dish_id=dish.id)
        entered(weighing, FRIDAY, None, 10_000, kind=Kind.SERVE_DELTA, dish_id=dish.id)
        for _ in range(5):
            entered(weighing, FRIDAY, None, left // 5, kind=Kind.DISH_LEFTOVER, dish_id=dish.id)
        entered(weighing, FRIDAY, None, 2_000, kind=Kind.PAN_BACK, dish_id=dish.id)
    text = plain(manager.page(f"{BOARD}/dishes"))
    assert text.index(f"{bad.name} 荤菜 1 20.0 千克 10.0 千克 4.0 千克 40.0%") < text.index(good.name)
    page = plain(manager.page(f"{BOARD}/dishes/{bad.id}"))
    assert "剩余率 40.0 % 称重 1/1 餐，100.0%；5 次称重" in page
    assert "11月20日 周五 午餐 20.0 千克 10.0 千克 4.0 千克 40.0% 2.0 千克" in page
    assert "标准份 6.00 元，200 克" in page
    assert "没有登记针对这道菜的措施" in page
    assert f"{BOARD}/dishes/{bad.id}" in manager.page(f"/console/canteen/dishes/{bad.id}")


def test_a_department_of_four_is_never_shown(weighing, manager):
    names = {}
    for name, trays in (("大处", 30), ("小组", 4)):
        names[name] = weighing.compound.department(name).id
        ate(weighing, FRIDAY, 40, trays=40)

        @atomic
        def write(department=names[name], trays=trays):
            db.session.add(
                WasteDepartment(
                    department_id=department, canteen_id=weighing.canteen.id, served_on=FRIDAY,
                    period="lunch", trays=trays, clean_trays=trays // 2, leftover_g=trays * 20,
                )
            )  # fmt: skip

        write()
    text = plain(manager.page(f"{BOARD}/departments"))
    assert "大处 20.0 50.0% 30" in text
    assert "小组" not in text


def test_meals_that_nobody_weighed_lead_to_their_sheet(weighing, manager):
    three_days(weighing)
    html = manager.page(f"{BOARD}/unmeasured")
    assert "11月20日 周五 午餐 备餐剩余、餐盘剩余" in plain(html)
    assert "11月19日" not in plain(html)
    assert f"{ENTRY}?date=2026-11-20&amp;period=lunch" in html


# ---- Weighings --------------------------------------------------------------------------------------------


def test_a_doubtful_weighing_waits_until_it_is_decided(weighing, manager):
    weighing.send(unstable(), unstable(2, gross_g=300, stable=True))
    html = manager.page(QUARANTINE)
    text = plain(html)
    assert "餐盘回收称重 T1 132 克 612 − 480 读数未稳定 US,GS,+000.612kg" in text
    assert "-180 克 300 − 480 皮重大于毛重" in text
    first, second = sorted(set(map(int, re.findall(r"weighings/(\d+)/release", html))))
    dialog = manager.page(f"{WEIGHINGS}/{first}/release")
    assert f'data-api="POST /api/v1/canteen/waste/quarantine/{first}/release"' in dialog
    body = {"net_g": 130, "served_on": "2026-11-23", "period": "lunch", "reason": "当时手扶着秤"}
    assert manager.send("POST", f"/canteen/waste/quarantine/{first}/release", body).status == 200
    sent = manager.send("POST", f"/canteen/waste/quarantine/{second}/discard", {"reason": "误触"})
    assert sent.status == 200
    assert "没有待核实的称重" in manager.page(QUARANTINE)
    # Each is decided once.
    assert manager.get(f"{WEIGHINGS}/{first}/release").status_code == 409
    text = plain(manager.page(WEIGHINGS))
    assert "130 克 130 克" in text
    assert "孙经理：误触" in text


def test_a_weighing_is_corrected_and_taken_back_by_new_rows(weighing, manager):
    weighing.send(unstable(stable=True))
    (number,) = set(re.findall(r"weighings/(\d+)/correct", manager.page(WEIGHINGS, date="2026-11-23")))
    assert "更正" in manager.page(f"{WEIGHINGS}/{number}/correct")
    assert "永远不计入" not in manager.page(f"{WEIGHINGS}/{number}/void")
    sent = manager.send("POST", f"/canteen/waste/weighings/{number}/correct", {"net_g": 32, "reason": "抄错"})
    assert sent.status == 200
    text = plain(manager.page(WEIGHINGS))
    assert "已更正 孙经理：抄错" in text
    assert manager.get(f"{WEIGHINGS}/{number}/correct").status_code == 409
    assert manager.page(WEIGHINGS, kind="bin_delta").count("<tr") == 0
    assert "没有称重记录" in manager.page(WEIGHINGS, date="2026-11-22")


def test_another_canteens_weighings_stay_unseen(app, weighing, manager, compound):
    weighing.send(unstable())
    (number,) = set(re.findall(r"weighings/(\d+)/release", manager.page(QUARANTINE)))
    other = compound.canteen()
    stranger = Console(app, compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, other.id)}))
    for path in (f"{WEIGHINGS}/{number}/release", f"{BOARD}/dishes/{weighing.dishes[0].id}"):
        assert stranger.get(path).status_code == 404
    assert "没有待核实的称重" in stranger.page(QUARANTINE)
    # Who only serves may enter, not decide.
    cook = Console(app, compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, weighing.canteen.id)}))
    assert cook.get(QUARANTINE).status_code == 403
    assert cook.get(f"{WEIGHINGS}/{number}/release").status_code == 403
    assert cook.get(ENTRY).status_code == 200


# ---- Entry by hand ----------------------------------------------------------------------------------------


def test_the_sheet_shows_what_stands_and_takes_more(weighing, manager):
    html = manager.page(ENTRY, date="2026-11-20", period="lunch")
    assert "本餐还没有人工登记" in html
    path = re.search(r'data-path="/api/v1([^"]+)"', html)[1]
    entries = [{"stage": "plate", "net_g": 5_300, "reason": "回收处"}, {"stage": "unserved", "net_g": 3_000}]
    sent = manager.send("POST", path, {"entries": entries, "diners_counted": 90})
    assert sent.status == 201, sent.envelope
    text = plain(manager.page(ENTRY, date="2026-11-20", period="lunch"))
    assert "餐盘剩余 5,300 克 交由收运 回收处 孙经理 有效" in text
    assert "登记 5.3 千克" in text
    assert "已登记 90 人" in text
    number = re.search(r"entry/(\d+)/take-back", manager.page(ENTRY, date="2026-11-20", period="lunch"))[1]
    assert "撤回" in manager.page(f"{ENTRY}/{number}/take-back")
    back = manager.send("POST", f"/canteen/admin/waste/entries/{number}/take-back", {"reason": "记错餐次"})
    assert back.status == 200
    assert "已撤回 记错餐次" in plain(manager.page(ENTRY, date="2026-11-20", period="lunch"))


def test_the_last_meal_that_has_begun_is_offered(weighing, manager):
    html = manager.page(ENTRY)
    assert "meals/" in html
    assert "/2026-11-23/lunch/sheet" in html
    with clock.at(at("10:00")):
        assert "/2026-11-23/breakfast/sheet" in manager.page(ENTRY)


def test_a_day_to_come_has_no_sheet(weighing, manager):
    assert "data-path" not in manager.page(ENTRY, date="2026-12-01", period="lunch")
    assert manager.get(ENTRY, date="x").status_code == 422


# ---- Containers -------------------------------------------------------------------------------------------


def test_containers_are_listed_registered_and_printed(weighing, manager):
    text = plain(manager.page(CONTAINERS))
    assert "B-PLATE 收集桶 — 9,000 餐盘剩余 可食 在用" in text
    assert plain(manager.page(CONTAINERS, kind="pan")).count("菜盆") > 0
    assert "T1" not in plain(manager.page(CONTAINERS, kind="pan"))
    assert "POST /api/v1/canteen/waste/containers" in manager.page(f"{CONTAINERS}/new")
    body = {"canteen_id": weighing.canteen.id, "kind": "pan", "code": "P9", "tare_g": 1300, "name": "大盆"}
    made = manager.send("POST", "/canteen/waste/containers", body)
    assert made.status == 201, made.envelope
    assert "P9" in manager.page(f"{CONTAINERS}/{made.data['id']}")
    again = manager.send("POST", "/canteen/waste/containers", body)
    assert (again.status, again.error) == (409, "waste.container_exists")
    labels = manager.page(f"{CONTAINERS}/labels", kind="pan")
    assert labels.count("<svg") >= 2
    assert "大盆" in labels


def test_containers_go_out_and_come_back_as_excel(weighing, manager):
    book = load_workbook(BytesIO(manager.file(CONTAINERS, format="xlsx")))
    rows = list(book.active.iter_rows(values_only=True))
    assert ("B-PLATE", "收集桶", None, 9000, "餐盘剩余", "可食", "是") in rows
    dialog = manager.page(f"{CONTAINERS}/import")
    path = f"/api/v1/canteen/canteens/{weighing.canteen.id}/waste-containers/import"
    assert f'data-api="POST {path}"' in dialog


# ---- Measures ---------------------------------------------------------------------------------------------


def test_a_measure_is_told_with_before_and_after(weighing, manager):
    for day, grams in ((WEDNESDAY, 10_000), (THURSDAY, 8_000)):
        ate(weighing, day, 100)
        entered(weighing, day, Stage.PLATE, grams)
    assert "还没有登记措施" in manager.page(MEASURES)
    assert "POST /api/v1/canteen/admin/waste/measures" in manager.page(f"{MEASURES}/new")
    body = {
        "canteen_id": weighing.canteen.id, "kind": "sign", "title": "窗口提示",
        "from_date": THURSDAY.isoformat(), "until_date": THURSDAY.isoformat(),
    }  # fmt: skip
    made = manager.send("POST", "/canteen/admin/waste/measures", body)
    assert made.status == 201, made.envelope
    assert "窗口提示 张贴标识 全食堂" in plain(manager.page(MEASURES))
    text = plain(manager.page(f"{MEASURES}/{made.data['id']}"))
    assert "实施前 1 天 100.0 克/人·餐 称重 1/1 餐，100.0%" in text
    assert "实施后 1 天 80.0 克/人·餐 称重 1/1 餐，100.0%" in text
    assert "变化 下降 20.0%" in text
    assert f'value="{THURSDAY}"' in manager.page(f"{MEASURES}/{made.data['id']}/edit")
    assert manager.send("DELETE", f"/canteen/admin/waste/measures/{made.data['id']}").status in (200, 204)
    assert "还没有登记措施" in manager.page(MEASURES)
    assert "窗口提示" in manager.page(MEASURES, with_withdrawn="true")


# ---- The first page, and what all of them cost ------------------------------------------------------------


def test_the_first_page_says_what_waits_of_weighing(weighing, manager):
    three_days(weighing)
    weighing.send(unstable())
    with clock.at(ONE + timedelta(minutes=20)):
        text = plain(manager.page("/console/"))
    assert "1 条称重待核实" in text
    assert "近 7 天有 1 个餐次没有称重" in text
    assert "1 台称重设备无响应" in text


def test_no_page_asks_too_often(weighing, manager):
    three_days(weighing)
    for seq in range(1, 6):
        weighing.send(unstable(seq))
    for number in range(3):
        entered(weighing, FRIDAY, None, 100 + number, kind=Kind.DISH_LEFTOVER, dish_id=weighing.dishes[0].id)
    asked = {}
    for path in (
        BOARD, f"{BOARD}?from_date=2025-11-24&base=last_year", f"{BOARD}/dishes", f"{BOARD}/departments",
        f"{BOARD}/dishes/{weighing.dishes[0].id}", f"{BOARD}/unmeasured", WEIGHINGS, QUARANTINE, ENTRY,
        f"{ENTRY}?date=2026-11-20&period=lunch", CONTAINERS, MEASURES, "/console/canteen/screen",
    ):  # fmt: skip
        manager.page(path)
        with counted_statements() as sent:
            manager.page(path)
        asked[path] = len([one for one in sent if one not in ("BEGIN", "COMMIT", "ROLLBACK")])
    assert {path: count for path, count in asked.items() if count > 15} == {}
