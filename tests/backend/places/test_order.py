"""The order in which siblings stand."""

import pytest

from backend.actor import ScopeKind


def order(estate, *places, by=None):
    refs = [{"kind": place["kind"], "id": place["id"]} for place in places]
    return (by or estate.manager).put("/admin/places/order", {"places": refs})


def test_siblings_stand_in_the_order_that_is_said(estate):
    third = estate.made("room", "303", estate.floor)
    first, second = estate.rooms
    answer = order(estate, second, third, first)
    assert [(place["name"], place["position"]) for place in answer.data["list"]] == [
        ("302", 1),
        ("303", 2),
        ("301", 3),
    ]
    assert [name.rpartition(" ")[2] for name in estate.names() if name.count("/") == 3] == [
        "302",
        "303",
        "301",
    ]
    assert estate.trail("places.ordered") == [{"kind": "room", "order": ["302", "303", "301"]}]
    assert order(estate, second, third, first).status == 200
    assert len(estate.trail("places.ordered")) == 1


def test_campuses_have_an_order_of_their_own(estate):
    assert order(estate, estate.other, estate.campus).status == 200
    assert estate.names()[0] == "东院区"


def test_an_order_of_other_places_than_stand_there_is_refused(estate):
    first, second = estate.rooms
    for places in (
        [first],
        [first, first],
        [first, second, second],
        [first, estate.gate],
        [first, {"kind": "spot", "id": second["id"]}],
    ):
        answer = order(estate, *places)
        assert (answer.status, answer.error) == (409, "places.siblings_changed"), places
    assert order(estate, {"kind": "room", "id": 999}).error == "places.place_not_found"
    assert order(estate).status == 422


@pytest.mark.parametrize(
    ("scope", "what", "status"),
    [
        ("building", "rooms", 200),
        ("building", "buildings", 403),
        ("campus", "buildings", 200),
        ("campus", "campuses", 403),
        ("other", "rooms", 404),
        ("official", "rooms", 403),
    ],
)
def test_whoever_manages_the_parent_says_the_order(estate, scope, what, status):
    annex = estate.made("building", "附楼", estate.campus)
    by = {
        "building": lambda: estate.client(ScopeKind.BUILDING, estate.building["id"]),
        "campus": lambda: estate.client(ScopeKind.CAMPUS, estate.campus["id"]),
        "other": lambda: estate.client(ScopeKind.CAMPUS, estate.other["id"]),
        "official": lambda: estate.official,
    }[scope]()
    places = {
        "rooms": estate.rooms[::-1],
        "buildings": [annex, estate.building],
        "campuses": [estate.campus, estate.other],
    }[what]
    assert order(estate, *places, by=by).status == status
