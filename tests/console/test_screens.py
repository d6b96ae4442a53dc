"""The screen of a canteen: what it shows to everybody, who opens it, and how little it asks."""

import re
from contextvars import Context
from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from canteen.screens import policies, queries
from canteen.screens.rules import SCREEN_IS_PUBLIC, SCREEN_LINK
from console import screens
from tests.console.browser import Console
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements


@pytest.fixture(autouse=True)
def nothing_kept():
    """What a test before has shown is not shown again."""
    screens._kept.clear()


@pytest.fixture
def shown(app, lunch):
    """Opens the screen of the lunch's canteen, as a television would: the answer, or its plain text."""
    browser = app.test_client()

    def get(path="", *, canteen=lunch.canteen.id, **headers):
        # In a context of its own, as a server would: the test's session must not serve the request.
        return Context().run(browser.get, f"/screen/canteen/{canteen}{path}", headers=headers)

    get.text = lambda *of: plain(get(*of).text)
    return get


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html)).strip()


def test_everybody_reads_the_next_meal_and_what_is_left_of_it(shown, lunch):
    assert lunch.place(3, 4, by=lunch.client(subsidy_fen=20_000)).status == 201
    text = shown.text()
    assert lunch.canteen.name in text
    assert "午餐 11月23日 周一 11:30–12:30 供餐" in text
    assert "10:00 前可在手机上订餐" in text
    assert f"{lunch.dishes[0].name} 6.00 元 半份 3.00 元 余 17 份" in text
    assert f"{lunch.dishes[1].name} 9.00 元 半份 4.50 元 余 16 份" in text
    assert "供餐时间 午餐 11:30–12:30" in text
    assert policies.reminder(MONDAY) in text


def test_a_dish_that_is_gone_or_has_no_limit_says_so(shown, compound, lunch):
    canteen = compound.canteen()
    compound.meal(canteen, [(compound.dish(canteen, "红烧肉"), 0), (compound.dish(canteen, "米饭"), None)])
    text = plain(shown(canteen=canteen.id).text)
    assert "红烧肉 6.00 元 半份 3.00 元 已订完" in text
    assert "米饭 6.00 元 半份 3.00 元 供应充足" in text


def test_the_meals_to_come_are_sent_along_so_that_a_lost_network_does_not_matter(shown, compound, lunch):
    for ahead, period in ((0, "dinner"), (1, "lunch"), (3, "lunch"), (4, "lunch")):
        served_on = MONDAY + timedelta(days=ahead)
        from_at = clock.at_local(served_on, NINE.time()) + timedelta(hours=12)
        compound.meal(
            lunch.canteen, [(lunch.dishes[0], 5)], served_on, period,
            serves_from=from_at, serves_until=from_at + timedelta(hours=1),
        )  # fmt: skip
    compound.meal(lunch.canteen, [(lunch.dishes[1], 5)], MONDAY + timedelta(days=2), state="draft")
    days = re.findall(r'data-on="([^"]+)" data-from', shown().text)
    assert days == ["2026-11-23", "2026-11-23", "2026-11-24", "2026-11-26"]
    with clock.at(clock.at_local(MONDAY, NINE.time()) + timedelta(days=20)):
        screens._kept.clear()
        text = shown().text
        assert '<p class="nothing" id="no-meal">近期没有供餐安排</p>' in text


def test_without_weighings_it_says_that_the_data_do_not_suffice(shown, compound, lunch):
    assert "剩餐情况 数据不足" in shown.text()
    friday = MONDAY - timedelta(days=3)
    serves = clock.at_local(friday, NINE.time())
    compound.meal(
        lunch.canteen, [(lunch.dishes[0], 5)], friday, serves_from=serves, serves_until=serves, state="frozen"
    )
    screens._kept.clear()
    assert "剩餐情况 11月20日 周五 数据不足 当天没有称量剩餐" in shown.text()


