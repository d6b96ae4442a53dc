"""满意度 at the console: rates with what stands behind them, and what low ones have to be mended."""

from datetime import date

import pytest

from backend.actor import ScopeKind
from tests.console.browser import Console
from tests.feedback.satisfaction.conftest import monday
from tests.feedback.satisfaction.planting import REVIEWER, garden
from tests.statements import counted_statements

__all__ = ["garden", "monday"]
URL = "/console/satisfaction"
MENDED = f"{URL}/rectifications"
DAY, BEFORE = date(2026, 10, 12), date(2026, 9, 14)
MOST = 15


@pytest.fixture
def reviewer(app, garden):
    """Who reads all of it."""
    return Console(app, garden.compound.staff(roles=REVIEWER))


def test_a_month_is_told_beside_the_one_before_and_few_ratings_are_not(reviewer, garden):
    first, second = garden.canteens[0], garden.canteens[1]
    garden.meals(first, DAY, 5, 5, 4, 4, 2, 5)
    garden.meals(second, DAY, 5, 5, 5, 5, 5, 5)
    garden.meals(first, BEFORE, 5, 5, 5, 2, 2, 2)
    garden.meals(second, BEFORE, 5, 5, 5, 5, 5)
    garden.repairs(DAY, 5, 1)
    page = reviewer.page(URL)
    assert "91.7%" in page  # 11 of 12 meals
    assert "+19.0" in page  # against 8 of 11
    assert "数据不足" in page
    assert "2026-10" in page
    assert "83.3%" in reviewer.page(URL, from_month="2026-10", until_month="2026-10")
    assert "91.7%" not in reviewer.page(URL, from_month="2026-11", until_month="2026-11")
    assert reviewer.file(URL, format="xlsx")


def test_a_campus_reader_sees_the_campus_alone(app, garden):
    garden.meals(garden.canteens[0], DAY, 5, 5, 5, 5, 5)
    east = Console(app, garden.compound.staff(roles={"feedback_desk": (ScopeKind.CAMPUS, garden.east.id)}))
    page = east.page(URL)
    assert garden.canteens[0].name in page
    assert garden.west.name not in page
    assert east.get(MENDED).status_code == 403


def test_the_course_of_a_service_and_of_one_provider_is_drawn(reviewer, garden):
    canteen = garden.canteens[0]
    garden.meals(canteen, DAY, 5, 5, 5, 4, 1)
    page = reviewer.page(f"{URL}/trend", service="canteen.order", until_month="2026-11")
    assert 'class="chart"' in page
    assert "80.0%" in page
    one = reviewer.page(f"{URL}/trend", service="canteen.order", kind="canteen", provider_id=canteen.id)
    assert f"：{canteen.name}" in one
    assert reviewer.get(f"{URL}/trend", service="nothing").status_code == 404


def test_dishes_are_ranked_from_five_ratings_on(reviewer, garden, kitchen):
    good = kitchen.dish("清蒸鱼")
    few = kitchen.dish("只有两条")
    garden.dishes(good, DAY, 5, 5, 5, 4, 5)
    garden.dishes(few, DAY, 5, 5)
    page = reviewer.page(f"{URL}/dishes", from_month="2026-10")
    assert good.name in page
    assert few.name not in page
    assert "另有 1 道菜" in page


def test_a_rectification_goes_from_its_order_to_its_owner_and_back(app, reviewer, garden):
    canteen = garden.canteens[0]
    garden.meals(canteen, DAY, 1, 2, 1, 5, 2)
    owner = garden.compound.staff(name="厨师长")
    form = reviewer.page(f"{MENDED}/new", service="canteen.order", kind="canteen", provider_id=canteen.id)
    assert f'value="canteen.order canteen {canteen.id}" selected' in form
    body = {"service": "canteen.order", "provider_kind": "canteen", "provider_id": canteen.id}
    body |= {"month": "2026-10", "title": "十月整改", "owner_staff_no": owner.staff_no}
    made = reviewer.send("POST", "/feedback/rectifications", body)
    assert made.status == 201
    one = f"{MENDED}/{made.data['id']}"
    assert "十月整改" in reviewer.page(MENDED, state="open")
    assert "十月整改" not in reviewer.page(MENDED, state="closed")
    page = reviewer.page(one)
    assert "20.0%" in page
    assert "指定责任人" in page
    assert "着手整改" not in page
    mine = Console(app, owner)
    assert "十月整改" in mine.page(f"{MENDED}/mine")
    assert "着手整改" in mine.page(one)
    assert mine.send("POST", f"/feedback/rectifications/{made.data['id']}/take").status == 200
    assert mine.send(
        "POST", f"/feedback/rectifications/{made.data['id']}/submit", {"measures": "增加风味窗口"}
    ).status == 200  # fmt: skip
    page = reviewer.page(one)
    assert "增加风味窗口" in page
    assert "复核办结" in page
    assert "1 件满意度整改待复核" in reviewer.page("/console/")
    stranger = Console(app, garden.compound.staff())
    assert stranger.get(one).status_code == 404
    assert stranger.get(MENDED).status_code == 403


def test_pages_of_satisfaction_ask_the_database_seldom(reviewer, garden):
    for canteen in garden.canteens:
        garden.meals(canteen, DAY, 5, 4, 5, 5, 5)
    garden.repairs(DAY, 5, 5, 5, 5, 5)
    for path in (URL, f"{URL}/trend", f"{URL}/dishes", MENDED, f"{MENDED}/new"):
        reviewer.page(path)
        with counted_statements() as sent:
            reviewer.page(path)
        assert sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent) <= MOST, path
