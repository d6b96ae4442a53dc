"""The statistics over HTTP: figures of facts, their coverage, and who may read them."""

from datetime import time, timedelta
from io import BytesIO

from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db
from canteen.menu.models import MealState
from canteen.waste.models import Edible, Kind, Stage, WasteDepartment, WasteMeal
from canteen.waste.statistics import queries
from canteen.waste.statistics.policies import Span
from tests.canteen.waste.kitchen import db_rows
from tests.canteen.waste.statistics.pantry import WEEK, Pantry
from tests.factories import MONDAY
from tests.statements import counted_statements

ADMIN = "/canteen/admin/waste"


def measured_week(pantry: Pantry) -> None:
    """Case 25 over a Monday to Wednesday, with everything beside it that must not count."""
    for day in range(3):
        pantry.lunch(day)
    pantry.plates(0, 9_000, 120)
    pantry.plates(1, 3_000, 100)
    pantry.count(2, 80)
    pantry.lunch(5)  # A Saturday: the canteen was closed.
    pantry.lunch(3, state=MealState.DRAFT.value)
    pantry.lunch(9)  # Tomorrow.


def test_a_week_is_the_ratio_of_its_sums_with_its_coverage(pantry):
    measured_week(pantry)
    pantry.weigh(0, stage=Stage.PREPARATION, edible=Edible.INEDIBLE, net_g=4_000)
    pantry.weigh(0, stage=Stage.UNSERVED, net_g=1_000)

    answer = pantry.manager.get(f"{ADMIN}/summary", **WEEK).data

    assert (answer["open_meals"], answer["weighed_meals"], answer["diners"]) == (3, 2, 300)
    plate = answer["figures"]["plate"]
    assert (plate["numerator"], plate["denominator"], plate["coverage_percent"]) == (12_000, 220, 66.7)
    assert (plate["value"], plate["text"], plate["is_enough"]) == (None, "数据不足", False)
    assert answer["figures"]["ledger"]["value"] == 66.7
    assert answer["changes"]["plate"]["text"] == "数据不足"
    assert answer["figures"]["total"]["numerator"] == 14_000
    facts = db_rows(
        "SELECT stage, SUM(counted_g) AS g FROM weighings WHERE canteen_id = :c GROUP BY stage",
        c=pantry.canteen.id,
    )
    stages = {row["stage"]: row for row in pantry.manager.get(f"{ADMIN}/stages", **WEEK).data["list"]}
    assert {row["stage"]: row["g"] for row in facts} == {
        name: row["total_g"] for name, row in stages.items() if row["total_g"]
    }
    assert (stages["preparation"]["inedible_g"], stages["preparation"]["food_g"]) == (4_000, 0)


def test_what_nobody_weighed_is_listed_and_filled_in_later(pantry):
    measured_week(pantry)

    missing = pantry.manager.get(f"{ADMIN}/unmeasured", **WEEK).data
    pantry.weigh(2, stage=Stage.PLATE, net_g=4_000)  # Late, as scales without a net are.
    pantry.weigh(3, stage=Stage.PLATE, net_g=700)  # A meal that nobody published.
    after = pantry.manager.get(f"{ADMIN}/summary", **WEEK).data

    assert [(row["date"], row["period"], row["missing_text"]) for row in missing["list"]] == [
        ((MONDAY + timedelta(days=2)).isoformat(), "lunch", "备餐剩余、餐盘剩余")
    ]
    assert (after["open_meals"], after["weighed_meals"]) == (4, 4)
    assert after["figures"]["plate"]["text"] == "53.3 克/人·餐"
    assert pantry.manager.get(f"{ADMIN}/unmeasured", **WEEK).data["total"] == 0


