"""Measures, and what came of them: equal windows, with base, coverage and weekdays."""

from datetime import date, timedelta

import pytest

from backend.actor import ScopeKind
from canteen.waste.measures import policies
from canteen.waste.models import Kind
from tests.factories import MONDAY

MEASURES = "/canteen/admin/waste/measures"
TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("from_on", "until_on", "days", "first_before"),
    [
        ("2026-12-01", None, None, None),  # begins today: no day of it is over
        ("2026-12-05", None, None, None),
        ("2026-11-30", None, 1, "2026-11-29"),
        ("2026-11-25", None, 6, "2026-11-19"),
        ("2026-11-23", None, 7, "2026-11-16"),  # 8 days over: one whole week
        ("2026-11-12", None, 14, "2026-10-29"),
        ("2026-01-05", None, 28, "2025-12-08"),
        ("2026-11-16", "2026-11-18", 3, "2026-11-13"),
        ("2026-11-30", "2026-12-31", 1, "2026-11-29"),
    ],
)
def test_the_windows_are_equal_and_whole_weeks_where_there_is_one(from_on, until_on, days, first_before):
    ends = date.fromisoformat(until_on) if until_on else None
    found = policies.windows(date.fromisoformat(from_on), ends, TODAY)

    if days is None:
        assert found is None
        return
    assert found is not None
    assert (found.before.days, found.after.days) == (days, days)
    assert found.before.from_on.isoformat() == first_before
    assert found.before.until_on + timedelta(days=1) == found.after.from_on == date.fromisoformat(from_on)


def body(pantry, **fields):
    """Something done from the second Monday on."""
    return {"canteen_id": pantry.canteen.id, "kind": "sign", "title": "光盘标识", **fields}


def test_an_effect_states_base_coverage_and_weekdays(pantry):
    for day, grams in ((-7, 5_500), (-6, 5_500), (-5, 5_500), (0, 4_000), (1, 4_000), (2, 4_000)):
        pantry.lunch(day)
        pantry.plates(day, grams, 100)
    pantry.lunch(-4)
    made = pantry.manager.post(MEASURES, body(pantry, from_date=MONDAY.isoformat()))
    assert made.status == 201

    found = pantry.manager.get(f"{MEASURES}/{made.data['id']}/effect").data

    assert found["change"]["percent"] == -27.3  # 55 → 40 g: computed, never "nearly 40 %"
    assert found["before"] == {"from_date": "2026-11-16", "to_date": "2026-11-22"}
    assert found["after"] == {"from_date": "2026-11-23", "to_date": "2026-11-29"}
    assert found["weekdays_before"] == found["weekdays_after"] == [1, 1, 1, 0, 0, 0, 0]
    assert found["text"] == (
        "实施前 7 天 55.0 克/人·餐，实施后 7 天 40.0 克/人·餐，下降 27.3%"
        "（称重覆盖：前 3/4 餐，75.0%，后 3/3 餐，100.0%）"
    )


def test_too_little_behind_an_effect_says_so(pantry):
    pantry.lunch(0)
    pantry.plates(0, 4_000, 100)
    made = pantry.manager.post(MEASURES, body(pantry, from_date=MONDAY.isoformat())).data

    found = pantry.manager.get(f"{MEASURES}/{made['id']}/effect").data

    assert (found["change"]["percent"], found["same_weekdays"]) == (None, False)
    fresh = pantry.manager.post(MEASURES, body(pantry, from_date=TODAY.isoformat())).data
    begun = pantry.manager.get(f"{MEASURES}/{fresh['id']}/effect").data
    assert (begun["before"], begun["text"]) == (None, "措施刚开始，尚无可比数据")


def test_a_measure_for_a_dish_is_judged_by_its_leftovers(pantry):
    for day, left in ((-7, 400), (0, 200)):
        pantry.lunch(day)
        pantry.weigh(day, kind=Kind.SERVE_DELTA, dish=pantry.pork, net_g=2_000)
        for _ in range(5):
            pantry.weigh(day, kind=Kind.DISH_LEFTOVER, dish=pantry.pork, net_g=left // 5)
    fields = {"kind": "half_first", "dish_id": pantry.pork.id, "from_date": MONDAY.isoformat()}
    made = pantry.manager.post(MEASURES, body(pantry, **fields)).data

    found = pantry.manager.get(f"{MEASURES}/{made['id']}/effect").data

    assert (found["base"]["value"], found["now"]["value"], found["change"]["percent"]) == (20.0, 10.0, -50.0)
    assert found["measure"]["dish"] == "红烧肉"


def test_a_measure_is_changed_and_withdrawn_by_those_who_manage_waste(pantry):
    made = pantry.manager.post(MEASURES, body(pantry, from_date=MONDAY.isoformat())).data
    path, new = f"{MEASURES}/{made['id']}", {"kind": "sign", "title": "新标识", "from_date": "2026-11-23"}
    other = pantry.compound.canteen()
    roles = {"canteen_manager": (ScopeKind.CANTEEN, other.id)}
    stranger = pantry.compound.client(pantry.compound.staff(roles=roles))

    assert pantry.client("canteen_staff").put(path, new).status == 403
    assert stranger.put(path, new).error == "waste.measure_not_found"
    assert stranger.get(f"{path}/effect").error == "waste.measure_not_found"
    assert pantry.manager.put(path, {**new, "until_date": "2026-11-22"}).error == "waste.measure_invalid"
    foreign = pantry.compound.dish(other)
    assert pantry.manager.put(path, {**new, "dish_id": foreign.id}).error == "waste.measure_invalid"

    changed = pantry.manager.put(path, {**new, "until_date": "2026-11-30"}).data
    assert (changed["title"], changed["until_date"], changed["kind_name"]) == (
        *("新标识", "2026-11-30"),
        "张贴标识",
    )
    assert pantry.manager.get(MEASURES).data["total"] == 1
    assert stranger.get(MEASURES).data["total"] == 0

    assert pantry.manager.delete(path).data["is_withdrawn"] is True
    assert pantry.manager.delete(path).data["is_withdrawn"] is True
    assert pantry.manager.put(path, new).error == "waste.measure_withdrawn"
    assert pantry.manager.get(MEASURES).data["total"] == 0
    assert pantry.manager.get(MEASURES, with_withdrawn="true").data["total"] == 1
