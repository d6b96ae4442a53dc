"""The rules of receptions, as tables."""

from datetime import date, timedelta

import pytest

from canteen.ordering.receptions import policies
from canteen.ordering.receptions.errors import (
    LetterNeeded,
    OverStandard,
    ReceptionStateConflict,
    ReceptionTooLate,
    TooManyCompanions,
)
from canteen.ordering.receptions.models import ReceptionState
from canteen.ordering.receptions.policies import Limits, Step, steps_for
from tests.factories import NINE

LIMITS = Limits(5000, 10, 3, 3, timedelta(hours=4), 2, ())


@pytest.mark.parametrize(
    ("guests", "limit"), [(1, 3), (9, 3), (10, 3), (11, 3), (12, 4), (14, 4), (15, 5), (30, 10), (100, 33)]
)
def test_companions_are_three_up_to_ten_guests_and_a_third_above(guests, limit):
    policies.ensure_party(guests, limit, LIMITS)
    with pytest.raises(TooManyCompanions) as refused:
        policies.ensure_party(guests, limit + 1, LIMITS)
    assert refused.value.data == {"guests": guests, "limit": limit, "wanted": limit + 1}


@pytest.mark.parametrize("letter", ["浙办函〔2026〕12号", "2026-12", "电话记录3"])
def test_a_letter_has_a_number(letter):
    policies.ensure_letter(letter)


@pytest.mark.parametrize("letter", ["", "无", "暂无公函", "12号", "口头通知"])
def test_what_is_no_letter_is_refused(letter):
    with pytest.raises(LetterNeeded):
        policies.ensure_letter(letter)


def test_a_letter_is_the_same_however_it_is_written():
    ways = [
        "浙办函〔2026〕12号",
        "浙办函 [2026] 12 号",
        "浙办函【２０２６】12号",
        "浙办函(2026)12号",
        "浙办函（2026）１２号",
    ]
    assert len({policies.letter_key("省局", way) for way in ways}) == 1
    assert policies.letter_key("省局", ways[0]) != policies.letter_key("市局", ways[0])
    assert policies.letter_key("省局", ways[0]) != policies.letter_key("省局", "浙办函〔2026〕13号")


def test_the_standard_holds_per_head_to_the_fen():
    policies.ensure_affordable(18_000, 6, 3000)
    with pytest.raises(OverStandard) as refused:
        policies.ensure_affordable(18_001, 6, 3000)
    assert refused.value.msg == "菜品合计 180.01 元，6 人按每人 30.00 元的标准最多 180.00 元，请调整菜品"


@pytest.mark.parametrize(
    ("total", "heads", "mean"), [(100, 3, 33), (200, 3, 67), (1, 2, 1), (0, 5, 0), (7, 0, 0)]
)
def test_the_mean_per_head_is_rounded_half_up(total, heads, mean):
    assert policies.per_head_fen(total, heads) == mean


def test_the_first_instant_of_the_lead_time_is_too_late():
    serves_from = NINE + timedelta(hours=4)
    policies.ensure_in_time(serves_from, LIMITS.lead, NINE - timedelta(microseconds=1))
    with pytest.raises(ReceptionTooLate):
        policies.ensure_in_time(serves_from, LIMITS.lead, NINE)


ALLOWED = {
    (ReceptionState.SUBMITTED, Step.CHANGE),
    (ReceptionState.SUBMITTED, Step.APPROVE),
    (ReceptionState.SUBMITTED, Step.REJECT),
    (ReceptionState.SUBMITTED, Step.CANCEL),
    (ReceptionState.APPROVED, Step.CANCEL),
    (ReceptionState.APPROVED, Step.SERVE),
    (ReceptionState.SERVED, Step.REOPEN),
    (ReceptionState.SERVED, Step.SETTLE),
}


@pytest.mark.parametrize("state", ReceptionState)
@pytest.mark.parametrize("step", Step)
def test_a_step_that_the_table_does_not_know_is_a_conflict(state, step):
    if (state, step) in ALLOWED:
        policies.ensure_may(state.value, step)
        return
    with pytest.raises(ReceptionStateConflict):
        policies.ensure_may(state.value, step)


@pytest.mark.parametrize(
    ("who", "hours", "state", "steps"),
    [
        ("requester", 5, "submitted", {"change", "cancel"}),
        ("requester", 3, "submitted", set()),
        ("requester", 5, "approved", {"cancel"}),
        ("requester", 5, "served", set()),
        ("manager", 5, "submitted", {"approve", "reject", "cancel"}),
        ("manager", -1, "submitted", {"reject", "cancel"}),
        ("manager", 5, "approved", {"cancel"}),
        ("manager", 0, "approved", {"cancel", "serve"}),
        ("manager", -1, "served", {"reopen"}),
        ("manager", -1, "settled", set()),
        ("both", 5, "submitted", {"change", "cancel"}),
        ("both", -1, "approved", {"cancel"}),
        ("dining manager", 5, "submitted", {"cancel"}),
        ("dining manager", -1, "approved", {"cancel"}),
        ("dining manager", -1, "served", {"reopen"}),
    ],
)
def test_what_one_may_do_now(who, hours, state, steps):
    serves_from = NINE + timedelta(hours=hours)
    found = steps_for(
        state,
        is_own=who in ("requester", "both"),
        is_companion=who == "dining manager",
        is_manager=who != "requester",
        serves_from=serves_from,
        closes_at=serves_from - LIMITS.lead,
        now=NINE,
    )
    assert set(found) == steps


def test_a_sheet_is_numbered_by_day_and_identifier():
    assert policies.sheet_number(12, date(2026, 11, 23)) == "JD20261123000012"
