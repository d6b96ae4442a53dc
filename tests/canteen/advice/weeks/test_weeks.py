"""Suggested weeks through HTTP: from what is known, with reasons; adopted as drafts by a person."""

from datetime import date, time, timedelta

import pytest

from backend import clock
from backend.db import atomic, db
from canteen.advice.weeks import rules
from canteen.menu.models import Dish, Meal, MealDish, MealState
from canteen.waste import operations as waste
from canteen.waste.models import Kind
from tests.canteen.kitchen import Kitchen
from tests.factories import MONDAY, NINE
from tests.threads import at_once

# The week after the one in which the clock is held.
NEXT = MONDAY + timedelta(days=7)
LAST = MONDAY - timedelta(days=7)


class Week(Kitchen):
    """A kitchen with a library, and lunches of two meat dishes, a vegetable and rice all of last week."""

    def __init__(self, compound):
        super().__init__(compound)
        self.meats = [self.dish(f"红烧肉{n}") for n in range(10)]
        self.halal = [self.dish(f"清炖羊肉{n}", tags=["halal"], cost_fen_per_kg=4_000) for n in range(4)]
        self.greens = [self.dish(f"清炒青菜{n}", category="vegetable", tags=["vegetarian"]) for n in range(9)]
        self.rice = self.dish("米饭", category="staple")
        for day in range(5):
            dishes = [self.meats[day], self.halal[0], self.greens[day], self.rice]
            self.meal(dishes, LAST + timedelta(days=day))

    def suggest(self, by=None, on=NEXT, **fields):
        path = f"/canteen/canteens/{self.canteen.id}/menu-proposals"
        return (by or self.manager).post(path, {"date": on.isoformat(), **fields})

    def menus(self):
        db.session.rollback()
        rows = db.session.query(Meal, MealDish.dish_id).join(MealDish)
        rows = rows.filter(Meal.canteen_id == self.canteen.id, Meal.served_on >= NEXT)
        found = {}
        for meal, dish_id in rows.order_by(MealDish.position):
            found.setdefault((meal.served_on, meal.state), []).append(dish_id)
        return found


@pytest.fixture
def week(compound):
    with clock.at(NINE):
        yield Week(compound)


def dishes_of(proposal):
    return {
        (meal["date"], meal["period"]): [one["dish_id"] for one in meal["dishes"]]
        for meal in proposal["meals"]
    }


def test_a_week_is_suggested_after_the_pattern_with_reasons_and_what_it_would_change(week):
    answer = week.suggest()

    assert answer.status == 201
    proposal = answer.data
    meals = dishes_of(proposal)
    assert [day for day, _ in meals] == [(NEXT + timedelta(days=n)).isoformat() for n in range(5)]
    by_id = {one.id: one for one in [*week.meats, *week.halal, *week.greens, week.rice]}
    for ids in meals.values():
        assert sorted(by_id[one].category for one in ids) == ["meat", "meat", "staple", "vegetable"]
        assert any("halal" in by_id[one].tags for one in ids)
        assert any("vegetarian" in by_id[one].tags for one in ids)
    # Four dishes for five days: one comes again early, and says why.
    early = [one for meal in proposal["meals"] for one in meal["dishes"] if one["is_early"]]
    assert [one["cover"] for one in early] == ["halal"]
    assert early[0]["reasons"][0] == "保证当天有清真菜；菜库中这类菜不够，间隔不足而提前重复"
    assert all(one["reasons"] for meal in proposal["meals"] for one in meal["dishes"])
    # Saturday and Sunday are skipped and listed.
    assert [one["date"] for one in proposal["skipped"]] == [
        (NEXT + timedelta(days=n)).isoformat() for n in (5, 6)
    ]
    assert "食堂不开放" in proposal["skipped"][0]["text"]
    # Beside the menu that copying last week would give.
    assert proposal["copied_monday"] == LAST.isoformat()
    figures = {one["key"]: one for one in proposal["figures"]}
    assert (figures["too_soon"]["copied"], figures["too_soon"]["better"]) == (4, True)
    assert figures["too_soon"]["proposed"] == 1
    assert figures["distinct"]["copied"] == 12
    assert figures["distinct"]["difference"] == figures["distinct"]["proposed"] - 12 > 0
    assert figures["halal_days"] | {"name": "", "unit": ""} == {
        "key": "halal_days",
        "name": "",
        "unit": "",
        "proposed": 5,
        "copied": 5,
        "difference": 0,
        "better": None,
    }
    for meal in proposal["meals"]:
        added = {one["dish_id"] for one in meal["change"]["added"]}
        assert len(added) + meal["change"]["kept"] == len(meal["dishes"])
    # It is read again as it was made, listed, and nothing was published or drafted.
    assert week.manager.get(f"/canteen/menu-proposals/{proposal['id']}").data == proposal
    (row,) = week.manager.get("/canteen/menu-proposals", state="open").data["list"]
    assert (row["id"], row["dishes"], row["gaps"]) == (proposal["id"], 20, 0)
    assert week.menus() == {}


