"""What the system can prove of our own canteens, from planted figures."""

from datetime import date
from decimal import Decimal

import pytest

from backend import clock
from backend.db import atomic, db
from backend.flows import evaluation_providers as providers
from canteen.evaluation.policies import Subject
from canteen.waste.models import WasteMeal, WasteStage
from tests.canteen.evaluation.organs import at, unit
from tests.factories import NINE
from tests.statements import counted_statements

OCTOBER, NOW = date(2026, 10, 1), date(2026, 11, 22)
MINE, OUTER = 1, 2


@pytest.fixture
def kitchen(compound):
    """A canteen with four lunches this quarter, of which three were weighed, and as many a quarter ago."""
    with clock.at(NINE):
        canteen = compound.canteen(name="机关食堂")
        whole = compound.dish(canteen, portions=[("standard", 600, 200, 100)])
        halves = compound.dish(canteen)
        for month, plate_g in ((7, 8_000), (10, 6_000)):
            for day in (6, 7, 8, 9):
                compound.meal(canteen, [(whole, None), (halves, None)], date(2026, month, day))
            for day in (6, 7, 8):
                weigh(canteen, date(2026, month, day), plate=plate_g, prepared=40_000, unserved=4_000)
        yield [Subject(MINE, canteen.id), Subject(OUTER, None)]


def weigh(canteen, day, **grams):
    @atomic
    def write():
        db.session.add(WasteMeal(canteen_id=canteen.id, served_on=day, period="lunch", diners=100))
        for stage, net_g in grams.items():
            db.session.add(
                WasteStage(
                    canteen_id=canteen.id,
                    served_on=day,
                    period="lunch",
                    stage=stage,
                    source="pan" if stage == "prepared" else "bulk",
                    edible="edible",
                    net_g=net_g,
                    cost_fen=0,
                    events=1,
                )
            )

    write()


def test_each_provider_says_what_was_planted(kitchen):
    def said(provider):
        return provider(kitchen, OCTOBER, NOW).get(MINE)

    ledger = said(providers.ledger_completeness)
    # 3 of 4: (75 − 50) / (95 − 50)
    assert "供餐 4 餐，称重 3 餐，台账完整率 75.0%" in ledger.text
    assert ledger.share == Decimal("0.25") / Decimal("0.45")
    portions = said(providers.portion_options)
    assert (portions.share, "占 50.0%" in portions.text) == (Decimal(1), True)
    trend = said(providers.plate_trend)
    # 60 g after 80 g a quarter ago: a quarter less, by both coverages of 3 meals of 4.
    assert "人均餐盘剩余 60.0 克/人·餐，上季度 80.0 克/人·餐，下降 25.0%" in trend.text
    assert (trend.share, trend.coverage) == (Decimal(1), "本期 3/4 餐，75.0%；基期 3/4 餐，75.0%")
    over = said(providers.over_preparation)
    # 4 kg left of 40 kg is 10 %, half way between 15 and 5.
    assert (over.share, "10.0%" in over.text) == (Decimal("0.5"), True)
    suggestions = said(providers.suggestions_answered)
    assert (suggestions.share, suggestions.text) == (Decimal(1), "本季度没有收到意见建议。")


@pytest.mark.parametrize("key", ["booking_attendance", "satisfaction", "clean_plate"])
def test_what_has_no_data_says_so_and_proposes_nothing(kitchen, key):
    evidence = providers.PROVIDERS[key](kitchen, OCTOBER, NOW)[MINE]
    assert evidence.share is None
    assert "数据不足" in evidence.text


def test_a_unit_without_reports_is_not_judged_by_none(kitchen, compound):
    with clock.at(at(NOW)):
        outer = [Subject(unit("XQ").id, None)]
    for key in ("ledger_completeness", "over_preparation", "plate_trend"):
        evidence = providers.PROVIDERS[key](outer, OCTOBER, NOW)[outer[0].unit_id]
        assert (evidence.share, "数据不足" in evidence.text) == (None, True)
    for key in ("booking_attendance", "portion_options", "satisfaction", "rectifications_in_time"):
        assert providers.PROVIDERS[key](outer, OCTOBER, NOW) == {}


def test_providers_ask_no_more_for_more_units(kitchen, compound):
    def asked(subjects):
        with counted_statements() as sent:
            for provider in providers.PROVIDERS.values():
                provider(subjects, OCTOBER, NOW)
        return len(sent)

    asked(kitchen)  # The rules are remembered from here on.
    more = [Subject(100 + number, None) for number in range(20)]
    assert asked([*kitchen, *more]) == asked(kitchen)
