"""Rating a meal: one's own, handed out by somebody else, once, in time; and what managers see of it."""

from collections import Counter
from datetime import timedelta

import pytest

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.ratings import services as rating_services
from backend.rules import services as rule_services
from tests.factories import MONDAY, NINE
from tests.threads import at_once

GOOD = {
    "scores": {"taste": 5, "portion": 4, "temperature": 5, "service": 5, "hygiene": 5},
    "text": "鱼很新鲜",
}
DAYS = {"from_date": MONDAY.isoformat(), "to_date": MONDAY.isoformat()}


def serve(lunch, by=None):
    """An order that was handed out."""
    client = by or lunch.official
    order = lunch.place(1, by=client).data
    code = client.get(f"/canteen/orders/{order['id']}/pickup-code").data
    lunch.counter.post("/canteen/pickups", {"token": code["token"]})
    return order["id"]


@pytest.fixture
def manager(lunch, compound):
    """The canteen's manager."""
    return compound.client(compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}))


def test_a_meal_that_was_handed_out_is_rated(lunch):
    order_id = serve(lunch)
    before = lunch.official.get(f"/canteen/orders/{order_id}/rating").data
    assert before["can_rate"] is True
    assert before["closes_at"] == "2026-11-30T09:00:00+08:00"
    assert [one["title"] for one in before["dimensions"]] == ["口味", "份量", "温度", "服务", "卫生"]
    assert before["rating"] is None
    answer = lunch.official.post(f"/canteen/orders/{order_id}/rate", GOOD)
    assert answer.status == 201
    assert answer.data == {
        "id": answer.data["id"], "order_id": order_id, "rated_at": "2026-11-23T09:00:00+08:00", **GOOD,
    }  # fmt: skip # One name a line would say no more.
    after = lunch.official.get(f"/canteen/orders/{order_id}/rating").data
    assert (after["can_rate"], after["rating"]) == (False, answer.data)


def test_a_retry_gets_the_first_answer_and_a_second_rating_is_refused(lunch):
    order_id = serve(lunch)
    first = lunch.official.post(f"/canteen/orders/{order_id}/rate", GOOD, key="k1")
    assert lunch.official.post(f"/canteen/orders/{order_id}/rate", GOOD, key="k1").data == first.data
    again = lunch.official.post(f"/canteen/orders/{order_id}/rate", {"scores": {"taste": 1}})
    assert (again.status, again.error) == (409, "ratings.already_rated")


def test_of_many_ratings_at_once_one_counts(lunch):
    order_id = serve(lunch)
    answers = at_once([lambda: lunch.official.post(f"/canteen/orders/{order_id}/rate", GOOD)] * 6)
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 5}
    assert rating_services.reconcile() == []


def test_what_was_not_handed_out_is_not_rated(lunch):
    order = lunch.place(1).data
    answer = lunch.official.post(f"/canteen/orders/{order['id']}/rate", GOOD)
    assert (answer.status, answer.error) == (409, "canteen.not_picked_up")
    state = lunch.official.get(f"/canteen/orders/{order['id']}/rating").data
    assert (state["can_rate"], state["closes_at"]) == (False, None)
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    answer = lunch.official.post(f"/canteen/orders/{order['id']}/rate", GOOD)
    assert answer.error == "canteen.not_picked_up"


def test_somebody_elses_meal_is_not_there(lunch):
    order_id = serve(lunch)
    other = lunch.client()
    for answer in (
        other.post(f"/canteen/orders/{order_id}/rate", GOOD),
        other.get(f"/canteen/orders/{order_id}/rating"),
    ):
        assert (answer.status, answer.error) == (404, "canteen.order_not_found")


def test_the_window_ends_seven_days_after_the_pick_up(lunch, compound):
    staff = compound.staff(subsidy_fen=5000)
    order_id = serve(lunch, compound.client(staff))
    last_moment = NINE + timedelta(days=7)
    with clock.at(last_moment):
        diner = compound.client(staff)
        answer = diner.post(f"/canteen/orders/{order_id}/rate", GOOD)
        assert (answer.status, answer.error) == (409, "canteen.rating_closed")
        assert "7 天" in answer.envelope["msg"]
        assert diner.get(f"/canteen/orders/{order_id}/rating").data["can_rate"] is False
    with clock.at(last_moment - timedelta(microseconds=1)):
        assert diner.post(f"/canteen/orders/{order_id}/rate", GOOD).status == 201


def test_who_handed_it_out_does_not_rate_it(lunch, compound):
    staff = compound.staff(subsidy_fen=5000, roles={"canteen_staff": (ScopeKind.CANTEEN, lunch.canteen.id)})
    cook = compound.client(staff)
    order = lunch.place(1, by=cook).data
    code = cook.get(f"/canteen/orders/{order['id']}/pickup-code").data
    cook.post("/canteen/pickups", {"token": code["token"]})
    assert cook.get(f"/canteen/orders/{order['id']}/rating").data["can_rate"] is False
    answer = cook.post(f"/canteen/orders/{order['id']}/rate", GOOD)
    assert (answer.status, answer.error) == (403, "ratings.own_work")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scores": {}},
        {"scores": {"taste": 0}},
        {"scores": {"taste": 6}},
        {"scores": {"taste": "5"}},
        {"scores": {"taste": 4.5}},
        {"scores": {"price": 5}},
        {"scores": [5]},
        {"scores": {"taste": 5}, "text": "长" * 501},
        {"scores": {"taste": 5}, "stars": 5},
    ],
)
def test_half_a_rating_is_refused(lunch, body):
    order_id = serve(lunch)
    answer = lunch.official.post(f"/canteen/orders/{order_id}/rate", body)
    assert answer.status == 422
    assert lunch.official.get(f"/canteen/orders/{order_id}/rating").data["rating"] is None


