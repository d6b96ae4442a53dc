"""The dish library."""

from datetime import timedelta

import pytest

from backend import clock, revisions
from backend.actor import ScopeKind
from backend.db import db
from canteen.menu.models import Dish
from tests.canteen.lunch import Lunch
from tests.canteen.menu.kitchen import TUESDAY, Kitchen, audited
from tests.factories import MONDAY, NINE
from tests.threads import at_once

NUTRITION = {"energy_kcal": 145.5, "protein_g": 12.3, "fat_g": 9, "carbohydrate_g": 3.1, "sodium_mg": 480}

# Each makes a good body bad.
NONSENSE = [
    {"name": ""},
    {"name": "  "},
    {"name": "名" * 51},
    {"name": None},
    {"category": "dessert"},
    {"price_fen": -1},
    {"price_fen": 10**9},
    {"price_fen": "8"},
    {"price_fen": 8.5},
    {"weight_g": 0},
    {"weight_g": None},
    {"allergens": ["pollen"]},
    {"allergens": "egg"},
    {"tags": ["sweet"]},
    {"portions": [{"portion": "double", "price_fen": 1, "weight_g": 1}]},
    {"price_fen_per_kg": 0},
    {"cost_fen_per_kg": -1},
    {"portions": [{"portion": "half", "price_fen": -1, "weight_g": 1}]},
    {"portions": [{"portion": "half", "price_fen": 1, "weight_g": 1, "share": 0}]},
    {"portions": [{"portion": "half", "price_fen": 1, "weight_g": 1, "share": 101}]},
    {"portions": [{"portion": "half"}]},
    {"nutrition": {"fat_g": 100.1}},
    {"nutrition": {"fat_g": 1.25}},
    {"nutrition": {"fat_g": "1"}},
    {"nutrition": {"fat_g": True}},
    {"nutrition": {"fat_g": -1}},
    {"nutrition": {"fat_g": 1e300}},
    {"nutrition": {"sugar_g": 1}},
    {"nutrition": None},
    {"surprise": 1},
]


def body(**changes):
    usual = {
        "name": "红烧肉",
        "category": "meat",
        "description": "五花肉慢炖",
        "price_fen": 800,
        "weight_g": 200,
        "portions": [{"portion": "half", "price_fen": 450, "weight_g": 100}],
        "allergens": ["soybean", "gluten"],
        "tags": ["spicy"],
        "nutrition": NUTRITION,
    }
    return {**usual, **changes}


def create(kitchen, by=None, **changes):
    return (by or kitchen.manager).post(
        "/canteen/admin/dishes", {"canteen_id": kitchen.canteen.id, **body(**changes)}
    )


def change(kitchen, dish, by=None, **changes):
    dish_id = dish if isinstance(dish, int) else dish.id
    return (by or kitchen.manager).put(f"/canteen/admin/dishes/{dish_id}", body(**changes))


def count_dishes():
    db.session.rollback()
    return db.session.query(Dish).count()


def test_a_dish_is_created_with_its_standard_portion(kitchen):
    answer = create(kitchen)
    assert answer.status == 201
    dish = answer.data
    assert dish == {
        "id": dish["id"],
        "canteen_id": kitchen.canteen.id,
        **body(),
        "cost_fen_per_kg": None,
        "price_fen_per_kg": None,
        "portions": [
            {"portion": "standard", "price_fen": 800, "weight_g": 200, "share": 100},
            {"portion": "half", "price_fen": 450, "weight_g": 100, "share": 50},
        ],
        # In the vocabulary's order.
        "allergens": ["gluten", "soybean"],
        "photo_id": None,
        "is_active": True,
        "created_at": "2026-11-23T09:00:00+08:00",
        "changed_at": "2026-11-23T09:00:00+08:00",
    }
    (details,) = audited("canteen.dish_created")
    assert (details["canteen_id"], details["changes"]["price_fen"]) == (kitchen.canteen.id, 800)
    found = kitchen.manager.get("/canteen/admin/dishes", canteen_id=kitchen.canteen.id).data
    assert found["list"] == [dish]


