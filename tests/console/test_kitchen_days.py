"""The pages of a kitchen's daily records: samples, morning checks, workers, fridges, cleaning, checklists."""

from datetime import date

import pytest
from sqlalchemy import select

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import db
from canteen.food_safety.samples.models import FoodSample
from tests.canteen.kitchen import Kitchen
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

PAGES = "/console/food-safety"
API = "/canteen/kitchen"
LISTS = (
    *("samples", "samples/due", "samples/missing", "samples/records"),
    *("morning-checks", "morning-checks/records", "workers"),
    *("temperatures", "temperatures/excursions", "temperatures/fridges"),
    *("hygiene", "hygiene/month", "hygiene/stations", "hygiene/checklist"),
    *("cleaning", "cleaning/records", "cleaning/tasks"),
)


@pytest.fixture
def kitchen(compound):
    """A kitchen a quarter before lunch of three dishes."""
    with clock.at(NINE):
        made = Kitchen(compound)
    with clock.at(made.at(11, 15)):
        made.dishes = [made.dish(name) for name in ("红烧肉", "清炒时蔬", "番茄蛋汤")]
        made.meal(made.dishes)
        yield made


@pytest.fixture
def console(app, kitchen):
    """Whose page it is: the food safety officer's, the manager's and so on, by role."""

    def of(role: str = "food_safety_officer", at: Kitchen = kitchen) -> Console:
        return Console(app, at.person(role)[0])

    return of


@pytest.fixture
def officer(console):
    """The food safety officer, who sees and changes everything here."""
    return console()


def send(console, path, **body):
    answer = console.send("POST", path, body)
    assert answer.status in (200, 201), answer.error
    return answer.data


def worker(officer, kitchen, name="王师傅", valid_until="2027-11-22"):
    made = send(officer, f"{API}/workers", canteen_id=kitchen.canteen.id, name=name, job="切配")["id"]
    send(officer, f"{API}/workers/{made}/notice", basis="duty")
    paper = {"number": f"JK-{name}-1234", "issued_on": "2025-11-22", "valid_until": valid_until}
    send(officer, f"{API}/workers/{made}/certificates", **paper)
    return made


def check(officer, kitchen, *items):
    return send(
        officer,
        f"{API}/morning-checks",
        canteen_id=kitchen.canteen.id,
        shift="morning",
        items=[
            {"worker_id": each, "temperature_dc": heat, "symptoms": symptoms}
            for each, heat, symptoms in items
        ],
    )["checks"]


def fridge(officer, kitchen, name="1号冷藏柜", heats_dc=(40,)):
    where = {"canteen_id": kitchen.canteen.id}
    made = send(officer, f"{API}/fridges", **where, name=name, kind="chilled")["id"]
    for hour, heat_dc in enumerate(heats_dc, 8):
        reading = {"fridge_id": made, "temperature_dc": heat_dc}
        reading["measured_at"] = kitchen.at(hour).isoformat()
        send(officer, f"{API}/temperatures", **where, readings=[reading])
    return made


def station(officer, kitchen, name="热菜间"):
    return send(officer, "/canteen/hygiene/stations", canteen_id=kitchen.canteen.id, name=name)["id"]


def task(officer, kitchen, target="砧板"):
    about = {"kind": "disinfect", "method": "chlorine", "least_mg_l": 250, "every": "day"}
    where = {"canteen_id": kitchen.canteen.id}
    return send(officer, "/canteen/hygiene/tasks", **where, target=target, **about)["id"]