def test_managers_see_figures_with_their_coverage_and_no_names(lunch, manager):
    diners = [lunch.client() for _ in range(7)]
    orders = [serve(lunch, diner) for diner in diners]
    lunch.place(1)
    for place, (diner, order_id) in enumerate(zip(diners[:5], orders, strict=False)):
        body = {"scores": {"taste": 5 if place else 2}, "text": "" if place else "太咸"}
        diner.post(f"/canteen/orders/{order_id}/rate", body)
        if place == 3:
            few = manager.get("/canteen/admin/ratings", **DAYS).data["total"]
            assert (few["count"], few["is_withheld"], few["average"]) == (4, True, None)
            assert manager.get("/canteen/admin/ratings/entries", **DAYS).data["list"] == []
    report = manager.get("/canteen/admin/ratings", **DAYS).data
    (mine,) = report["canteens"]
    assert (mine["canteen_id"], mine["canteen_name"]) == (lunch.canteen.id, lunch.canteen.name)
    figures = mine["figures"]
    assert (figures["served"], figures["count"], figures["unrated"]) == (7, 5, 2)
    assert (figures["coverage"], figures["average"]) == ("0.714", "4.40")
    assert (figures["satisfied_rate"], figures["distribution"]) == ("0.800", [0, 1, 0, 0, 4])
    assert figures["dimensions"][0]["distribution"] == [0, 1, 0, 0, 4]
    assert figures["dimensions"][1] == {
        "code": "portion", "title": "份量", "count": 0, "average": None, "distribution": None,
    }  # fmt: skip # One name a line would say no more.
    assert report["total"] == figures
    entries = manager.get("/canteen/admin/ratings/entries", **DAYS)
    assert entries.data["total"] == 5
    assert "职工" not in entries.body.decode()
    only = manager.get("/canteen/admin/ratings/entries", only_with_text="true", grade=2, **DAYS).data["list"]
    assert [(one["text"], one["scores"], one["canteen_id"], one["served_on"]) for one in only] == [
        ("太咸", {"taste": 2}, lunch.canteen.id, "2026-11-23")
    ]
    assert set(only[0]) == {"id", "served_on", "grade", "text", "canteen_id", "scores"}


def test_a_late_rating_counts_for_the_day_of_the_meal(lunch, manager):
    order_id = serve(lunch)
    with clock.at(NINE + timedelta(days=2)):
        lunch.official.post(f"/canteen/orders/{order_id}/rate", GOOD)
        assert manager.get("/canteen/admin/ratings", **DAYS).data["total"]["count"] == 1


def test_managers_see_their_own_canteens_alone(lunch, manager, compound):
    other = compound.canteen()
    answer = manager.get("/canteen/admin/ratings", canteen_id=other.id, **DAYS)
    assert (answer.status, answer.error) == (404, "canteen.canteen_not_found")
    assert manager.get("/canteen/admin/ratings/entries", canteen_id=other.id, **DAYS).status == 404
    everywhere = compound.client(compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))
    assert len(everywhere.get("/canteen/admin/ratings", **DAYS).data["canteens"]) == 2
    assert len(manager.get("/canteen/admin/ratings", **DAYS).data["canteens"]) == 1
    assert lunch.official.get("/canteen/admin/ratings", **DAYS).error == "app.forbidden"


@pytest.mark.parametrize(
    ("days", "status"),
    [
        ({"from_date": "2026-11-24", "to_date": "2026-11-23"}, 422),
        ({"from_date": "2025-01-01", "to_date": "2026-11-23"}, 422),
        ({"from_date": "2025-10-20", "to_date": "2026-11-23"}, 200),
        ({"to_date": "2026-11-23"}, 422),
    ],
)
def test_a_report_spans_a_year_or_so(manager, days, status):
    assert manager.get("/canteen/admin/ratings", **days).status == status


def test_the_window_is_that_of_the_pick_up(lunch):
    """A rule that is changed later does not judge what was handed out before."""
    before = serve(lunch)
    with clock.at(NINE + timedelta(minutes=5)):
        rule_services.set_rule(
            SYSTEM, rule_key="canteen.rating_days", scope_id=lunch.canteen.id, value=1, reason="缩短",
            seen_version_id=0,
        )  # fmt: skip # One argument a line would say no more.
        diner = lunch.client()
        after = serve(lunch, diner)
    with clock.at(NINE + timedelta(days=3)):
        assert lunch.official.post(f"/canteen/orders/{before}/rate", GOOD).status == 201
        assert diner.post(f"/canteen/orders/{after}/rate", GOOD).error == "canteen.rating_closed"
