"""What a canteen sells: diners choose from it for meals whose menus are still to come."""

from tests.statements import counted_statements


def names(answer):
    return [dish["name"] for dish in answer.data["list"]]


def test_diners_find_what_is_sold_by_category_and_name_with_its_portions(kitchen):
    kitchen.dish("番茄蛋汤", category="soup", price_fen=150)
    kitchen.dish("红烧肉", price_fen=800, portions=[("half", 420, 100, 50), ("standard", 800, 200, 100)])
    kitchen.dish("停售的菜", is_active=False)
    kitchen.dish("无价的菜", price_fen=None, portions=[])
    kitchen.compound.dish(kitchen.compound.canteen(name="别的食堂"), "别处的菜")
    with counted_statements() as statements:
        found = kitchen.official.get("/canteen/dishes", canteen_id=kitchen.canteen.id)
    assert names(found) == ["红烧肉", "番茄蛋汤"]
    assert found.data["list"][0]["portions"] == [
        {"portion": "standard", "price_fen": 800, "weight_g": 200},
        {"portion": "half", "price_fen": 420, "weight_g": 100},
    ]
    assert "price_fen" not in found.data["list"][0]
    assert len([each for each in statements if "dish" in each]) <= 4
    page = kitchen.official.get("/canteen/dishes", canteen_id=kitchen.canteen.id, q="肉", category="meat")
    assert (names(page), page.data["total"]) == (["红烧肉"], 1)


def test_of_a_closed_or_unknown_canteen_nothing_is_sold(kitchen):
    closed = kitchen.compound.canteen(name="旧食堂", is_active=False)
    for canteen_id in (closed.id, 999_999):
        refused = kitchen.official.get("/canteen/dishes", canteen_id=canteen_id)
        assert (refused.status, refused.error) == (404, "canteen.canteen_not_found")
