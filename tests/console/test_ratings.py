"""What diners said, at the desk: figures with their coverage, withheld where they are few; no names."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.db import atomic
from backend.ratings.operations import rate
from canteen.ordering import services as ordering
from canteen.pickups import policies
from canteen.pickups.ratings import CANTEEN, MEAL
from tests.console.browser import Console
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements

PATH, COMMENTS = "/console/canteen/ratings", "/console/canteen/ratings/comments"
ALL_GOOD = {"taste": 5, "portion": 5, "temperature": 5, "service": 5, "hygiene": 5}


@pytest.fixture
def manager(app, lunch):
    """The canteen's manager at the console."""
    role = {"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)}
    return Console(app, lunch.compound.staff(roles=role))


def eats(lunch, scores=None, text="", name="王建国"):
    """A new official orders, is served and, with scores, rates."""
    diner = lunch.client(name=name)
    order_id = lunch.place(1, by=diner).data["id"]
    code = diner.get(f"/canteen/orders/{order_id}/pickup-code").data
    assert lunch.counter.post("/canteen/pickups", {"token": code["token"]}).status == 200
    if scores is not None:
        said = diner.post(f"/canteen/orders/{order_id}/rate", {"scores": scores, "text": text})
        assert said.status == 201, said.envelope


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html)).strip()


def test_the_figures_stand_with_their_counts_and_coverage(lunch, manager):
    for _ in range(4):
        eats(lunch, ALL_GOOD)
    eats(lunch, {"taste": 1, "temperature": 2}, "偏咸")
    eats(lunch)
    text = plain(manager.page(PATH))
    # 20 fives, a one and a two; 4 of 5 ratings are satisfied, 5 of 6 meals were rated.
    assert "平均分 4.68 分" in text
    assert "满意率 80.0%" in text
    assert "评价 5 条 取餐 6 份" in text
    assert "覆盖率 83.3% 1 份未评价" in text
    assert "口味 4.20 5 20.0%" in text
    assert "份量 — 4 —" in text  # Four are too few.
    assert "5 分 4条；4 分 0条；3 分 0条；2 分 1条；1 分 0条" in text
    assert "11月23日—11月23日 4.68 80.0% 5 6 83.3%" in text


def test_fewer_than_five_are_counted_but_not_told(lunch, manager):
    for _ in range(4):
        eats(lunch, ALL_GOOD, "很好吃")
    text = plain(manager.page(PATH))
    assert "评价不足 5 条，样本太少" in text
    assert "平均分 —" in text
    assert "评价 4 条" in text
    assert "5.00" not in text
    assert "很好吃" not in manager.page(COMMENTS)


def test_each_week_is_told_by_itself_and_withheld_by_itself(lunch, manager):
    rater = lunch.compound.staff().id
    # By how many weeks ago: how often which score.
    for weeks, count, score in ((0, 5, 5), (1, 6, 3), (2, 1, 1)):
        for number in range(count):
            rated(lunch, rater, 10 * weeks + number, MONDAY - timedelta(weeks=weeks), score)
    text = plain(manager.page(PATH))
    assert "11月23日—11月23日 5.00 100.0% 5 0 —" in text
    assert "11月16日—11月22日 3.00 0.0% 6 0 —" in text
    assert "11月9日—11月15日 — — 1 0 —" in text
    assert "11月2日—11月8日 — — 0 0 —" in text


@atomic
def rated(lunch, rater, order_id, served_on, score):
    rate(
        replace(SYSTEM, staff_id=rater, department_id=1),
        service=MEAL.key,
        subject_id=order_id,
        cycle=0,
        provider_kind=CANTEEN,
        provider_id=lunch.canteen.id,
        served_on=served_on,
        scores={"taste": score},
        text="",
        handler_ids=(),
    )


def test_comments_are_read_without_names_and_narrowed(lunch, manager):
    for number in range(5):
        eats(lunch, ALL_GOOD, f"好吃{number}")
    eats(lunch, {"taste": 1}, "偏咸")
    eats(lunch, ALL_GOOD)

    def listed(**query):
        part = manager.page(COMMENTS, **query).partition('<div id="list">')[2]
        return re.findall(r'<td class="wide wrap-anywhere">([^<]*)</td>', part)

    assert listed() == ["偏咸", *(f"好吃{number}" for number in (4, 3, 2, 1, 0))]
    assert listed(all="true") == ["—", *listed()]
    assert listed(grade=1) == ["偏咸"]
    assert listed(page_size=2, page=3) == ["好吃1", "好吃0"]
    assert listed(until_date="2026-11-22") == []
    text = manager.page(COMMENTS)
    assert "王建国" not in text
    assert "口味 5" in plain(text)
    assert manager.get(COMMENTS, grade=6).status_code == 422


def test_nothing_said_is_an_empty_state_and_odd_days_are_mended(lunch, manager):
    assert "这段时间没有评价" in manager.page(PATH)
    text = manager.page(PATH, from_date="2027-01-01", until_date="2026-11-23")
    assert 'value="2026-11-23"' in text
    text = manager.page(PATH, from_date="2001-01-01", until_date="2026-11-23")
    assert f'value="{MONDAY - timedelta(days=399)}"' in text
    assert manager.get(PATH, from_date="x").status_code == 422


def test_another_canteens_ratings_stay_unseen(app, lunch, compound):
    for _ in range(5):
        eats(lunch, ALL_GOOD, "别家的话")
    other = compound.canteen()
    manager = Console(app, compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, other.id)}))
    assert "这段时间没有评价" in manager.page(PATH)
    assert "别家的话" not in manager.page(COMMENTS)
    assert manager.get("/console/scope", canteen_id=lunch.canteen.id).status_code == 404


def test_who_works_at_no_canteen_sees_none_and_an_official_is_refused(app, compound):
    with clock.at(NINE):
        administrator = Console(app, compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)}))
        for path in (PATH, COMMENTS):
            assert "没有您可管理的食堂" in administrator.page(path)
            assert Console(app, compound.staff()).get(path).status_code == 403


def test_the_pages_take_few_statements_however_much_was_said(lunch, manager):
    for number in range(7):
        eats(lunch, ALL_GOOD, f"好吃{number}")
    ordering.freeze_due_meals()
    for path in (PATH, COMMENTS):
        with counted_statements() as sent:
            manager.page(path, from_date="2026-01-01")
        assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent


@pytest.mark.parametrize(
    ("from_on", "until_on", "spans"),
    [
        ("2026-11-23", "2026-11-23", [("2026-11-23", "2026-11-23")]),
        ("2026-11-22", "2026-11-24", [("2026-11-22", "2026-11-22"), ("2026-11-23", "2026-11-24")]),
        ("2026-11-23", "2026-11-30", [("2026-11-23", "2026-11-29"), ("2026-11-30", "2026-11-30")]),
    ],
)
def test_some_weeks_are_told_from_monday_on(from_on, until_on, spans):
    found = policies.spans_of(date.fromisoformat(from_on), date.fromisoformat(until_on))
    assert [(one.isoformat(), other.isoformat()) for one, other in found] == spans


def test_a_long_time_is_told_by_months_and_every_day_once():
    from_on, until_on = date(2025, 12, 31), date(2026, 11, 23)
    spans = list(policies.spans_of(from_on, until_on))
    assert spans[:2] == [(from_on, from_on), (date(2026, 1, 1), date(2026, 1, 31))]
    assert spans[-1] == (date(2026, 11, 1), until_on)
    for (_, before), (after, _) in pairwise(spans):
        assert after - before == timedelta(days=1)
