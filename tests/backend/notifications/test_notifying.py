"""Writing to people: once each, in a handful of statements, within the caller's unit of work."""

import pytest

from backend import clock
from backend.db import atomic, db
from backend.notifications import operations
from backend.notifications.models import InboxMessage, OutboxRow
from backend.notifications.operations import Message
from tests.backend.notifications.world import (
    NEWS,
    NEWS_FIELDS,
    inbox,
    sends,
    states,
    tell,
    tell_each,
)
from tests.factories import NINE
from tests.statements import counted_statements
from tests.threads import at_once


def count(model):
    db.session.rollback()
    return db.session.query(model).count()


def test_repeating_it_changes_nothing(world):
    person = world.person(on="wecom")
    assert tell(NEWS, person) == 1
    assert tell(NEWS, person) == 0
    assert tell(NEWS, person, dedupe="2") == 1
    assert (count(InboxMessage), count(OutboxRow)) == (2, 2)


def test_who_was_told_already_is_left_out_of_a_larger_round(world):
    first, second = world.person(on="wecom"), world.person(on="wecom")
    tell(NEWS, first)
    assert tell(NEWS, first, second) == 1
    assert len(states(first)) == len(states(second)) == 1


def test_twins_at_the_same_moment_tell_once(world, app):
    people = [world.person(on="wecom") for _ in range(5)]

    def tell_all():
        with app.app_context():
            told = tell(NEWS, *people)
            db.session.remove()
            return told

    assert sum(at_once([tell_all] * 6)) == 5
    assert (count(InboxMessage), count(OutboxRow)) == (5, 5)


def test_six_hundred_people_take_a_handful_of_statements(world, compound):
    department = compound.department()
    people = [compound.staff(department=department) for _ in range(600)]

    def cost(crowd, dedupe):
        with counted_statements() as sent:
            assert tell(NEWS, *crowd, dedupe=dedupe) == len(crowd)
        return len(sent)

    one = cost(people[:1], "one")
    assert cost(people, "all") <= one + 1
    assert cost(people, "again") <= 8


def test_nothing_is_told_if_the_unit_of_work_fails(world):
    person = world.person(on="wecom")

    @atomic
    def fail():
        operations.notify(NEWS, [person.id], NEWS_FIELDS, dedupe="1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (inbox(person), sends()) == ([], [])


def test_outside_of_a_unit_of_work_nobody_is_told(world):
    with pytest.raises(RuntimeError):
        operations.notify(NEWS, [world.person().id], NEWS_FIELDS, dedupe="1")


def test_who_has_left_and_who_never_was_is_left_out(world):
    gone, here = world.person(on="", status="left"), world.person(on="wecom")

    @atomic
    def tell_them():
        return operations.notify(NEWS, [gone.id, here.id, 999_999], NEWS_FIELDS, dedupe="1")

    assert [each.staff_id for each in tell_them()] == [here.id]


def test_each_is_told_something_of_their_own(world):
    people = [world.person(on="wecom") for _ in range(2)]
    messages = [
        Message(person.id, {**NEWS_FIELDS, "what": f"第{number}号"}, dedupe=str(number))
        for number, person in enumerate(people)
    ]
    assert tell_each(NEWS, messages) == 2
    assert [inbox(person)[0].text[:3] for person in people] == ["第0号", "第1号"]


def test_wrong_fields_are_a_fault_of_ours(world):
    with pytest.raises(ValueError, match="takes the fields"):
        tell(NEWS, world.person(), fields={"what": "演练"})


def test_nobody_is_nothing(world):
    assert tell_each(NEWS, []) == 0


def test_old_messages_are_forgotten_with_what_became_of_them(world):
    from datetime import timedelta

    from backend.notifications.services import KEPT_FOR, forget_old

    person = world.person(on="wecom")
    tell(NEWS, person)
    with clock.at(NINE + KEPT_FOR):
        assert forget_old() == 0
    with clock.at(NINE + KEPT_FOR + timedelta(seconds=1)):
        assert forget_old() == 1
    assert (count(InboxMessage), count(OutboxRow)) == (0, 0)