def test_what_is_known_of_dishes_turns_the_choice(week):
    liked, left, closed_off = week.meats[5], week.meats[6], week.meats[7]
    month = NEXT.month
    ripe = week.ingredient("冬瓜", season_months=[month], is_halal=True)
    egg = week.ingredient("鸡蛋", category="egg", allergens=["egg"])
    week.recipe(week.greens[8], {ripe: 200})
    week.recipe(closed_off, {egg: 200})  # The dish does not declare eggs.
    week.meal([left], MONDAY - timedelta(days=20))

    @atomic
    def weigh():
        for kind, grams in ((Kind.SERVE_DELTA, 4_000), *[(Kind.DISH_LEFTOVER, 400)] * 6):
            waste.record(
                canteen_id=week.canteen.id,
                served_on=MONDAY - timedelta(days=20),
                period="lunch",
                kind=kind,
                net_g=grams,
                entered_by=1,
                dish_id=left.id,
            )

    weigh()
    week.compound.rule(rules.POPULARITY, 0, week.canteen.id)

    proposal = week.suggest().data

    chosen = [one for meal in proposal["meals"] for one in meal["dishes"]]
    ids = {one["dish_id"] for one in chosen}
    # 60 % of it was left over; there are others.
    assert left.id not in ids
    assert liked.id in ids
    # What cannot be published, and what its recipe contradicts, is not suggested.
    assert closed_off.id not in ids
    assert {
        "date": None,
        "period": None,
        "text": f"「{closed_off.name}」的配方含有蛋类，菜品未声明，未参与建议",
    } in proposal["skipped"]
    reasons = next(one["reasons"] for one in chosen if one["dish_id"] == week.greens[8].id)
    assert f"冬瓜当季（{month} 月）" in reasons


def test_adopting_makes_drafts_once_and_keeps_what_people_made(week):
    proposal = week.suggest().data
    path = f"/canteen/menu-proposals/{proposal['id']}/adoption"
    days = [NEXT + timedelta(days=n) for n in range(5)]
    week.meal([week.meats[9]], days[0])  # Published meanwhile.
    week.meal([week.meats[9]], days[1], state=MealState.DRAFT.value)
    meals = dishes_of(proposal)

    # Neither the cook nor somebody else's manager.
    assert week.cook.post(path, {}).status == 403
    assert (
        week.manager.post(path, {"meals": [{"date": days[0].isoformat(), "period": "dinner"}]}).status == 422
    )
    answer = week.manager.post(path, {})

    assert answer.status == 200
    assert [one["date"] for one in answer.data["created"]] == [each.isoformat() for each in days[2:]]
    assert [one["msg"] for one in answer.data["skipped"]] == [
        "11月30日午餐：菜单已发布，保留原样",
        "12月1日午餐：已有草稿，保留原样",
    ]
    menus = week.menus()
    assert menus[days[2], "draft"] == meals[days[2].isoformat(), "lunch"]
    assert menus[days[0], "published"] == menus[days[1], "draft"] == [week.meats[9].id]
    assert len(menus) == 5
    # It is done once.
    again = week.manager.post(path, {})
    assert (again.status, again.error) == (409, "canteen.menu_proposal_decided")
    assert week.menus() == menus