def test_what_did_not_change_is_not_sent_again(shown, lunch):
    first = shown("/content")
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache")
    tag = first.headers["ETag"]
    again = shown("/content", If_None_Match=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    lunch.place(1)
    screens._kept.clear()
    changed = shown("/content", If_None_Match=f"W/{tag}")
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert re.search(r"余 <b>19</b> 份", changed.text)


def test_many_televisions_cost_one(shown, lunch):
    shown("/content")
    with counted_statements() as sent:
        for _ in range(20):
            assert shown("/content").status_code == 200
    # Of the rules alone, once a second, whether there are new ones.
    assert len([one for one in sent if "SELECT" in one]) <= 2
    screens._kept.clear()
    with counted_statements() as sent:
        shown("/content")
    assert len([one for one in sent if "SELECT" in one]) <= 15


def test_a_canteen_that_is_not_public_opens_by_its_link_alone(shown, compound, lunch):
    link = queries.link_of(lunch.canteen.id).removeprefix(f"/screen/canteen/{lunch.canteen.id}")
    compound.rule(SCREEN_IS_PUBLIC, False, lunch.canteen.id)
    for path in ("", "/content", "?key=", "?key=AAAAAAAAAAAAAAAA", "?key=钥匙"):
        refused = shown(path)
        assert refused.status_code == 404
        assert refused.headers["X-Houqin-Screen"] == "refused"
        assert "已停用" in refused.text
        assert lunch.dishes[0].name not in refused.text
    assert shown(link).status_code == 200
    assert shown(f"/content{link}").status_code == 200


def test_a_new_link_ends_the_old_one_and_each_canteen_has_its_own(shown, compound, lunch):
    def key(canteen_id):
        return queries.link_of(canteen_id).partition("?")[2]

    other, old = compound.canteen(), key(lunch.canteen.id)
    assert shown(f"?{old}").status_code == 200
    assert shown(f"?{key(other.id)}").status_code == 404
    compound.rule(SCREEN_LINK, 2, lunch.canteen.id)
    assert shown(f"?{old}").status_code == 404
    assert shown(f"?{key(lunch.canteen.id)}").status_code == 200


def test_a_closed_canteen_and_an_unknown_one_have_no_screen(shown, compound, lunch):
    closed = compound.canteen(is_active=False)
    for canteen in (closed.id, 999_999):
        assert shown(canteen=canteen).status_code == 404
        assert shown("/content", canteen=canteen).status_code == 404


def test_the_page_asks_no_other_host_and_holds_no_script(shown, app):
    page = shown()
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["X-Houqin-Screen"] == re.search(r'name="version" content="(\w+)"', page.text)[1]
    assert not re.search(r"style=|<script(?![^>]* src=)|\son\w+=\"", page.text)
    with app.test_client().get("/screen/worker.js") as worker:
        assert worker.headers["Service-Worker-Allowed"] == "/screen/"


def test_the_desk_gives_the_link_to_who_manages_the_canteen(app, shown, compound, lunch):
    at = (ScopeKind.CANTEEN, lunch.canteen.id)
    manager = Console(app, compound.staff(roles={"canteen_manager": at}))
    text = manager.page("/console/canteen/screen")
    key = queries.link_of(lunch.canteen.id).partition("key=")[2]
    assert key in text
    assert "大屏是否公开" in text
    changed = manager.send(
        "PUT",
        "/rules/canteen.screen_link",
        {"scope_id": lunch.canteen.id, "value": 2, "reason": "换发", "seen_version_id": 0},
    )
    assert changed.status == 200, changed.envelope
    assert key not in manager.page("/console/canteen/screen")
    assert shown(f"?key={key}").status_code == 404
    reader = Console(app, compound.staff(roles={"canteen_inspector": (ScopeKind.COMPOUND, 0)}))
    if reader.get("/console/canteen/screen").status_code == 200:
        assert "key=" not in reader.page("/console/canteen/screen")


@pytest.mark.parametrize(("grams", "bowls"), [(0, 0), (74, 0), (75, 1), (150, 1), (224, 1), (225, 2)])
def test_bowls_of_rice_are_rounded_half_up(grams, bowls):
    assert policies.bowls(grams) == bowls