def test_a_meal_shows_what_has_a_sample_what_lacks_one_and_what_needs_none(officer, kitchen):
    meat, greens, _ = kitchen.dishes
    meal = {"canteen_id": kitchen.canteen.id, "date": "2026-11-23", "period": "lunch"}
    form = officer.page(f"{PAGES}/samples/take", date="2026-11-23", period="lunch")
    assert all(dish.name in form for dish in kitchen.dishes)
    send(officer, f"{API}/samples", **meal, fridge="留样柜", items=[{"dish_id": meat.id}])
    send(officer, f"{API}/samples/waivers", **meal, dish_id=greens.id, reason="没有制作")
    page = officer.page(f"{PAGES}/samples")
    code = db.session.scalars(select(FoodSample.code)).one()
    assert all(text in page for text in (code, "150 克", "留样柜", "不留样：没有制作", "待留 1"))
    with clock.at(kitchen.at(11, 35)):
        assert "漏留 1" in officer.page(f"{PAGES}/samples")
        missing = officer.page(f"{PAGES}/samples/missing")
        assert "番茄蛋汤" in missing
        assert "红烧肉" not in missing


def test_what_has_been_kept_long_enough_is_offered_for_disposal(officer, kitchen, console):
    meal = {"canteen_id": kitchen.canteen.id, "date": "2026-11-23", "period": "lunch"}
    items = [{"dish_id": kitchen.dishes[0].id}]
    (sample,) = send(officer, f"{API}/samples", **meal, items=items)["samples"]
    with clock.at(kitchen.at(12, 0, on=date(2026, 11, 25))):
        officer = console()
        assert f'value="{sample["id"]}" data-type="list"' in officer.page(f"{PAGES}/samples/due")
        send(officer, f"{API}/samples/dispose", sample_ids=[sample["id"]], note="混合后弃置")
        assert "没有到期的留样" in officer.page(f"{PAGES}/samples/due")
        assert "混合后弃置" in officer.page(f"{PAGES}/samples/records", state="disposed")
        assert sample["code"] not in officer.page(f"{PAGES}/samples/records", state="kept")


def test_a_check_shows_its_outcome_and_never_what_was_found(officer, kitchen, console):
    one, other = worker(officer, kitchen), worker(officer, kitchen, "李师傅")
    assert "登记早班晨检" in officer.page(f"{PAGES}/morning-checks", shift="morning")
    assert "王师傅" in officer.page(f"{PAGES}/morning-checks/enter", shift="morning")
    blocked = check(officer, kitchen, (one, 384, [4]), (other, 365, []))[0]
    manager = console("canteen_manager")
    for each in (officer, manager):
        page = each.page(f"{PAGES}/morning-checks", shift="morning")
        assert "停岗尚未解除" in page
        assert "38.4" not in page
        assert "腹泻" not in page
    details = f"{API}/morning-checks/{blocked['id']}/details"
    # Whoever may not read them is not even offered to.
    assert details in officer.page(f"{PAGES}/morning-checks")
    assert details not in manager.page(f"{PAGES}/morning-checks")
    assert manager.send("POST", details).status == 403
    before = len(db.session.scalars(select(AuditEvent.id)).all())
    assert officer.send("POST", details).data["temperature_dc"] == 384
    db.session.rollback()
    assert len(db.session.scalars(select(AuditEvent.id)).all()) == before + 1
    assert "王师傅" in officer.page(f"{PAGES}/morning-checks/{blocked['id']}/clear")
    assert manager.get(f"{PAGES}/morning-checks/{blocked['id']}/clear").status_code == 403
    shown = officer.page(f"{PAGES}/morning-checks/records", outcome="blocked")
    assert "王师傅" in shown
    assert "李师傅" not in shown


def test_workers_are_found_by_their_certificates(officer, kitchen):
    soon = worker(officer, kitchen, "赵师傅", "2026-12-05")
    worker(officer, kitchen, "王师傅")
    page = officer.page(f"{PAGES}/workers", certificate_state="expiring")
    listed = page[page.index('id="list"') :]
    assert "赵师傅" in listed
    assert "王师傅" not in listed
    assert "30 天内到期" in page
    one = officer.page(f"{PAGES}/workers/{soon}")
    assert "1234" in one
    assert "JK-赵师傅" not in one
    assert "履行法定职责告知" in one


