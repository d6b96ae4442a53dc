"""Stations and the daily checklist."""

from datetime import timedelta
from functools import partial

import pytest

from backend import clock
from canteen.food_safety.hygiene.checks import policies
from canteen.food_safety.hygiene.checks.policies import Wanted
from canteen.food_safety.hygiene.models import ChecklistItem, Scheme
from tests.factories import MONDAY, NINE
from tests.threads import at_once

ROOT = "/canteen/hygiene"


@pytest.fixture
def station(kitchen):
    with clock.at(NINE):
        body = {"canteen_id": kitchen.canteen.id, "name": "热菜间", "keeper": "王师傅"}
        yield kitchen.officer.post(f"{ROOT}/stations", body).data


def answers(sheet, **differing):
    return [
        {"item_id": line["item_id"], "is_ok": True, **differing.get(str(place), {})}
        for place, line in enumerate(sheet["lines"])
    ]


def test_a_scanned_station_shows_the_houses_checklist_and_takes_answers_in_parts(kitchen, station):
    sheet = kitchen.cook.get(f"{ROOT}/stations/by-code/{station['shown_code']}").data
    assert (sheet["station"], sheet["items"], sheet["answered"]) == ("热菜间", 12, 0)
    assert {line["heading"] for line in sheet["lines"]} >= {"常分类", "常教育", "天天处理", "天天改进"}

    path = f"{ROOT}/stations/{station['id']}/check"
    first = kitchen.cook.post(path, {"is_scanned": True, "answers": answers(sheet)[:5]}).data
    assert (first["answered"], first["is_complete"]) == (5, False)
    bad = {"is_ok": False, "remark": "案板未归位"}
    rest = answers(sheet, **{"6": bad})[5:]
    done = kitchen.cook.post(path, {"answers": rest}).data
    assert (done["answered"], done["failed"], done["is_complete"]) == (12, 1, True)
    assert done["last_by_name"] == kitchen.staff["cook"].name

    day = kitchen.officer.get(f"{ROOT}/day", canteen_id=kitchen.canteen.id).data
    assert (day["checked"], day["complete"], day["failed"]) == (1, 1, 1)


def test_what_is_not_in_order_needs_a_word_and_what_is_not_on_the_list_is_refused(kitchen, station):
    path = f"{ROOT}/stations/{station['id']}/check"
    item = kitchen.cook.get(path).data["lines"][0]["item_id"]
    silent = kitchen.cook.post(path, {"answers": [{"item_id": item, "is_ok": False}]})
    assert silent.error == "canteen.checklist_remark_needed"
    unknown = kitchen.cook.post(path, {"answers": [{"item_id": 999_999, "is_ok": True}]})
    assert unknown.error == "canteen.checklist_item_unknown"
    assert kitchen.cook.get(path).data["answered"] == 0


def test_days_further_back_than_the_rule_and_days_to_come_are_refused(kitchen, station):
    path = f"{ROOT}/stations/{station['id']}/check"
    item = kitchen.cook.get(path).data["lines"][0]["item_id"]

    def on(day):
        return kitchen.cook.post(
            path, {"date": day.isoformat(), "answers": [{"item_id": item, "is_ok": True}]}
        )

    assert on(MONDAY - timedelta(days=1)).status == 200
    assert on(MONDAY - timedelta(days=2)).error == "canteen.record_day"
    assert on(MONDAY + timedelta(days=1)).error == "canteen.record_day"


def test_a_working_day_without_a_check_is_a_gap(kitchen, station):
    with clock.at(NINE + timedelta(days=2)):
        sheet = kitchen.cook.get(f"{ROOT}/stations/{station['id']}/check").data
        body = {"date": (MONDAY + timedelta(days=1)).isoformat(), "answers": answers(sheet)}
        kitchen.cook.post(f"{ROOT}/stations/{station['id']}/check", body)
        days = kitchen.officer.get(
            f"{ROOT}/days",
            canteen_id=kitchen.canteen.id,
            from_date=(MONDAY - timedelta(days=1)).isoformat(),
            to_date=(MONDAY + timedelta(days=2)).isoformat(),
        ).data["list"]
    assert [(day["is_open"], day["is_gap"]) for day in days] == [
        *((False, False), (True, True)),  # Sunday; Monday, when the station was set up
        *((True, False), (True, False)),  # checked; not over
    ]


def test_a_canteens_own_checklist_takes_the_houses_place_and_gives_it_back(kitchen, station):
    own = {"scheme": "own", "heading": "油锅", "text": "每日滤油"}
    body = {"canteen_id": kitchen.canteen.id, "items": [own]}
    assert kitchen.officer.put(f"{ROOT}/checklist", body).data["is_own"]
    assert kitchen.cook.get(f"{ROOT}/stations/{station['id']}/check").data["items"] == 1
    back = kitchen.officer.put(f"{ROOT}/checklist", {"canteen_id": kitchen.canteen.id, "items": []}).data
    assert (back["is_own"], len(back["items"])) == (False, 12)
    assert kitchen.cook.put(f"{ROOT}/checklist", body).status == 403


def test_items_whose_words_stay_are_the_same_items():
    def item(number, text):
        return ChecklistItem(id=number, scheme="own", heading="甲", text=text, station_id=None)

    one, two = item(1, "一"), item(2, "二")
    wanted = [Wanted(Scheme.OWN, "甲", "三"), Wanted(Scheme.OWN, "甲", "一")]
    kept, new, retired = policies.changes([one, two], wanted)
    assert (kept, new, retired) == ([(one, 1)], [(wanted[0], 0)], [two])


def test_another_canteens_kitchen_is_not_found(kitchen, station, compound):
    from tests.canteen.kitchen import Kitchen

    other = Kitchen(compound)
    for path in (
        f"{ROOT}/stations/{station['id']}/check",
        f"{ROOT}/stations/by-code/{station['code']}",
        f"{ROOT}/day",
    ):
        query = {"canteen_id": kitchen.canteen.id} if path.endswith("day") else {}
        assert other.cook.get(path, **query).status == 404
        assert kitchen.someone.get(path, **query).status == 404


def test_two_phones_that_begin_a_checklist_share_it(kitchen, station):
    path = f"{ROOT}/stations/{station['id']}/check"
    sheet = kitchen.cook.get(path).data
    every = answers(sheet)

    def answer(place):
        return kitchen.cook.post(path, {"answers": [every[place]]}).status

    assert at_once([partial(answer, place) for place in range(4)]) == [200] * 4
    assert kitchen.cook.get(path).data["answered"] == 4


def test_the_codes_are_printed_to_hang_up(kitchen, station):
    answer = kitchen.officer.get(f"{ROOT}/stations/labels", canteen_id=kitchen.canteen.id)
    assert answer.body.startswith(b"%PDF")
