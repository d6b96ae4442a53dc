"""Rules of assessments as tables, and what comes with the house."""

from datetime import date

import pytest

from backend.rules.errors import RuleValueInvalid
from backend.scoresheets import parsing
from backend.scoresheets import policies as score_policies
from property.assessments import metrics, policies, services
from property.assessments.bulletins import documents
from property.assessments.bulletins import policies as bulletin_policies
from property.assessments.models import BulletinKind
from property.assessments.policies import Measured, Scale
from property.assessments.rules import BANDS
from property.contractors.models import ServiceKind
from property.contractors.policies import DEFAULT_BANDS, Band


@pytest.mark.parametrize(
    ("numerator", "denominator", "scale", "points"),
    [
        (95, 100, Scale("", 800, 950), 120),
        (80, 100, Scale("", 800, 950), 0),
        (79, 100, Scale("", 800, 950), 0),
        (875, 1000, Scale("", 800, 950), 60),
        (2, 100, Scale("", 100, 20), 120),
        (10, 100, Scale("", 100, 20), 0),
        (6, 100, Scale("", 100, 20), 60),
        (0, 0, Scale(), None),
        (4, 4, Scale(min_basis=5), None),
        (5, 5, Scale(min_basis=5), 120),
        # 1/3 of 120 tenths is 40; 1/240 is half a tenth, which rounds up.
        (1, 3, Scale(), 40),
        (1, 240, Scale(), 1),
        (1, 241, Scale(), 0),
    ],
)
def test_a_metric_is_scored_linearly_and_rounded_half_up(numerator, denominator, scale, points):
    assert policies.scaled(120, Measured(numerator, denominator, ""), scale) == points


@pytest.mark.parametrize(
    ("score", "fee", "from_day", "until_day", "paid"),
    [
        (850, 10_000_000, 1, 30, 10_000_000),
        (840, 10_000_000, 1, 30, 9_900_000),
        (700, 10_000_000, 1, 30, 8_500_000),
        (840, 10_000_000, 16, 30, 4_950_000),
        (None, 10_000_000, 1, 15, 5_000_000),
        # 0.5 fen rounds up, once: 100 × 1/30 × 0.15 = 0.5.
        (0, 100, 1, 1, 1),
        (0, 99, 1, 1, 0),
    ],
)
def test_what_is_paid_follows_from_score_and_days(score, fee, from_day, until_day, paid):
    days = date(2026, 11, from_day), date(2026, 11, until_day)
    assert policies.payment(score, DEFAULT_BANDS, fee, *days).payable_fen == paid


def test_where_nothing_applies_there_is_no_score():
    assert policies.total_tenths({1: 500, 2: 500}, {1: None, 2: None}) is None
    assert policies.total_tenths({1: 500, 2: 500}, {1: 250, 2: None}) == 500


@pytest.mark.parametrize("name", ["property_service.toml", "canteen_target.toml", "canteen_six_six.toml"])
def test_the_sheets_of_the_house_are_sound_and_their_scales_as_they_say(name):
    content = parsing.content_of(services._text(name))
    assert score_policies.problems(content) == []
    assert content.full_tenths == 1000
    scales = services.default_scales(name)
    for item in content.items:
        scale = scales[item.number]
        assert scale.service in {"", *ServiceKind}
        if item.metric_key:
            assert item.metric_key.partition(":")[0] in metrics.known()
            assert item.may_be_inapplicable
            for permille in (scale.floor_permille, scale.target_permille):
                assert f"{permille // 10}%" in item.scoring
        if scale.min_basis > 1:
            assert f"少于 {scale.min_basis} 件" in item.scoring


def test_a_payment_table_is_read_as_it_is_written():
    kind = BANDS.kind
    assert kind.text(DEFAULT_BANDS) == "85分=100%、0分=得分+15%"
    assert kind.load(kind.text(DEFAULT_BANDS)) == DEFAULT_BANDS
    assert kind.load(kind.dump(DEFAULT_BANDS)) == DEFAULT_BANDS
    assert kind.load("95=100；0 分 = 70.5%") == (Band(950, 1000), Band(0, 705))
    for wrong in ("85以上全付", "85=1000", [{"percent": 3}]):
        with pytest.raises(RuleValueInvalid):
            kind.check(kind.load(wrong), "")


def test_contractors_are_ranked_with_ties_and_without_those_that_have_no_score():
    assert bulletin_policies.ranks([900, 950, None, 900, 800]) == [2, 1, None, 2, 4]
    assert bulletin_policies.mean_tenths([901, 902]) == 902
    assert bulletin_policies.mean_tenths([]) is None
    assert documents.change(905, 900) == "+0.5"
    assert documents.change(900, 905) == "-0.5"
    assert (documents.change(900, 900), documents.change(900, None)) == ("持平", "—")


def test_a_quarter_has_three_months_and_begins_with_one():
    months = bulletin_policies.months_of(BulletinKind.QUARTERLY, date(2026, 10, 1))
    assert months == [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)]
    assert bulletin_policies.last_day_of(BulletinKind.QUARTERLY, months[0]) == date(2026, 12, 31)
    assert bulletin_policies.previous(BulletinKind.QUARTERLY, date(2026, 1, 1)) == date(2025, 10, 1)
    assert bulletin_policies.period_name(BulletinKind.QUARTERLY, months[0]) == "2026年第四季度"