def test_series_are_divided_by_time_period_and_canteen(pantry):
    measured_week(pantry)

    days = pantry.manager.get(f"{ADMIN}/trend", by="day", **WEEK).data["list"]
    months = pantry.manager.get(f"{ADMIN}/trend", by="month", **WEEK).data["list"]
    canteens = pantry.manager.get(f"{ADMIN}/trend", by="canteen", **WEEK).data["list"]
    periods = pantry.manager.get(f"{ADMIN}/trend", by="period", **WEEK).data["list"]

    assert [(point["key"][-2:], point["figures"]["plate"]["value"]) for point in days] == [
        ("23", 75.0),
        ("24", 30.0),
        ("25", None),
    ]
    assert [(point["title"], point["waste_g"]) for point in months] == [("2026年11月", 12_000)]
    assert [(point["key"], point["title"]) for point in canteens] == [
        (str(pantry.canteen.id), pantry.canteen.name)
    ]
    assert [(point["title"], point["open_meals"]) for point in periods] == [("午餐", 3)]


def test_a_dish_has_its_rates_and_its_history(pantry):
    pantry.lunch(0)
    for kind, grams in (
        (Kind.PAN_OUT, 10_000),
        (Kind.SERVE_DELTA, 8_000),
        (Kind.PAN_BACK, 1_500),
        (Kind.DISH_LEFTOVER, 2_000),
    ):
        pantry.weigh(0, kind=kind, dish=pantry.pork, net_g=grams)
    for _ in range(4):
        pantry.weigh(0, kind=Kind.DISH_LEFTOVER, dish=pantry.pork, net_g=100)
    pantry.weigh(0, kind=Kind.DISH_LEFTOVER, dish=pantry.greens, net_g=999)

    pork, greens = pantry.manager.get(f"{ADMIN}/dishes", **WEEK).data["list"]
    history = pantry.manager.get(f"{ADMIN}/dishes/{pantry.pork.id}", **WEEK).data
    summary = pantry.manager.get(f"{ADMIN}/summary", **WEEK).data

    assert (pork["name"], pork["rate"]["value"], pork["weighings"]) == ("红烧肉", 30.0, 5)
    assert (pork["over_preparation"]["value"], pork["unserved_rate"]["value"]) == (25.0, 15.0)
    assert (pork["served_source"], greens["served_source"]) == ("weighed", "")
    assert greens["rate"]["text"] == "数据不足"
    assert [(day["date"], day["leftover_g"]) for day in history["days"]] == [(MONDAY.isoformat(), 2_400)]
    assert history["dish"]["rate"] == pork["rate"]
    assert summary["balance"] == {
        "prepared_g": 10_000,
        "served_g": 8_000,
        "unserved_g": 1_500,
        "reused_g": 0,
        "residual_g": 500,
        "meals": 1,
    }
    worst = pantry.manager.get(f"{ADMIN}/dishes", sort="unserved", page_size=1, **WEEK).data
    assert (worst["total"], worst["list"][0]["dish_id"]) == (2, pantry.pork.id)


def test_departments_of_fewer_than_five_are_nowhere(pantry):
    pantry.lunch(0)
    large, small = pantry.compound.department("大处"), pantry.compound.department("小处")

    @atomic
    def write() -> None:
        key = {"canteen_id": pantry.canteen.id, "served_on": MONDAY, "period": "lunch"}
        db.session.add(WasteMeal(**key, diners=60, trays=50, clean_trays=20, tray_leftover_g=2_000))
        for department, trays in ((large, 46), (small, 4)):
            row = WasteDepartment(
                **key, department_id=department.id, trays=trays, clean_trays=2, leftover_g=40 * trays
            )
            db.session.add(row)

    write()
    assert pantry.manager.get(f"{ADMIN}/departments", **WEEK).data["list"] == []

    @atomic
    def add_strangers() -> None:
        row = db.session.get(WasteMeal, (pantry.canteen.id, MONDAY, "lunch"))
        assert row is not None
        row.trays = 51

    add_strangers()
    (shown,) = pantry.manager.get(f"{ADMIN}/departments", **WEEK).data["list"]

    assert (shown["name"], shown["trays"], shown["plate"]["value"]) == ("大处", 46, 40.0)
    # While the trays come back, two answers one after the other would differ by one diner's tray.
    with clock.at(clock.at_local(MONDAY, time(13))):
        assert pantry.manager.get(f"{ADMIN}/departments", **WEEK).data["list"] == []


