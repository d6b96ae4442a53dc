"""The screen in a canteen, in a real browser: live, with the network cut, after a reload, past a meal."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from backend import clock
from backend.db import atomic, db
from canteen.menu.models import MealDish
from canteen.screens import queries
from canteen.screens.rules import SCREEN_IS_PUBLIC
from tests.console.driven.test_station import forget_refusals

pytestmark = pytest.mark.browser

TELEVISION = {"width": 1920, "height": 1080}


@pytest.fixture
def canteen(compound):
    """A canteen that serves a meal now and another in two hours."""
    now = clock.now()
    canteen = compound.canteen(name="机关食堂")
    compound.period(canteen)
    compound.period(canteen, "dinner")
    names = ("红烧肉", "清炒时蔬", "番茄炒蛋", "米饭", "紫菜蛋花汤", "凉拌黄瓜", "酸奶")
    dishes = [compound.dish(canteen, name) for name in names]
    for period, hours, offered in (("lunch", 0, dishes), ("dinner", 2, dishes[:2])):
        compound.meal(
            canteen,
            [(dish, 20) for dish in offered],
            served_on=clock.local(now).date(),
            period=period,
            closes_at=now + timedelta(hours=hours, minutes=30),
            serves_from=now + timedelta(hours=hours, minutes=-30),
            serves_until=now + timedelta(hours=hours, minutes=45),
        )
    return canteen


@atomic
def taken(centi: int) -> None:
    """Somebody orders: so many centi-portions of a dish are gone."""
    row = db.session.query(MealDish).order_by(MealDish.id).first()
    assert row is not None
    row.taken = centi


def polls(page):
    """Ask the server now, as the page does every half minute."""
    page.evaluate("dispatchEvent(new Event('online'))")


def test_it_is_live_and_outlasts_the_network(desk_of, canteen):
    television = desk_of(viewport=TELEVISION)
    page, offline = television.page, television.page.locator("#offline")
    page.goto(f"/screen/canteen/{canteen.id}")
    meal = page.locator(".meal:not([hidden])")
    expect(meal.locator("h2")).to_contain_text("今日")
    expect(meal).to_contain_text("正在供餐")
    expect(meal.locator(".dish").first).to_contain_text("余 20 份")
    # While one looks the minute may end.
    minutes = [clock.local(clock.now() + timedelta(minutes=more)) for more in (0, 1)]
    expect(page.locator("#clock")).to_have_text(re.compile("|".join(f"{each:%H:%M}" for each in minutes)))
    expect(offline).to_be_hidden()
    expect(page.locator("html[data-kept]")).to_be_attached()
    assert page.evaluate("[scrollY, document.body.scrollHeight <= innerHeight]") == [0, True]
    television.picture("screen")
    television.ensure_accessible()

    # The page itself comes once more, so that the worker has it.
    page.reload()
    expect(meal.locator(".dish").first).to_contain_text("余 20 份")
    taken(1500)
    page.wait_for_timeout(5200)  # Until the answers of before are no longer given out.
    polls(page)
    expect(meal.locator(".dish").first).to_contain_text("余 5 份")

    television.context.set_offline(True)
    polls(page)
    expect(offline).to_contain_text("网络中断 · 内容更新于")
    expect(meal.locator(".dish").first).to_contain_text("余 5 份")
    television.picture("screen-offline")
    # The television is switched off and on: what it showed last stands again, not what the worker kept.
    page.reload()
    expect(offline).to_contain_text("网络中断")
    expect(meal.locator(".dish").first).to_contain_text("余 5 份")
    expect(page.locator("#clock")).not_to_be_empty()

    taken(2000)
    page.wait_for_timeout(5200)
    television.context.set_offline(False)
    expect(offline).to_be_hidden()
    expect(meal.locator(".dish").first).to_contain_text("已订完")
    forget_refusals(television)


def test_without_a_network_it_goes_from_meal_to_meal_and_over_midnight(desk_of, canteen):
    television = desk_of()
    page = television.page
    page.clock.install(time=clock.now())
    page.goto(f"/screen/canteen/{canteen.id}")
    meal = page.locator(".meal:not([hidden])")
    expect(meal).to_contain_text("午餐")
    television.context.set_offline(True)
    page.clock.run_for(60 * 60 * 1000)
    expect(meal).to_contain_text("晚餐")
    expect(meal).not_to_contain_text("午餐")
    expect(page.locator("#offline")).to_contain_text("网络中断")
    # As if it had slept: to live through each of its seconds takes a quarter of a minute.
    page.clock.fast_forward(36 * 60 * 60 * 1000)
    expect(page.locator("#no-meal")).to_be_visible()
    expect(page.locator("#offline")).to_contain_text(f"{clock.local(clock.now()).day}日")
    forget_refusals(television)


def test_a_screen_whose_link_was_ended_takes_everything_down(desk_of, compound, canteen):
    television = desk_of()
    page = television.page
    page.goto(f"/screen/canteen/{canteen.id}")
    expect(page.locator(".meal:not([hidden])")).to_contain_text("红烧肉")
    compound.rule(SCREEN_IS_PUBLIC, False, canteen.id)
    page.wait_for_timeout(1200)  # As long as another process may go on with old rules.
    polls(page)
    expect(page.locator("#content")).to_contain_text("已停用")
    expect(page.locator("#content")).not_to_contain_text("红烧肉")
    page.goto(queries.link_of(canteen.id))
    expect(page.locator(".meal:not([hidden])")).to_contain_text("红烧肉")
    forget_refusals(television)