def test_a_fridge_shows_its_day_and_asks_what_was_done(officer, kitchen):
    warm = fridge(officer, kitchen, heats_dc=(112, 40))
    page = officer.page(f"{PAGES}/temperatures")
    assert "11.2 ℃" in page
    assert "登记处置" in page
    assert "<svg" in officer.page(f"{PAGES}/temperatures/fridges/{warm}")
    assert "没有符合条件的超限" in officer.page(f"{PAGES}/temperatures/excursions", state="open")
    assert "待登记" in officer.page(f"{PAGES}/temperatures/excursions", state="unanswered")


def test_a_station_is_answered_and_a_month_shows_the_gaps(officer, kitchen, console):
    hot = station(officer, kitchen)
    assert " 缺口</span>" not in officer.page(f"{PAGES}/hygiene/month")
    sheet = officer.page(f"{PAGES}/hygiene/stations/{hot}/check")
    assert "常分类" in sheet
    assert "登记检查" in sheet
    with clock.at(kitchen.at(9, on=date(2026, 11, 24))):
        assert " 缺口</span>" in console().page(f"{PAGES}/hygiene/month")


def test_what_is_due_is_recorded_with_its_concentration(officer, kitchen):
    board = task(officer, kitchen)
    form = officer.page(f"{PAGES}/cleaning/record", task_id=board)
    assert "不低于 250 毫克/升" in form
    where = {"canteen_id": kitchen.canteen.id, "task_id": board}
    send(officer, "/canteen/hygiene/records", **where, concentration_mg_l=200)
    page = officer.page(f"{PAGES}/cleaning")
    assert "200 毫克/升" in page
    assert "低于要求" in page
    assert "已完成" in page
    assert "200 毫克/升" not in officer.page(f"{PAGES}/cleaning/records", is_below="false")


def test_who_oversees_reads_and_changes_nothing(console, officer, kitchen):
    inspector = console("canteen_inspector")
    for path in LISTS:
        page = inspector.page(f"{PAGES}/{path}")
        main = page[page.index("<main") : page.index("</main>")]
        assert [word for word in ("data-api", "data-from") if word in main] == [], path
    for path in ("samples/take", "morning-checks/enter", "temperatures/enter", "workers/new"):
        assert inspector.get(f"{PAGES}/{path}").status_code == 403


def test_another_canteens_records_are_not_found(app, officer, kitchen, compound):
    ids = {
        "workers/{}": worker(officer, kitchen),
        "temperatures/fridges/{}": fridge(officer, kitchen),
        "hygiene/stations/{}/check": station(officer, kitchen),
        "cleaning/tasks/{}/edit": task(officer, kitchen),
    }
    stranger = Console(app, Kitchen(compound).person("food_safety_officer")[0])
    for path, number in ids.items():
        assert officer.get(f"{PAGES}/{path.format(number)}").status_code == 200
        assert stranger.get(f"{PAGES}/{path.format(number)}").status_code == 404
    page = stranger.page(f"{PAGES}/workers")
    assert "王师傅" not in page


def test_pages_ask_the_database_as_often_for_many_rows(officer, kitchen):
    for number in range(6):
        made = worker(officer, kitchen, f"师傅{number}", "2026-12-01")
        check(officer, kitchen, (made, 384 if number % 2 else 365, []))
        fridge(officer, kitchen, f"冰箱{number}", (112, 40))
        station(officer, kitchen, f"岗位{number}")
        task(officer, kitchen, f"对象{number}")
    meal = {"canteen_id": kitchen.canteen.id, "date": "2026-11-23", "period": "lunch"}
    items = [{"dish_id": dish.id} for dish in kitchen.dishes]
    send(officer, f"{API}/samples", **meal, items=items)
    asked = {}
    for path in (*LISTS, f"workers/{made}"):
        officer.page(f"{PAGES}/{path}")
        with counted_statements() as sent:
            officer.page(f"{PAGES}/{path}")
        asked[path] = sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)
    assert {path: count for path, count in asked.items() if count > 15} == {}