def test_a_draft_is_replaced_where_somebody_says_so_and_dishes_out_of_use_stay_out(week):
    proposal = week.suggest().data
    day = NEXT.isoformat()
    week.meal([week.meats[9]], NEXT, state=MealState.DRAFT.value)
    gone = dishes_of(proposal)[day, "lunch"][0]

    @atomic
    def retire():
        db.session.get(Dish, gone).is_active = False

    retire()
    answer = week.manager.post(
        f"/canteen/menu-proposals/{proposal['id']}/adoption",
        {"meals": [{"date": day, "period": "lunch"}], "replace_drafts": True},
    )

    (one,) = answer.data["replaced"]
    assert (one["dishes"], "已停用的「" in one["msg"]) == (3, True)
    assert week.menus() == {(NEXT, "draft"): dishes_of(proposal)[day, "lunch"][1:]}


def test_asking_again_gives_another_week_and_replaces_the_open_one(week):
    first = week.suggest().data
    second = week.suggest().data

    assert (first["seed"], second["seed"]) == (0, 1)
    assert dishes_of(week.suggest(seed=0).data) == dishes_of(first)
    rows = week.manager.get("/canteen/menu-proposals", canteen_id=week.canteen.id).data["list"]
    assert [one["state"] for one in rows] == ["open", "dismissed", "dismissed"]
    laid = week.manager.post(f"/canteen/menu-proposals/{rows[0]['id']}/dismissal", {"reason": "另有安排"})
    assert (laid.data["state"], laid.data["reason"]) == ("dismissed", "另有安排")
    assert week.manager.post(f"/canteen/menu-proposals/{rows[0]['id']}/dismissal", {}).status == 409


def test_who_may_not_and_what_cannot_be_suggested(week):
    other = week.compound.canteen()
    week.compound.period(other)
    stranger = week.person("canteen_manager", canteen=other)[1]

    assert week.suggest(by=stranger).status == 404
    assert week.suggest(by=week.cook).status == 403
    proposal = week.suggest().data
    assert stranger.get(f"/canteen/menu-proposals/{proposal['id']}").status == 404
    assert stranger.get("/canteen/menu-proposals").data["total"] == 0
    # A week that is over, and a canteen without any menu yet.
    assert week.suggest(on=LAST).error == "canteen.menu_nothing_to_propose"
    answer = stranger.post(f"/canteen/canteens/{other.id}/menu-proposals", {"date": NEXT.isoformat()})
    assert (answer.status, answer.error) == (409, "canteen.menu_pattern_unknown")


def test_two_who_ask_or_adopt_at_once_leave_one_open_and_one_set_of_drafts(week):
    manager = week.manager  # Logged in before there are threads.

    answers = at_once([lambda: week.suggest(by=manager) for _ in range(3)])

    assert [one.status for one in answers] == [201] * 3
    rows = week.manager.get("/canteen/menu-proposals", state="open").data["list"]
    assert len(rows) == 1
    path = f"/canteen/menu-proposals/{rows[0]['id']}/adoption"
    statuses = sorted(one.status for one in at_once([lambda: manager.post(path, {}) for _ in range(3)]))
    assert statuses == [200, 409, 409]
    assert len(week.menus()) == 5


def test_the_week_of_a_holiday_skips_its_days(week):
    with clock.at(clock.at_local(date(2026, 9, 21), time(9))):
        week.meal([week.meats[0], week.rice], date(2026, 9, 18))
        proposal = week.suggest(on=date(2026, 10, 1)).data
    dates = {meal["date"] for meal in proposal["meals"]}
    assert dates.isdisjoint({"2026-10-01", "2026-10-02"})
    assert any("国庆" in one["text"] for one in proposal["skipped"])