def test_a_dish_may_have_a_price_and_a_cost_of_the_kilogram(kitchen):
    dish = create(kitchen, price_fen_per_kg=3600, cost_fen_per_kg=1500).data
    assert (dish["price_fen_per_kg"], dish["cost_fen_per_kg"]) == (3600, 1500)
    assert [one["portion"] for one in dish["portions"]] == ["standard", "half"]
    by_weight = create(
        kitchen, name="称重", portions=[{"portion": "weight", "price_fen": 3600, "weight_g": 1000}]
    )
    assert (by_weight.status, by_weight.error) == (422, "canteen.invalid_portions")
    # What is left out becomes empty, as everywhere.
    assert change(kitchen, dish["id"]).data["price_fen_per_kg"] is None


def test_a_dish_may_wait_for_its_price_and_allergens(kitchen):
    dish = create(kitchen, price_fen=None, allergens=None, portions=[], nutrition={}).data
    assert (dish["price_fen"], dish["portions"], dish["allergens"]) == (None, [], None)
    assert set(dish["nutrition"].values()) == {None}
    bare = kitchen.manager.post(
        "/canteen/admin/dishes",
        {"canteen_id": kitchen.canteen.id, "name": "白粥", "category": "staple", "weight_g": 250},
    )
    assert (bare.status, bare.data["allergens"], bare.data["tags"]) == (201, None, [])


def test_a_repeated_request_makes_one_dish(kitchen):
    request = {"canteen_id": kitchen.canteen.id, **body()}
    first, second = (kitchen.manager.post("/canteen/admin/dishes", request, key="k1") for _ in range(2))
    assert (first.status, first.body) == (201, second.body)
    assert count_dishes() == 1


def test_a_dish_that_makes_no_sense_is_refused(kitchen):
    dish = kitchen.dish("原样")
    for changes in NONSENSE:
        assert create(kitchen, **changes).error == "app.invalid", changes
        assert change(kitchen, dish, **changes).error == "app.invalid", changes
    assert [one["name"] for one in kitchen.manager.get("/canteen/admin/dishes").data["list"]] == ["原样"]


@pytest.mark.parametrize(
    "changes",
    [
        {"portions": [{"portion": "standard", "price_fen": 799, "weight_g": 200}]},
        {"portions": [{"portion": "half", "price_fen": 1, "weight_g": 1}] * 2},
        {"price_fen": None},
    ],
)
def test_portions_that_contradict_the_dish_are_refused(kitchen, changes):
    answer = create(kitchen, **changes)
    assert (answer.status, answer.error) == (422, "canteen.invalid_portions")
    assert count_dishes() == 0


def test_text_of_all_kinds_is_kept_as_it_is(kitchen):
    text = "'; DROP TABLE dishes; -- <script>alert(1)</script> 😋"
    assert create(kitchen, description=text).data["description"] == text


def test_a_name_is_unique_within_its_canteen(kitchen):
    other = Kitchen(kitchen.compound)
    assert create(kitchen).status == 201
    again = create(kitchen)
    assert (again.status, again.error) == (409, "canteen.dish_exists")
    assert "红烧肉" in again.envelope["msg"]
    assert create(other).status == 201
    second = create(kitchen, name="鱼香肉丝").data["id"]
    assert change(kitchen, second).error == "canteen.dish_exists"
    assert change(kitchen, second, name="鱼香茄子").status == 200


def test_of_ten_equal_dishes_at_once_one_is_created(kitchen):
    answers = at_once([lambda: create(kitchen)] * 10)
    assert sorted(answer.status for answer in answers) == [201] + [409] * 9
    assert count_dishes() == 1


def test_a_dish_is_replaced_whole_and_the_difference_recorded(kitchen):
    dish = create(kitchen).data
    with clock.at(NINE + timedelta(hours=1)):
        answer = change(
            kitchen,
            dish["id"],
            price_fen=900,
            portions=[{"portion": "small", "price_fen": 500, "weight_g": 90, "share": 40}],
            allergens=[],
            description="",
            nutrition={"energy_kcal": 150},
        )
    assert answer.status == 200
    assert answer.data["portions"] == [
        {"portion": "standard", "price_fen": 900, "weight_g": 200, "share": 100},
        {"portion": "small", "price_fen": 500, "weight_g": 90, "share": 40},
    ]
    assert (answer.data["allergens"], answer.data["description"]) == ([], "")
    assert answer.data["nutrition"]["protein_g"] is None
    assert answer.data["created_at"] == dish["created_at"]
    assert answer.data["changed_at"] == "2026-11-23T10:00:00+08:00"
    (details,) = audited("canteen.dish_changed")
    changes = details["changes"]
    assert changes["price_fen"] == [800, 900]
    assert changes["energy_kcal"] == ["145.5", "150"]
    assert [[one["price_fen"] for one in side] for side in changes["portions"]] == [[800, 450], [900, 500]]
    assert "weight_g" not in changes


