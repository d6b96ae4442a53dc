"""The rules of periods as versions: planned changes, and what judged a meal."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.db import db
from canteen.menu import policies
from canteen.menu.models import Meal, Period
from canteen.menu.policies import Cutoff, PeriodRules, PeriodVersion
from tests.canteen.menu.kitchen import TUESDAY, problems
from tests.factories import LONG_AGO, MONDAY, NINE

WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)
KEY = "canteen.meal_period"


def rules(**changes):
    usual = {
        "period": "lunch",
        "name": "午餐",
        "is_active": True,
        "window_from": "11:30",
        "window_until": "12:30",
        "order_cutoff": {"days": 0, "time": None, "minutes": 90},
        "cancel_cutoff": {"days": 0, "time": None, "minutes": 90},
        "pickup_lead_minutes": 30,
    }
    return {**usual, **changes}


def change(kitchen, *, at=None, reason=None, **changes):
    body = {"canteen_id": kitchen.canteen.id, "periods": [rules(**changes)]}
    if at is not None:
        body["effective_at"] = clock.local(at).isoformat()
    if reason is not None:
        body["reason"] = reason
    return kitchen.manager.put("/canteen/admin/periods", body)


def history(kitchen, period="lunch"):
    address = {"scope_id": kitchen.canteen.id, "variant": period}
    return kitchen.manager.get(f"/rules/{KEY}/history", **address).data["list"]


def published(kitchen, on):
    """A meal published for that day: when it serves from, and the version that judged it."""
    kitchen.draft(kitchen.dish(), on=on)
    assert kitchen.publish(on).status == 200
    db.session.rollback()
    meal = db.session.scalars(select(Meal).where(Meal.served_on == on)).one()
    return f"{clock.local(meal.serves_from):%H:%M}", meal.rule_version_id


def test_a_planned_change_judges_the_meals_that_are_served_from_then_on(kitchen):
    answer = change(kitchen, window_from="11:00", at=clock.at_local(THURSDAY, time.min), reason="冬季作息")
    assert answer.data["periods"] == [rules()]
    (planned,) = answer.data["planned"]
    assert planned["effective_at"] == "2026-11-26T00:00:00+08:00"
    assert planned["rules"] == rules(window_from="11:00")
    new, old = history(kitchen)
    assert (new["reason"], new["state"], old["state"]) == ("冬季作息", "planned", "in_force")
    assert planned["version_id"] == new["id"]
    assert published(kitchen, WEDNESDAY) == ("11:30", old["id"])
    assert published(kitchen, THURSDAY) == ("11:00", new["id"])


def test_a_published_meal_keeps_the_version_that_judged_it(kitchen):
    before = published(kitchen, TUESDAY)
    assert change(kitchen, window_from="11:00").status == 200
    after = published(kitchen, WEDNESDAY)
    assert [one["id"] for one in history(kitchen)] == [after[1], before[1]]
    db.session.rollback()
    meal = db.session.scalars(select(Meal).where(Meal.served_on == TUESDAY)).one()
    assert (f"{clock.local(meal.serves_from):%H:%M}", meal.rule_version_id) == before


def test_the_history_tells_the_old_and_the_new_in_a_sentence(kitchen):
    change(kitchen, order_cutoff={"days": 1, "time": "16:00", "minutes": None}, is_active=False)
    new, old = (one["text"] for one in history(kitchen))
    assert old == (
        "午餐 11:30–12:30 供餐，订餐截止为供餐前 90 分钟，取消截止为供餐前 90 分钟，供餐前 30 分钟开始取餐"
    )
    assert new.startswith("午餐 11:30–12:30 供餐，订餐截止为前一日 16:00，")
    assert new.endswith("，已停用")


def test_a_meal_has_the_name_of_its_day(kitchen):
    dish = kitchen.dish()
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, WEDNESDAY)
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, THURSDAY)
    change(kitchen, name="中餐", at=clock.at_local(THURSDAY, time.min))
    assert kitchen.menu(WEDNESDAY)["periods"][0]["name"] == "午餐"
    assert kitchen.menu(THURSDAY)["periods"][0]["name"] == "中餐"


def test_a_period_that_ends_later_is_served_until_then(kitchen):
    dish = kitchen.dish()
    change(kitchen, is_active=False, at=clock.at_local(THURSDAY, time.min))
    assert kitchen.set_menu((dish, 5), on=WEDNESDAY).status == 200
    assert kitchen.set_menu((dish, 5), on=THURSDAY).error == "canteen.period_not_configured"
    kitchen.draft(dish, on=THURSDAY)
    assert [one[3] for one in problems(kitchen.publish(THURSDAY))] == ["period_not_configured"]
    assert kitchen.publish(WEDNESDAY).status == 200


def test_a_week_is_copied_to_the_days_on_which_the_period_is_served(kitchen):
    for day in range(5):
        kitchen.draft(kitchen.dish(), on=MONDAY + timedelta(days=day))
    change(kitchen, is_active=False, at=clock.at_local(MONDAY + timedelta(days=9), time.min))
    body = {"canteen_id": kitchen.canteen.id, "from_date": "2026-11-23", "to_date": "2026-11-30"}
    copied = kitchen.manager.post("/canteen/admin/menus/copy-week", body).data
    assert [one["date"] for one in copied["created"]] == ["2026-11-30", "2026-12-01"]
    skipped = [one["date"] for one in copied["skipped"] if one["reason"] == "period_not_configured"]
    assert skipped == ["2026-12-02", "2026-12-03", "2026-12-04"]


def test_a_change_in_the_past_is_refused(kitchen):
    answer = change(kitchen, name="中餐", at=NINE - timedelta(minutes=1))
    assert (answer.status, answer.error) == (422, "rules.effective_in_past")
    assert len(history(kitchen)) == 1


def decide(kitchen, value, **fields):
    body = {
        "scope_id": kitchen.canteen.id,
        "variant": "lunch",
        "value": value,
        "reason": "试一试",
        "seen_version_id": history(kitchen)[0]["id"],
        **fields,
    }
    return kitchen.manager.put(f"/rules/{KEY}", body)


def test_a_period_may_be_decided_like_any_rule(kitchen):
    dish = kitchen.dish()
    kitchen.compound.meal(kitchen.canteen, {dish: 5})
    assert kitchen.menu()["periods"][0]["name"] == "午餐"
    answer = decide(kitchen, rules(name="中餐"))
    assert (answer.data["value"], answer.data["variant_name"]) == (rules(name="中餐"), "午餐")
    assert answer.data["control"] == ""
    # The cached menu shows it at once, too.
    assert kitchen.menu()["periods"][0]["name"] == "中餐"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"period": "dinner"}, "canteen.invalid_period"),
        ({"window_until": "11:30"}, "canteen.invalid_period"),
        ({"order_cutoff": {"days": 0, "time": None, "minutes": None}}, "canteen.invalid_period"),
        ({"order_cutoff": {"minutes": 90}}, "rules.value_invalid"),
        ({"order_cutoff": None}, "rules.value_invalid"),
        ({"order_cutoff": {"days": 15, "time": "09:00", "minutes": None}}, "rules.value_invalid"),
        ({"window_from": "9:00"}, "rules.value_invalid"),
        ({"window_from": 9}, "rules.value_invalid"),
        ({"name": " "}, "rules.value_invalid"),
        ({"name": "午" * 21}, "rules.value_invalid"),
        ({"is_active": "yes"}, "rules.value_invalid"),
        ({"period": "brunch"}, "rules.value_invalid"),
        ({"period": ["lunch"]}, "rules.value_invalid"),
        ({"pickup_lead_minutes": -1}, "rules.value_invalid"),
        ({"surprise": 1}, "rules.value_invalid"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(kitchen, changes, error):
    answer = decide(kitchen, rules(**changes))
    assert (answer.status, answer.error) == (422, error)
    assert len(history(kitchen)) == 1


@pytest.mark.parametrize("value", [None, 5, "lunch", [], {}])
def test_a_period_is_an_object(kitchen, value):
    assert decide(kitchen, value).status == 422


def version(number, effective_at, window_from=time(11, 30)):
    cutoff = Cutoff(minutes=0)
    found = PeriodRules(Period.LUNCH, "午餐", True, window_from, time(13), cutoff, cutoff, None)
    return PeriodVersion(number, found, effective_at)


@pytest.mark.parametrize(
    ("effective_at", "window_from", "judges"),
    [
        (clock.at_local(MONDAY, time.min), time(11, 30), 2),
        (clock.at_local(MONDAY, time(11, 30)), time(11, 30), 2),
        (clock.at_local(MONDAY, time(11, 30, 1)), time(11, 30), 1),
        # It is the window of the new rules that must not have opened yet.
        (clock.at_local(MONDAY, time(11)), time(10), 1),
        (clock.at_local(TUESDAY, time.min), time(11, 30), 1),
    ],
)
def test_a_meal_is_judged_by_the_last_version_in_force_when_its_window_opens(
    effective_at, window_from, judges
):
    versions = [version(1, LONG_AGO), version(2, effective_at, window_from)]
    assert policies.serving(versions, MONDAY).id == judges


def test_before_any_version_no_meal_is_served():
    assert policies.serving([version(1, clock.at_local(TUESDAY, time.min))], MONDAY) is None
    assert policies.serving([], MONDAY) is None
