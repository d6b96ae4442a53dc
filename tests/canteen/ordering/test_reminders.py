"""What ordering tells people by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM
from backend.db import db
from backend.notifications.models import InboxMessage
from backend.rules import services as rule_services
from canteen.ordering.reminders.services import announce_menus, remind_of_pickups
from canteen.ordering.rules import REMINDER_MINUTES
from canteen.ordering.services import freeze_meal
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements
from tests.threads import at_once

HALF_PAST_TEN = NINE + timedelta(hours=1, minutes=30)
ELEVEN = NINE + timedelta(hours=2)


def told(kind):
    db.session.rollback()
    return db.session.scalars(
        select(InboxMessage).where(InboxMessage.kind == kind).order_by(InboxMessage.id)
    ).all()


def reminders():
    return told("canteen.pickup_reminder")


def test_half_an_hour_before_the_window_everybody_who_booked_is_reminded_once(lunch):
    lunch.place(1, 1)
    lunch.place(2, by=lunch.client())
    with clock.at(ELEVEN - timedelta(seconds=1)):
        freeze_meal(lunch.meal.id)
        assert remind_of_pickups() == 0
    with clock.at(ELEVEN):
        assert remind_of_pickups() == 2
        assert remind_of_pickups() == 0
    first, second = (dish.name for dish in lunch.dishes)
    assert reminders()[0].text == (
        f"您预订的11月23日午餐（{first}、{second}）2026年11月23日 11:30 开始供应，"
        f"请到{lunch.canteen.name}取餐，取餐号：1。"
    )
    assert reminders()[1].fields["dishes"] == first


def test_who_cancelled_is_not_reminded(lunch):
    order = lunch.place(1).data
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    with clock.at(ELEVEN):
        assert remind_of_pickups() == 0


def test_once_the_window_is_open_it_is_too_late_to_remind(lunch):
    lunch.place(1)
    with clock.at(lunch.meal.serves_from):
        assert remind_of_pickups() == 0


def test_each_canteen_says_how_early_or_never(lunch):
    lunch.place(1)

    def decide(minutes, seen=0):
        view = rule_services.set_rule(
            SYSTEM,
            rule_key=REMINDER_MINUTES.key,
            scope_id=lunch.canteen.id,
            value=minutes,
            reason="试行",
            seen_version_id=seen,
        )
        return view.latest_version_id

    version = decide(0)
    with clock.at(ELEVEN + timedelta(minutes=29)):
        assert remind_of_pickups() == 0
    decide(60, version)
    with clock.at(HALF_PAST_TEN):
        assert remind_of_pickups() == 1
    assert reminders()[0].fields["number"] == "见取餐码"


def test_two_schedulers_remind_once(lunch, app):
    for _ in range(4):
        lunch.place(1, by=lunch.client())

    def run():
        with app.app_context():
            done = remind_of_pickups()
            db.session.remove()
            return done

    with clock.at(ELEVEN):
        assert sum(at_once([run] * 4)) == 4
    assert len(reminders()) == 4


def test_reminding_takes_the_same_statements_however_many_ordered(lunch):
    def cost():
        with counted_statements() as sent:
            remind_of_pickups()
        return len(sent)

    lunch.place(1)
    with clock.at(ELEVEN):
        one = cost()
    for _ in range(10):
        lunch.place(1, by=lunch.client())
    with clock.at(ELEVEN):
        assert cost() <= one
    assert len(reminders()) == 11


# Menus


@pytest.fixture
def regular(lunch):
    """Who ate here a week ago."""
    lunch.place(1)
    return lunch


def publish(lunch, days, at=NINE, canteen=None):
    for day in days:
        lunch.compound.meal(
            canteen or lunch.canteen, {lunch.dishes[0]: 5}, served_on=day, published_at=at,
            closes_at=clock.at_local(day, NINE.time()),
        )  # fmt: skip


NEXT_WEEK = [MONDAY + timedelta(days=7 + number) for number in range(5)]


def test_the_regulars_of_a_canteen_are_told_of_next_weeks_menu_once(regular):
    stranger = regular.client()
    publish(regular, NEXT_WEEK)
    with clock.at(NINE + timedelta(minutes=4)):
        assert announce_menus() == 0
    with clock.at(NINE + timedelta(minutes=6)):
        announce_menus()
        assert announce_menus() == 0
    texts = [message.text for message in told("canteen.menu_published")]
    assert f"{regular.canteen.name}已发布 11月30日至12月4日 的菜单，请在截止时间前订餐。" in texts
    assert stranger.get("/inbox").data["messages"] == []


def test_who_publishes_day_by_day_tells_once_a_week(regular):
    publish(regular, NEXT_WEEK[:1])
    with clock.at(NINE + timedelta(minutes=6)):
        announce_menus()
    before = len(told("canteen.menu_published"))
    publish(regular, NEXT_WEEK[1:], at=NINE + timedelta(hours=3))
    with clock.at(NINE + timedelta(hours=4)):
        assert announce_menus() == 0
    assert len(told("canteen.menu_published")) == before


def test_old_news_is_not_told(regular):
    publish(regular, NEXT_WEEK)
    with clock.at(NINE + timedelta(hours=2, minutes=1)):
        assert announce_menus() == 0


def test_what_can_no_longer_be_ordered_is_not_announced(regular):
    publish(regular, [date(2026, 11, 24)], at=NINE + timedelta(hours=23))
    with clock.at(NINE + timedelta(hours=24)):
        assert announce_menus() == 0


def test_nobody_is_told_by_a_canteen_where_nobody_eats(regular, compound):
    other = compound.canteen()
    publish(regular, NEXT_WEEK, canteen=other)
    with clock.at(NINE + timedelta(minutes=6)):
        announce_menus()
    assert [each for each in told("canteen.menu_published") if other.name in each.text] == []