def test_a_change_that_changes_nothing_leaves_no_trace(kitchen):
    dish = create(kitchen).data
    with clock.at(NINE + timedelta(hours=1)):
        assert change(kitchen, dish["id"]).data == dish
    assert audited("canteen.dish_changed") == []


def test_a_dish_on_a_published_menu_keeps_what_publishing_asked_for(kitchen):
    dish = kitchen.dish("红烧肉")
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, TUESDAY)
    for changes in ({"is_active": False}, {"price_fen": None, "portions": []}, {"allergens": None}):
        answer = change(kitchen, dish, **changes)
        assert (answer.status, answer.error) == (409, "canteen.dish_on_menu")
        assert "2026-11-24" in answer.envelope["msg"]
    assert change(kitchen, dish, price_fen=1).status == 200
    with clock.at(clock.at_local(TUESDAY, (NINE + timedelta(hours=15)).time())):
        assert change(kitchen, dish, is_active=False).data["is_active"] is False


def test_a_dish_on_a_draft_may_be_deactivated(kitchen):
    dish = kitchen.dish("红烧肉")
    kitchen.draft(dish)
    assert change(kitchen, dish, is_active=False).status == 200


def test_a_change_shows_on_the_menu_at_once(kitchen):
    dish = kitchen.dish("红烧肉")
    kitchen.compound.meal(kitchen.canteen, {dish: 5})
    assert kitchen.menu()["periods"][0]["dishes"][0]["price_fen"] == 600
    before = revisions.current("canteen.menu")
    assert change(kitchen, dish, name="东坡肉").status == 200
    assert revisions.current("canteen.menu") > before
    (shown,) = kitchen.menu()["periods"][0]["dishes"]
    assert (shown["name"], shown["price_fen"]) == ("东坡肉", 800)


def test_an_order_keeps_the_price_that_it_was_placed_with(compound):
    with clock.at(NINE):
        lunch = Lunch(compound)
        order = lunch.place(1, 1).data
        manager = compound.client(
            compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)})
        )
        path = f"/canteen/admin/dishes/{lunch.dishes[0].id}"
        assert manager.put(path, body(name="改名改价", price_fen=9999)).status == 200
        kept = lunch.official.get(f"/canteen/orders/{order['id']}").data
    assert (kept["total_fen"], kept["items"]) == (order["total_fen"], order["items"])


def test_the_library_is_searched_by_canteen_category_name_and_state(kitchen):
    names = {
        "红烧肉": {},
        "红烧茄子": {"category": "vegetable"},
        "100%果汁": {"category": "drink"},
        "旧菜": {"is_active": False},
    }
    for name, columns in names.items():
        kitchen.dish(name, **columns)
    other = Kitchen(kitchen.compound)
    other.dish("别处的红烧肉")

    def search(**query):
        data = kitchen.manager.get("/canteen/admin/dishes", **query).data
        return data["total"], [dish["name"] for dish in data["list"]]

    assert search() == (4, list(names))
    assert search(canteen_id=kitchen.canteen.id, q="红烧") == (2, ["红烧肉", "红烧茄子"])
    assert search(category="vegetable") == (1, ["红烧茄子"])
    assert search(q="%") == (1, ["100%果汁"])
    assert search(q="_") == (0, [])
    assert search(is_active="false") == (1, ["旧菜"])
    assert search(is_active="true", page=2, page_size=2) == (3, ["100%果汁"])
    assert kitchen.manager.get("/canteen/admin/dishes", category="dessert").status == 422
    assert kitchen.manager.get("/canteen/admin/dishes", page=0).status == 422