def test_today_counts_who_has_eaten_so_far(pantry):
    day = MONDAY + timedelta(days=8)
    with clock.at(clock.at_local(day, time(12))):
        meal = pantry.lunch(8)
        pantry.eats(meal)
        pantry.eats(meal, state="booked")
        pantry.weigh(8, stage=Stage.PLATE, net_g=70)
        span = Span(day, day)

        assert queries.facts_of([pantry.canteen.id], span) == []
        (live,) = queries.facts_of([pantry.canteen.id], span, is_live=True)
        assert (live.diners, live.grams(Stage.PLATE).food_g) == (1, 70)
        pantry.count(8, 9)
        assert queries.facts_of([pantry.canteen.id], span, is_live=True)[0].diners == 9


def test_a_year_is_read_in_four_statements_at_most(pantry):
    measured_week(pantry)
    year = Span(MONDAY - timedelta(days=364), MONDAY)
    queries.summary_of([pantry.canteen.id], year)  # The rules are in memory now.

    with counted_statements() as sent:
        queries.summary_of([pantry.canteen.id], year)
    assert len(sent) <= 4, sent


def test_a_canteen_is_read_within_ones_reach_alone(pantry):
    measured_week(pantry)
    other = pantry.compound.canteen()
    roles = {"canteen_manager": (ScopeKind.CANTEEN, other.id)}
    stranger = pantry.compound.client(pantry.compound.staff(roles=roles))

    for path in ("summary", "trend", "stages", "dishes", "departments", "unmeasured", "workbook"):
        asked = {**WEEK, "canteen_id": pantry.canteen.id}
        assert stranger.get(f"{ADMIN}/{path}", **asked).error == "canteen.canteen_not_found", path
        assert pantry.official.get(f"{ADMIN}/{path}", **asked).status == 403
    assert stranger.get(f"{ADMIN}/dishes/{pantry.pork.id}", **WEEK).error == "waste.dish_not_found"
    assert stranger.get(f"{ADMIN}/summary", **WEEK).data["open_meals"] == 0
    back = {"from_date": WEEK["to_date"], "to_date": WEEK["from_date"]}
    assert pantry.manager.get(f"{ADMIN}/summary", **back).error == "waste.span_invalid"


def test_everybody_reads_last_week_and_month_in_plain_words(pantry):
    for day in range(-21, -16):  # The first week of November.
        pantry.lunch(day)
        pantry.plates(day, 5_000, 100)
    measured_week(pantry)

    answer = pantry.official.get(f"/canteen/canteens/{pantry.canteen.id}/waste").data

    assert (answer["week"]["title"], answer["week"]["plate"]["value"]) == ("上周", None)
    assert (answer["month"]["plate"]["value"], answer["month"]["from_date"]) == (51.4, "2026-11-01")
    assert answer["month"]["coverage_text"] == "依据 7/8 餐（87.5%）的称重数据"
    assert answer["sentences"][0] == "11 月人均餐盘剩余 51.4 克/人·餐（7/8 餐，87.5%）。"
    assert answer["sentences"][-1] == "午餐比北京机关自助食堂午餐（2021）的 78.8 克低 34.8%。"
    assert [point["value"] for point in answer["trend"]] == [50.0, None]
    assert pantry.official.get("/canteen/canteens/999999/waste").status == 404


def test_the_workbook_tells_the_same_figures(pantry):
    measured_week(pantry)

    answer = pantry.manager.get(f"{ADMIN}/workbook", canteen_id=pantry.canteen.id, **WEEK)

    book = load_workbook(BytesIO(answer.body))
    figures = {row[0]: row[1:6] for row in book["指标"].iter_rows(min_row=2, values_only=True)}
    assert figures["人均餐盘剩余"] == ("数据不足", 12_000, 220, 2, 3)
    assert figures["台账完整率"] == ("66.7%", 2, 3, 2, 3)
    days = [row[:5] for row in book["逐日"].iter_rows(min_row=2, values_only=True)]
    assert days[0] == ("2026-11-23", 1, 1, 120, 9.0)
    assert book["未称重餐次"].max_row == 2
