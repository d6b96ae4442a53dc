"""Traces both ways: what a batch reached, and what a dish was made of."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from backend import clock
from backend.db import atomic, db
from canteen.ordering.models import Order
from canteen.purchasing.tracing import dishes, people, queries
from tests.canteen.purchasing.stock.store import Store
from tests.factories import MONDAY


@pytest.fixture
def traced(kitchen, monkeypatch):
    """A store, and recipes of which nobody has told anything."""
    monkeypatch.setattr(dishes, "_registered", [])
    return Traced(kitchen)


class Traced(Store):
    """A lunch of three dishes, with people who eat of them."""

    def __init__(self, kitchen):
        super().__init__(kitchen)
        self.rolls, self.soup, self.greens = (kitchen.dish(name) for name in ("馒头", "米汤", "青菜"))
        self.meal = kitchen.meal([self.rolls, self.soup, self.greens])
        self.eaten = 0

    def eat(self, *some, meal=None, state="picked_up"):
        """Somebody orders these dishes, and picks them up."""
        meal = meal or self.meal
        person = self.kitchen.compound.staff(subsidy_fen=1_000_000)
        body = {
            "canteen_id": self.kitchen.canteen.id,
            "date": meal.served_on.isoformat(),
            "period": meal.period,
            "items": [{"dish_id": dish.id, "portion": "standard", "quantity": 1} for dish in some],
            "dining": "dine_in",
        }
        order = self.kitchen.compound.client(person).post("/canteen/orders", body).data

        @atomic
        def pick_up():
            db.session.execute(
                update(Order)
                .where(Order.id == order["id"])
                .values(state="picked_up", picked_up_at=clock.now())
            )

        if state == "picked_up":
            pick_up()
        return person.id

    def take(self, batch, grams=100, *, dish=None, meal=None):
        """Issue of a batch."""
        line = {"ingredient_id": batch.ingredient_id, "grams": grams, "batch_id": batch.id, "reason": "x"}
        line |= {"dish_id": dish.id} if dish is not None else {}
        answer = self.issue_lines(line, **({"meal_id": meal.id} if meal is not None else {}))
        return answer.data["list"][0]["id"]


def names(reach):
    return [(dish.name, dish.is_certain) for dish in reach.dishes]


def test_a_batch_reaches_who_picked_up_the_dish_and_nobody_else(traced):
    batch = traced.batch(1_000)
    eater = traced.eat(traced.rolls, traced.greens)
    traced.eat(traced.greens)
    traced.eat(traced.rolls, state="booked")
    traced.take(batch, 400, dish=traced.rolls, meal=traced.meal)
    reach = queries.forward([batch.id])
    assert names(reach) == [("馒头", True)]
    assert (reach.diners, reach.booked, reach.guests, reach.issued_g) == (1, 1, 0, 400)
    assert people.diner_ids([batch.id]) == {eater}
    assert queries.reached_dishes([batch.id]) == {(traced.meal.id, traced.rolls.id)}


def test_without_a_dish_the_recipes_say_which_and_without_recipes_it_may_be_any(traced):
    batch = traced.batch(1_000)
    traced.take(batch, meal=traced.meal)
    assert names(queries.forward([batch.id])) == [("馒头", False), ("米汤", False), ("青菜", False)]
    dishes.register(lambda meal_ids, ingredient_id: {traced.meal.id: [traced.soup.id]})
    assert names(queries.forward([batch.id])) == [("米汤", False)]


def test_an_issue_for_no_meal_may_reach_what_is_served_until_the_next_day(traced):
    batch = traced.batch(1_000)
    late = traced.kitchen.meal([traced.rolls], MONDAY + timedelta(days=2))
    tomorrow = traced.kitchen.meal([traced.rolls], MONDAY + timedelta(days=1))
    traced.take(batch)
    reach = queries.forward([batch.id])
    assert [meal.meal_id for meal in reach.meals] == [traced.meal.id, tomorrow.id]
    assert (reach.unnamed_g, [meal.is_named for meal in reach.meals]) == (100, [False, False])
    found = queries.backward(traced.rolls.id, tomorrow.served_on, "lunch")
    assert [(one.batch.id, one.is_certain) for one in found.ingredients] == [(batch.id, False)]
    assert queries.backward(traced.rolls.id, late.served_on, "lunch").ingredients == []


def test_what_is_issued_before_days_without_meals_may_reach_the_next_that_is_served(traced):
    after = traced.kitchen.meal([traced.rolls], MONDAY + timedelta(days=3))
    later = traced.kitchen.meal([traced.rolls], MONDAY + timedelta(days=4))
    batch = traced.batch(1_000)
    traced.take(batch)
    reach = queries.forward([batch.id])
    assert [meal.meal_id for meal in reach.meals] == [traced.meal.id, after.id]
    found = queries.backward(traced.rolls.id, after.served_on, "lunch")
    assert [one.batch.id for one in found.ingredients] == [batch.id]
    assert queries.backward(traced.rolls.id, later.served_on, "lunch").ingredients == []


def test_what_came_back_or_was_a_mistake_reached_nobody(traced):
    batch = traced.batch(1_000)
    traced.eat(traced.rolls)
    returned = traced.take(batch, dish=traced.rolls, meal=traced.meal)
    traced.keeper.post(f"/canteen/stock/movements/{returned}/returns", {"grams": 100})
    mistaken = traced.take(batch, dish=traced.rolls, meal=traced.meal)
    traced.keeper.post(f"/canteen/stock/movements/{mistaken}/void", {"reason": "领错"})
    reach = queries.forward([batch.id])
    assert (reach.meals, reach.issued_g, reach.diners) == ([], 0, 0)
    assert queries.backward_meal(traced.meal.id).ingredients == []


def test_a_dish_leads_back_to_its_receipt_its_supplier_and_the_certificates(traced):
    supplier = traced.kitchen.supplier("东海粮油")
    receipt = traced.keeper.post(
        "/canteen/stock/receipts",
        {
            "canteen_id": traced.kitchen.canteen.id,
            "source": {"supplier_id": supplier.id},
            "lines": [
                {
                    "ingredient_id": traced.rice.id,
                    "gross_g": 10_000,
                    "cost_fen": 5_000,
                    "lot": "A7",
                    "certificates": [{"kind": "factory_report", "number": "C-1"}],
                }
            ],
        },
    ).data
    other = traced.batch(500)
    traced.issue_lines(
        {"ingredient_id": traced.rice.id, "grams": 600, "dish_id": traced.soup.id}, meal_id=traced.meal.id
    )
    url = {"dish_id": traced.soup.id, "date": MONDAY.isoformat(), "period": "lunch"}
    made = traced.manager.get("/canteen/tracing/dishes", **url).data
    rows = {row["batch"]["id"]: row for row in made["ingredients"]}
    assert {batch_id: row["grams"] for batch_id, row in rows.items()} == {
        other.id: 500,
        receipt["lines"][0]["batch_id"]: 100,
    }
    came = rows[receipt["lines"][0]["batch_id"]]
    assert (came["receipt"]["supplier_name"], came["line"]["lot"]) == ("东海粮油", "A7")
    assert came["line"]["certificates"][0]["number"] == "C-1"
    assert rows[other.id]["receipt"] is None
    meal = traced.manager.get(f"/canteen/tracing/meals/{traced.meal.id}").data
    assert len(meal["ingredients"]) == 2
    other_dish = traced.manager.get("/canteen/tracing/dishes", **{**url, "dish_id": traced.rolls.id})
    assert other_dish.data["ingredients"] == []
    unknown = traced.manager.get("/canteen/tracing/dishes", **{**url, "date": "2026-11-24"})
    assert (unknown.status, unknown.error) == (404, "canteen.trace_not_found")


def test_who_ate_is_told_to_food_safety_alone_and_recorded(traced):
    batch = traced.batch(1_000)
    eater = traced.eat(traced.rolls)
    traced.take(batch, dish=traced.rolls, meal=traced.meal)
    url = f"/canteen/tracing/batches/{batch.id}"
    reach = traced.manager.get(url).data
    assert (reach["diners"], reach["dish_count"]) == (1, 1)
    assert traced.manager.get(f"{url}/diners").status == 403
    listed = traced.kitchen.officer.get(f"{url}/diners").data
    assert [row["staff_id"] for row in listed["list"]] == [eater]
    db.session.rollback()
    trail = db.session.execute(
        db.text("SELECT count(*) FROM audit_events WHERE action = 'canteen.trace_diners_read'")
    )
    assert trail.scalar() == 1


def test_a_stranger_learns_nothing(traced, compound):
    batch = traced.batch(1_000)
    _, stranger = traced.kitchen.person("food_safety_officer", canteen=compound.canteen())
    assert stranger.get(f"/canteen/tracing/batches/{batch.id}").status == 404
    assert stranger.get(f"/canteen/tracing/batches/{batch.id}/diners").status == 404
    assert stranger.get(f"/canteen/tracing/meals/{traced.meal.id}").status == 404
    assert traced.kitchen.someone.get(f"/canteen/tracing/meals/{traced.meal.id}").status == 403


def test_traces_are_printed_without_names(traced):
    batch = traced.batch(1_000)
    traced.eat(traced.rolls)
    traced.take(batch, dish=traced.rolls, meal=traced.meal)
    url = {"dish_id": traced.rolls.id, "date": MONDAY.isoformat(), "period": "lunch"}
    for path, query in (
        (f"/canteen/tracing/batches/{batch.id}/", {}),
        ("/canteen/tracing/dishes/", url),
        (f"/canteen/tracing/meals/{traced.meal.id}/", {}),
    ):
        assert traced.manager.get(f"{path}print", **query).body.startswith(b"%PDF")
        assert traced.manager.get(f"{path}export", **query).body.startswith(b"PK")