def test_a_manager_has_nothing_to_do_with_another_canteen(kitchen):
    other = Kitchen(kitchen.compound)
    theirs = other.dish("别处的菜")
    refused = kitchen.manager.get("/canteen/admin/dishes", canteen_id=other.canteen.id)
    assert (refused.status, refused.error) == (404, "canteen.canteen_not_found")
    assert create(other, by=kitchen.manager).error == "canteen.canteen_not_found"
    assert change(other, theirs, by=kitchen.manager).error == "canteen.dish_not_found"
    assert change(kitchen, 999_999).error == "canteen.dish_not_found"
    assert change(other, theirs).status == 200
    assert create(kitchen, by=kitchen.manager).status == 201


def test_a_campus_manager_manages_each_canteen_of_the_campus(kitchen):
    manager = kitchen.client("canteen_manager", ScopeKind.CAMPUS, kitchen.canteen.campus_id)
    sibling = kitchen.compound.canteen(kitchen.compound.campus())
    assert create(kitchen, by=manager).status == 201
    assert manager.get("/canteen/admin/dishes").data["total"] == 1
    answer = manager.post("/canteen/admin/dishes", {"canteen_id": sibling.id, **body()})
    assert answer.status == 404


def test_who_only_reads_changes_nothing(kitchen):
    dish = kitchen.dish("红烧肉")
    reviewer = kitchen.client("logistics_reviewer", ScopeKind.COMPOUND)
    assert reviewer.get("/canteen/admin/dishes").data["total"] == 1
    assert create(kitchen, by=reviewer).error == "app.forbidden"
    assert change(kitchen, dish, by=reviewer).error == "app.forbidden"
    for client in (kitchen.official,):
        assert client.get("/canteen/admin/dishes").status == 403
        assert create(kitchen, by=client).status == 403


def test_who_manages_here_and_reads_there_is_told_so(kitchen):
    other = Kitchen(kitchen.compound)
    both = kitchen.compound.client(
        kitchen.compound.staff(
            roles={
                "canteen_manager": (ScopeKind.CANTEEN, kitchen.canteen.id),
                "logistics_reviewer": (ScopeKind.COMPOUND, 0),
            }
        )
    )
    assert create(kitchen, by=both).status == 201
    assert create(other, by=both).error == "app.forbidden"


def test_the_days_menu_survives_a_dish_without_portions(kitchen):
    dish = kitchen.dish("未分份", portions=[])
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, MONDAY)
    assert kitchen.menu()["periods"][0]["dishes"][0]["portions"] == []
    assert kitchen.remaining()["periods"][0]["dishes"][0]["remaining"] == 5


def test_the_library_is_filtered_and_sorted(kitchen):
    for name, price, columns in (
        ("红烧肉", 900, {"category": "meat", "tags": ["spicy"], "description": "五花肉", **NUTRITION}),
        ("清蒸鱼", None, {"category": "meat", "allergens": None}),
        ("白粥", 200, {"category": "staple", "tags": ["halal", "vegetarian"]}),
    ):
        kitchen.dish(name, price_fen=price, **columns)

    def names(**query):
        query = {"canteen_id": kitchen.canteen.id, **query}
        return [one["name"] for one in kitchen.manager.get("/canteen/admin/dishes", **query).data["list"]]

    assert names(tag="halal") == ["白粥"]
    assert names(q="五花") == ["红烧肉"]
    assert names(missing="allergens") == names(missing="price") == ["清蒸鱼"]
    assert names(missing="nutrition") == ["清蒸鱼", "白粥"]
    assert names(sort="price") == ["白粥", "红烧肉", "清蒸鱼"]
    assert names(sort="-price") == ["红烧肉", "白粥", "清蒸鱼"]
    assert names(sort="-category") == ["白粥", "红烧肉", "清蒸鱼"]
    for wrong in ({"tag": "sweet"}, {"missing": "salt"}, {"sort": "weight_g"}):
        assert kitchen.manager.get("/canteen/admin/dishes", **wrong).error == "app.invalid"


def test_allergens_that_were_never_given_count_as_missing_too(kitchen):
    kitchen.manager.post(
        "/canteen/admin/dishes",
        {"canteen_id": kitchen.canteen.id, "name": "白粥", "category": "staple", "weight_g": 250},
    )
    found = kitchen.manager.get("/canteen/admin/dishes", missing="allergens").data
    assert [one["name"] for one in found["list"]] == ["白粥"]
