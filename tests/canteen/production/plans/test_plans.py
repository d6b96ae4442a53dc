"""Preparation plans over HTTP: from the bookings to what was cooked, issued and spent."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from backend import clock
from backend.db import atomic, db
from canteen.ordering import services as ordering_services
from canteen.ordering.models import Order, OrderState
from canteen.production.forecasts.models import DishForecast, MealForecast
from canteen.production.plans import following, queries
from canteen.purchasing.orders.models import PurchaseRequest
from canteen.purchasing.stock.models import Batch, Movement
from canteen.purchasing.tracing import dishes
from tests.factories import MONDAY

NUTRITION = {"protein_g": 20, "fat_g": 5, "carbohydrate_g": 0, "sodium_mg": 60}


class Meal:
    """A lunch of two dishes with recipes and one without."""

    def __init__(self, kitchen):
        self.kitchen = kitchen
        self.pork = kitchen.ingredient("五花肉", category="meat", energy_kcal=400, **NUTRITION)
        self.rice = kitchen.ingredient("大米", category="grain", energy_kcal=350, **NUTRITION)
        self.salt = kitchen.ingredient("盐", category="seasoning")
        self.braised = kitchen.dish("红烧肉", weight_g=200)
        self.steamed = kitchen.dish("米饭", category="staple", weight_g=150)
        self.soup = kitchen.dish("例汤", category="soup", weight_g=250, energy_kcal=20)
        self.recipe = kitchen.recipe(
            self.braised,
            {self.pork: 1500, self.salt: 10},
            1000,
            steps=[{"text": "切块焯水", "minutes": 10}, {"text": "小火焖", "minutes": 40}],
        )
        kitchen.recipe(self.steamed, {self.rice: 430, self.salt: 1}, 1000, station="staple")
        self.meal = kitchen.meal([self.braised, self.steamed, self.soup])

    def book(self, quantity=12, dish=None):
        self.kitchen.book(self.meal, dish or self.braised, quantity)

    def make(self):
        return self.kitchen.manager.post(f"/canteen/meals/{self.meal.id}/plan").data

    def confirmed(self, **portions):
        """A confirmed plan of so many portions of each dish."""
        plan = self.make()
        self.change(plan, **portions)
        return self.kitchen.manager.post(f"/canteen/plans/{plan['id']}/confirm", {}).data

    def change(self, plan, by=None, **portions):
        dishes = {"braised": self.braised, "steamed": self.steamed, "soup": self.soup}
        wanted = [{"dish_id": dishes[name].id, "portions": count} for name, count in portions.items()]
        body = {"diners": 30, "dishes": wanted}
        return (by or self.kitchen.manager).put(f"/canteen/plans/{plan['id']}", body)


@pytest.fixture
def lunch(kitchen):
    return Meal(kitchen)


def dish_of(plan, dish):
    return next(one for one in plan["dishes"] if one["dish_id"] == dish.id)


def test_without_a_forecast_a_plan_begins_with_what_is_booked(kitchen, lunch):
    lunch.book(3)
    kitchen.book(lunch.meal, lunch.braised, 1, "half")
    proposal = kitchen.cook.get(f"/canteen/meals/{lunch.meal.id}/plan-proposal").data
    plan = lunch.make()
    assert (plan["basis"], plan["state"], plan["diners"]) == ("bookings", "draft", 2)
    assert plan["basis_reason"] == proposal["reason"]
    braised = dish_of(plan, lunch.braised)
    assert (braised["booked"], braised["portions"], braised["planned_g"]) == (4, 4, 800)  # 3.5 portions
    assert (braised["recipe_id"], braised["recipe_version"]) == (lunch.recipe.id, 1)
    assert [(one["kind"], one["portions"], one["cooked_g"]) for one in braised["batches"]] == [
        ("first", 4, 800)
    ]
    assert dish_of(plan, lunch.soup)["station"] == "soup"

    again = kitchen.manager.post(f"/canteen/meals/{lunch.meal.id}/plan")
    assert (again.status, again.error) == (409, "canteen.plan_exists")
    assert kitchen.cook.post(f"/canteen/meals/{lunch.meal.id}/plan").status == 403
    listed = kitchen.cook.get("/canteen/plans", canteen_id=kitchen.canteen.id).data["list"]
    assert [(one["meal_id"], one["plan_id"], one["state"]) for one in listed] == [
        (lunch.meal.id, plan["id"], "draft")
    ]
    missing = kitchen.cook.get("/canteen/plans", canteen_id=kitchen.canteen.id, state="missing")
    assert missing.data["list"] == []


def forecast(kitchen, meal, chosen, dishes):
    """A forecast of a meal: so many diners, and so many portions of each dish."""
    made = MealForecast(
        canteen_id=kitchen.canteen.id,
        served_on=meal.served_on,
        period=meal.period,
        horizon="next_day",
        method="ratio",
        made_at=clock.now(),
        bookings=100,
        expected=chosen - 3,
        low=chosen - 9,
        high=chosen + 3,
        level_percent=80,
        chosen=chosen,
        levels=[],
        reason="已订 100 份，近 10 次实到为预订的 94 %",
    )
    made.dishes = [
        DishForecast(dish_id=dish.id, expected=count, low=count, high=count, chosen=count, reason="")
        for dish, count in dishes.items()
    ]

    @atomic
    def write():
        db.session.add(made)

    write()


def test_a_plan_begins_with_the_newest_forecast_and_says_why(kitchen, lunch):
    lunch.book(3, lunch.soup)
    forecast(kitchen, lunch.meal, 80, {lunch.braised: 50})
    forecast(kitchen, lunch.meal, 94, {lunch.braised: 60, lunch.steamed: 90})
    plan = lunch.make()
    assert (plan["basis"], plan["diners"], plan["proposed_diners"]) == ("forecast", 94, 94)
    assert "94 %" in plan["basis_reason"]
    # What the forecast does not speak of is planned as it is booked.
    assert [one["portions"] for one in plan["dishes"]] == [60, 90, 3]
    assert [one["portions"] for one in plan["dishes"][0]["batches"]] == [36, 24]


def test_a_draft_of_a_menu_has_no_plan(kitchen, lunch):
    draft = kitchen.meal([lunch.soup], period="dinner", state="draft")
    refused = kitchen.manager.post(f"/canteen/meals/{draft.id}/plan")
    assert (refused.status, refused.error) == (409, "canteen.plan_needs_menu")


def test_case_8_less_than_is_booked_is_not_confirmed_without_a_word(kitchen, lunch):
    lunch.book(12)
    plan = lunch.make()
    lunch.book(1)  # After the plan was made, before the list is frozen.
    with clock.at(kitchen.at(10, 1)):
        ordering_services.freeze_due_meals()
        path = f"/canteen/plans/{plan['id']}/confirm"
        refused = kitchen.manager.post(path, {})
        assert (refused.status, refused.error) == (409, "canteen.plan_below_bookings")
        assert refused.envelope["data"]["dishes"] == [
            {"dish_id": lunch.braised.id, "dish": "红烧肉", "portions": 12, "booked": 13}
        ]
        told = kitchen.manager.post(path, {"shortage_reason": "近十次实到九成"}).data
        assert (told["state"], told["shortage_reason"]) == ("confirmed", "近十次实到九成")

        kitchen.manager.post(f"/canteen/plans/{plan['id']}/reopen")
        renewed = kitchen.manager.post(f"/canteen/plans/{plan['id']}/renew", {}).data
        assert dish_of(renewed, lunch.braised)["portions"] == 13
        enough = kitchen.manager.post(path, {"shortage_reason": "多余的话"}).data
        assert (enough["state"], enough["shortage_reason"]) == ("confirmed", "")


def test_a_manager_changes_the_draft_and_nobody_undoes_it_unseen(kitchen, lunch):
    plan = lunch.make()
    path = f"/canteen/plans/{plan['id']}"
    at = [kitchen.at(11, 20).isoformat(), kitchen.at(12, 0).isoformat()]
    wanted = {
        "dish_id": lunch.braised.id,
        "portions": 100,
        "batches": [{"at": at[0], "portions": 70}, {"at": at[1], "portions": 30}],
        "note": "少糖",
    }
    body = {"revision": 1, "diners": 90, "dishes": [wanted]}
    changed = kitchen.manager.put(path, body).data
    braised = dish_of(changed, lunch.braised)
    assert [(one["kind"], one["portions"], one["cooked_g"]) for one in braised["batches"]] == [
        ("first", 70, 14_000),
        ("refill", 30, 6_000),
    ]
    assert (braised["note"], changed["revision"], changed["diners"]) == ("少糖", 2, 90)
    stale = kitchen.manager.put(path, body)
    assert (stale.status, stale.error, stale.envelope["data"]["revision"]) == (409, "canteen.plan_changed", 2)
    wanted["portions"] = 101
    wrong = kitchen.manager.put(path, {**body, "revision": 2})
    assert (wrong.status, wrong.error) == (422, "canteen.batches_wrong")
    other = kitchen.dish()
    unknown = {"diners": 1, "dishes": [{"dish_id": other.id, "portions": 1}]}
    assert kitchen.manager.put(path, unknown).error == "canteen.plan_dish_unknown"
    kitchen.manager.post(f"{path}/confirm", {})
    assert lunch.change(plan, braised=5).error == "canteen.plan_state"


def test_a_plan_keeps_the_recipe_that_it_was_confirmed_with(kitchen, lunch):
    plan = lunch.confirmed(braised=10)
    lines = [{"ingredient_id": lunch.pork.id, "raw_g": 2000}]
    draft = {"yield_g": 1000, "station": "hot", "lines": lines}
    made = kitchen.manager.put(f"/canteen/dishes/{lunch.braised.id}/recipe-draft", draft).data
    kitchen.manager.post(f"/canteen/recipes/{made['id']}/approve")
    needs = kitchen.cook.get(f"/canteen/plans/{plan['id']}/ingredients").data["list"]
    assert {one["name"]: one["need_g"] for one in needs} == {"五花肉": 3000, "盐": 20}
    kitchen.manager.post(f"/canteen/plans/{plan['id']}/reopen")
    again = kitchen.manager.post(f"/canteen/plans/{plan['id']}/confirm", {}).data
    assert dish_of(again, lunch.braised)["recipe_version"] == 2


def test_needs_are_rounded_up_once_and_compared_with_the_store(kitchen, lunch):
    kitchen.batch(lunch.pork, 10_000, 30_000)
    plan = lunch.confirmed(braised=10, steamed=13, soup=4)
    data = kitchen.cook.get(f"/canteen/plans/{plan['id']}/ingredients").data
    found = {
        one["name"]: (one["need_g"], one["free_g"], one["short_g"], len(one["dishes"]))
        for one in data["list"]
    }
    # Salt: 20 g and 1.95 g; rice: 838.5 g.
    assert found == {"五花肉": (3000, 10_000, 0, 1), "大米": (839, 0, 839, 1), "盐": (22, 0, 22, 2)}
    assert data["without_recipe"] == [{"dish_id": lunch.soup.id, "name": "例汤"}]


def test_purchasing_is_asked_for_what_the_store_lacks_and_once(kitchen, lunch):
    kitchen.price(kitchen.supplier(), lunch.rice, 500, pack_g=500)
    kitchen.batch(lunch.pork, 2000, 6000)
    plan = lunch.confirmed(braised=10, steamed=13)
    path = f"/canteen/plans/{plan['id']}/purchase-request"
    first = kitchen.manager.post(path).data
    second = kitchen.manager.post(path).data
    assert second["request_id"] != first["request_id"]
    db.session.rollback()
    request = db.session.get(PurchaseRequest, second["request_id"])
    wanted = {line.ingredient_id: (line.needed_g, line.stock_g, line.wanted_g) for line in request.lines}
    assert wanted[lunch.rice.id] == (839, 0, 1000)
    assert wanted[lunch.pork.id] == (3000, 2000, 1000)
    assert kitchen.manager.get(f"/canteen/plans/{plan['id']}").data["purchase_request_id"] == request.id
    empty = kitchen.meal([lunch.soup], period="dinner")
    bare = kitchen.manager.post(f"/canteen/meals/{empty.id}/plan").data
    refused = kitchen.manager.post(f"/canteen/plans/{bare['id']}/purchase-request")
    assert refused.error == "canteen.plan_needs_nothing"


def test_the_store_issues_all_that_is_wanted_once_and_costs_agree_with_its_ledger(kitchen, lunch):
    for grams, fen in ((1000, 3333), (2500, 7001)):
        kitchen.batch(lunch.pork, grams, fen)
    kitchen.batch(lunch.rice, 839, 1001)
    kitchen.batch(lunch.salt, 500, 99)
    plan = lunch.confirmed(braised=10, steamed=13)
    path = f"/canteen/plans/{plan['id']}"
    slip = kitchen.storekeeper.get(f"{path}/issue-slip").data
    assert slip["short"] == []
    assert sum(line["wanted_g"] for line in slip["lines"]) == 3000 + 839 + 22
    assert kitchen.manager.post(f"{path}/issue", {"dish_ids": [lunch.braised.id]}).status == 200
    issued = kitchen.storekeeper.post(f"{path}/issue", {}).data
    assert all(line["wanted_g"] == 0 and line["issued_g"] == line["need_g"] for line in issued["lines"])

    def ledger():
        db.session.rollback()
        out = db.session.query(Movement).filter_by(meal_id=lunch.meal.id).all()
        gone = sum(row.cost_fen - row.remaining_cost_fen for row in db.session.query(Batch))
        return len(out), -sum(row.delta_g for row in out), -sum(row.cost_fen for row in out), gone

    count, grams, fen, gone = ledger()
    assert (grams, fen) == (3861, gone)
    kitchen.storekeeper.post(f"{path}/issue", {})
    assert ledger()[0] == count

    costs = kitchen.cook.get(f"{path}/costs").data
    assert costs["total_fen"] == gone == sum(one["actual_fen"] for one in costs["dishes"])
    assert (costs["diners"], costs["per_diner_fen"], costs["shared_fen"]) == (0, None, 0)
    assert kitchen.cook.post(f"{path}/issue", {}).status == 403


def test_what_is_short_is_named_and_nothing_is_issued(kitchen, lunch):
    kitchen.batch(lunch.pork, 2999, 9000)
    kitchen.batch(lunch.salt, 500, 99)
    plan = lunch.confirmed(braised=10, steamed=13)
    path = f"/canteen/plans/{plan['id']}"
    slip = kitchen.storekeeper.get(f"{path}/issue-slip").data
    assert [(one["name"], one["wanted_g"], one["free_g"]) for one in slip["short"]] == [
        ("五花肉", 3000, 2999),
        ("大米", 839, 0),
    ]
    refused = kitchen.storekeeper.post(f"{path}/issue", {})
    assert (refused.status, refused.error) == (409, "canteen.stock_short")
    assert {one["ingredient"] for one in refused.envelope["data"]["short"]} == {"五花肉", "大米"}
    db.session.rollback()
    assert db.session.query(Movement).filter_by(meal_id=lunch.meal.id).count() == 0
    draft = kitchen.meal([lunch.soup], period="dinner")
    bare = kitchen.manager.post(f"/canteen/meals/{draft.id}/plan").data
    assert kitchen.storekeeper.post(f"/canteen/plans/{bare['id']}/issue", {}).error == "canteen.plan_state"


def test_what_was_cooked_and_left_is_entered_corrected_and_told(kitchen, lunch, monkeypatch):
    told = []
    monkeypatch.setattr(following, "_FOLLOWERS", [lambda actor, change: told.append(change)])
    plan = lunch.confirmed(braised=10, steamed=13, soup=0)
    path = f"/canteen/plans/{plan['id']}"
    actual = f"{path}/dishes/{lunch.braised.id}/actual"
    outcome = {"cooked_g": 2100, "left_g": 300, "reused_g": 100, "ran_out_at": None, "note": "偏咸"}
    entered = kitchen.cook.put(actual, outcome).data
    assert (entered["cooked_g"], entered["left_g"], entered["recorded_by_name"]) == (
        2100,
        300,
        kitchen.staff["cook"].name,
    )
    kitchen.cook.put(actual, outcome)  # Nothing new.
    kitchen.cook.put(actual, {**outcome, "left_g": 250})
    assert [(one.before and one.before.left_g, one.after.unserved_g) for one in told] == [
        (None, 200),
        (300, 150),
    ]
    assert (told[0].meal_id, told[0].dish_id, told[0].served_on) == (lunch.meal.id, lunch.braised.id, MONDAY)
    wrong = kitchen.cook.put(actual, {**outcome, "left_g": 2101})
    assert (wrong.status, wrong.error) == (422, "canteen.outcome_wrong")
    assert kitchen.manager.post(f"{path}/reopen").error == "canteen.plan_recorded"

    unfinished = kitchen.cook.post(f"{path}/finish")
    assert (unfinished.status, unfinished.error) == (409, "canteen.plan_incomplete")
    assert "米饭" in unfinished.envelope["msg"]
    kitchen.cook.put(f"{path}/dishes/{lunch.steamed.id}/actual", {"cooked_g": 1950, "left_g": 0})
    assert kitchen.cook.delete(actual).data["cooked_g"] is None
    assert told[-1].after is None
    kitchen.cook.put(actual, outcome)
    assert kitchen.cook.post(f"{path}/finish").data["state"] == "done"
    late = kitchen.cook.put(actual, {**outcome, "cooked_g": 2200})
    assert late.data["cooked_g"] == 2200
    assert kitchen.cook.delete(actual).error == "canteen.plan_state"
    assert kitchen.storekeeper.put(actual, outcome).status == 403


def test_costs_are_shared_by_those_who_ate(kitchen, lunch):
    kitchen.batch(lunch.pork, 3000, 10_001)
    kitchen.batch(lunch.salt, 500, 50)
    official = kitchen.compound.client(kitchen.compound.staff(subsidy_fen=10_000))
    body = {
        "canteen_id": kitchen.canteen.id,
        "date": MONDAY.isoformat(),
        "period": "lunch",
        "items": [{"dish_id": lunch.braised.id, "portion": "standard", "quantity": 1}],
        "dining": "dine_in",
    }
    order = official.post("/canteen/orders", body).data
    plan = lunch.confirmed(braised=10)
    path = f"/canteen/plans/{plan['id']}"
    kitchen.storekeeper.post(f"{path}/issue", {})
    kitchen.cook.put(f"{path}/dishes/{lunch.braised.id}/actual", {"cooked_g": 1500, "left_g": 0})
    pick_up(order["id"], kitchen.at(11, 40))
    costs = kitchen.cook.get(f"{path}/costs").data
    braised = costs["dishes"][0]
    assert (braised["actual_fen"], braised["issued_g"]) == (10_003, 3020)  # 20 of 500 g of salt are 2 fen
    assert (braised["fen_per_portion"], braised["fen_per_kg"]) == (1000, 6669)
    assert (costs["total_fen"], costs["diners"], costs["per_diner_fen"]) == (10_003, 1, 10_003)
    assert braised["planned_fen"] == 10_003  # As the batches cost.


def pick_up(order_id, at):
    @atomic
    def write():
        order = db.session.get(Order, order_id)
        order.state, order.picked_up_at = OrderState.PICKED_UP.value, at

    write()


def test_the_prep_sheet_is_for_each_station(kitchen, lunch):
    plan = lunch.confirmed(braised=100, steamed=13)
    path = f"/canteen/plans/{plan['id']}/prep-sheet"
    sheet = kitchen.cook.get(path).data
    assert [(one["name"], [dish["name"] for dish in one["dishes"]]) for one in sheet["stations"]] == [
        ("热菜", ["红烧肉"]),
        ("主食", ["米饭"]),
    ]
    (braised,) = sheet["stations"][0]["dishes"]
    assert [(one["name"], one["raw_g"]) for one in braised["ingredients"]] == [
        ("五花肉", 30_000),
        ("盐", 200),
    ]
    assert sum(one["cooked_g"] for one in braised["batches"]) == braised["planned_g"] == 20_000
    assert braised["steps"][1] == {"text": "小火焖", "minutes": 40}
    only = kitchen.cook.get(path, station="staple").data
    assert [one["station"] for one in only["stations"]] == ["staple"]

    printed = kitchen.cook.get(f"{path}.pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(printed.body)).pages)
    assert all(word in text for word in ("红烧肉", "五花肉", "小锅续供", "已确认"))
    assert kitchen.someone.get(path).status == 403


def test_the_menu_of_a_day_gives_a_person_so_much_as_far_as_is_known(kitchen, lunch):
    plan = lunch.confirmed(braised=30, steamed=30, soup=30)
    kitchen.compound.period(kitchen.canteen, "dinner")
    kitchen.meal([kitchen.dish(energy_kcal=100)], period="dinner")
    days = kitchen.cook.get(
        "/canteen/nutrition",
        canteen_id=kitchen.canteen.id,
        from_on=MONDAY.isoformat(),
        until_on=(MONDAY + timedelta(days=6)).isoformat(),
    ).data["list"]
    (day,) = days
    noon, evening = day["meals"]
    # The recipes lack what salt contains, and the dishes say nothing but the soup's energy: 250 g at 20 kcal.
    assert (noon["diners"], noon["is_planned"], noon["nutrients"]["energy_kcal"]) == (30, True, 50.0)
    assert (noon["nutrients"]["known"], noon["nutrients"]["dishes"]) == (0, 3)
    assert noon["nutrients"]["protein_g"] is None
    assert (evening["diners"], evening["nutrients"]["energy_kcal"]) == (0, None)
    assert plan["diners"] == 30

    kitchen.recipe(
        kitchen.dish("蒸肉", weight_g=100), {lunch.pork: 100}, 100
    )  # Nothing of it is on the menu.
    whole = kitchen.dish("卤肉", weight_g=100)
    kitchen.recipe(whole, {lunch.pork: 200}, 100)
    tuesday = kitchen.meal([whole], MONDAY + timedelta(days=1))
    planned = kitchen.manager.post(f"/canteen/meals/{tuesday.id}/plan").data
    body = {"diners": 20, "dishes": [{"dish_id": whole.id, "portions": 10}]}
    kitchen.manager.put(f"/canteen/plans/{planned['id']}", body)
    day = kitchen.cook.get(
        "/canteen/nutrition",
        canteen_id=kitchen.canteen.id,
        from_on=(MONDAY + timedelta(days=1)).isoformat(),
        until_on=(MONDAY + timedelta(days=1)).isoformat(),
    ).data["list"][0]
    # 1,000 g of it are 2,000 g of pork at 400 kcal, for 20 people.
    assert day["nutrients"] == {
        "energy_kcal": 400.0,
        "protein_g": 20.0,
        "fat_g": 5.0,
        "carbohydrate_g": 0.0,
        "sodium_mg": 60.0,
        "dishes": 1,
        "known": 1,
        "coverage_percent": 100,
    }


def test_a_plan_is_the_canteen_s_own(kitchen, lunch):
    plan = lunch.make()
    _, stranger = kitchen.person("canteen_manager", canteen=kitchen.compound.canteen())
    for answer in (
        stranger.get(f"/canteen/plans/{plan['id']}"),
        stranger.get(f"/canteen/plans/{plan['id']}/issue-slip"),
        stranger.post(f"/canteen/plans/{plan['id']}/confirm", {}),
        lunch.change(plan, by=stranger, braised=1),
    ):
        assert (answer.status, answer.error) == (404, "canteen.plan_not_found")
    assert stranger.post(f"/canteen/meals/{lunch.meal.id}/plan").error == "canteen.meal_not_found"


def test_tracing_is_told_which_dishes_may_contain_an_ingredient(kitchen, lunch):
    def found(*meals, of):
        db.session.rollback()
        return dishes.with_ingredient([meal.id for meal in meals], of.id)

    other = kitchen.ingredient()
    evening = kitchen.meal([lunch.steamed], period="dinner")
    # A dish without a recipe may contain anything; a meal of which nobody knows it is left to the caller.
    assert found(lunch.meal, evening, of=lunch.pork) == {lunch.meal.id: {lunch.braised.id, lunch.soup.id}}
    assert found(evening, of=lunch.rice) == {evening.id: {lunch.steamed.id}}
    assert found(lunch.meal, evening, of=other) == {}


def test_what_waits_is_counted(kitchen, lunch):
    def waiting():
        db.session.rollback()
        found = queries.count_open(kitchen.canteen.id)
        return found.unplanned, found.unconfirmed, found.unfinished

    assert waiting() == (1, 0, 0)
    plan = lunch.make()
    assert waiting() == (0, 1, 0)
    kitchen.manager.post(f"/canteen/plans/{plan['id']}/confirm", {})
    assert waiting() == (0, 0, 0)
    with clock.at(kitchen.at(13)):
        assert waiting() == (0, 0, 1)
        kitchen.cook.post(f"/canteen/plans/{plan['id']}/finish")
        assert waiting() == (0, 0, 0)
