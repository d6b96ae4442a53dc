"""Two managers at one meal: the second save does not undo the first unseen."""

from functools import partial

import pytest

from tests.canteen.menu.kitchen import audited
from tests.canteen.menu.test_setting_menus import lines
from tests.threads import at_once


def save(kitchen, *lines, revision, by=None):
    """Set Tuesday's lunch as seen at a revision."""
    return (by or kitchen.manager).put(
        f"/canteen/admin/menus/{kitchen.canteen.id}/2026-11-24/lunch",
        {"dishes": [{"dish_id": dish.id, "cap": cap} for dish, cap in lines], "revision": revision},
    )


@pytest.fixture
def dishes(kitchen):
    """Three dishes."""
    return [kitchen.dish(name) for name in ("甲", "乙", "丙")]


def test_each_change_counts_and_names_what_it_has_seen(kitchen, dishes):
    a, b, _ = dishes
    assert save(kitchen, (a, 10), revision=0).data["revision"] == 1
    assert save(kitchen, (a, 12), revision=1).data["revision"] == 2
    assert save(kitchen, (b, 1), (a, 12), revision=2).data["revision"] == 3
    kitchen.publish()
    (meal,) = kitchen.meals()
    assert (meal["state"], meal["revision"]) == ("published", 4)


def test_a_change_of_what_was_not_seen_is_refused(kitchen, dishes):
    a, b, c = dishes
    save(kitchen, (a, 10), revision=0)
    other = kitchen.manager_of(kitchen.canteen)
    save(kitchen, (a, 10), (b, 5), revision=1, by=other)
    refused = save(kitchen, (a, 10), (c, 5), revision=1)
    assert (refused.status, refused.error) == (409, "canteen.meal_changed")
    assert refused.envelope["data"] == {"revision": 2}
    (meal,) = kitchen.meals()
    assert lines(meal) == [(a.id, 10), (b.id, 5)]
    assert save(kitchen, (a, 10), (c, 5), revision=2).status == 200
    assert len(audited("canteen.menu_changed")) == 2


def test_a_meal_that_was_not_there_or_was_a_draft_is_not_changed_unseen(kitchen, dishes):
    a, b, _ = dishes
    kitchen.draft(a)
    assert save(kitchen, (b, 5), revision=0).error == "canteen.meal_changed"
    kitchen.publish()
    assert save(kitchen, (a, 30), revision=1).error == "canteen.meal_changed"
    (meal,) = kitchen.meals()
    assert lines(meal) == [(a.id, 20)]


def test_a_repeated_change_finds_its_own_work_done(kitchen, dishes):
    a, b, _ = dishes
    first = save(kitchen, (a, 10), (b, 5), revision=0)
    assert save(kitchen, (a, 10), (b, 5), revision=0).data == first.data


def test_who_does_not_say_what_was_seen_replaces_what_stands(kitchen, dishes):
    a, b, _ = dishes
    save(kitchen, (a, 10), revision=0)
    assert kitchen.set_menu((b, 5)).status == 200


@pytest.mark.parametrize("revision", [-1, "1", 1.5])
def test_a_revision_is_a_whole_number(kitchen, dishes, revision):
    assert save(kitchen, (dishes[0], 1), revision=revision).error == "app.invalid"


def test_of_several_at_once_one_is_saved(kitchen, dishes):
    a, b, _ = dishes
    for seen in (0, 1):
        calls = [partial(save, kitchen, (a, 10 + n), (b, seen + 1), revision=seen) for n in range(4)]
        answers = at_once(calls)
        assert sorted(one.status for one in answers) == [200, 409, 409, 409]
        (meal,) = kitchen.meals()
        assert meal["revision"] == seen + 1
        assert [meal["dishes"]] == [one.data["dishes"] for one in answers if one.status == 200]
