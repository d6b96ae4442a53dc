"""Rules of kitchen workers, as tables."""

from datetime import date

import pytest

from canteen.food_safety.workers import policies
from canteen.food_safety.workers.errors import SymptomsContradict, WorkerUnfit
from canteen.food_safety.workers.models import Outcome
from canteen.food_safety.workers.policies import CertificateState, Standing, Unfit

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("temperature_dc", "symptoms", "outcome"),
    [
        (372, [], Outcome.FIT),
        (373, [], Outcome.BLOCKED),  # case 32 of canteen.md
        (365, [4], Outcome.BLOCKED),
        (365, [12], Outcome.BLOCKED),
    ],
)
def test_fever_or_any_symptom_blocks(temperature_dc, symptoms, outcome):
    assert policies.outcome_of(temperature_dc, symptoms, 373) is outcome


def test_normal_is_no_symptom_and_goes_with_none():
    assert policies.symptoms_of([0]) == []
    assert policies.symptoms_of([4, 3, 4]) == [3, 4]
    with pytest.raises(SymptomsContradict):
        policies.symptoms_of([0, 3])


@pytest.mark.parametrize(
    ("valid_until", "state", "reminder"),
    [
        (date(2026, 12, 24), CertificateState.VALID, None),
        (date(2026, 12, 23), CertificateState.EXPIRING, 30),
        (date(2026, 12, 1), CertificateState.EXPIRING, 30),
        (date(2026, 11, 30), CertificateState.EXPIRING, 7),
        (date(2026, 11, 23), CertificateState.EXPIRING, 0),
        (date(2026, 11, 22), CertificateState.EXPIRED, 0),
    ],
)
def test_a_certificate_is_valid_through_its_last_day_and_told_of_in_steps(valid_until, state, reminder):
    assert policies.certificate_state(valid_until, TODAY, 30) is state
    assert policies.reminder_due(valid_until, TODAY, 30) == reminder


@pytest.mark.parametrize(
    ("standing", "reasons"),
    [
        (Standing(True, False, True, TODAY), []),
        (Standing(True, False, False, TODAY), [Unfit.NOT_CHECKED]),
        (Standing(True, True, True, TODAY), [Unfit.BLOCKED]),
        (Standing(True, False, True, None), [Unfit.CERTIFICATE_MISSING]),
        (Standing(True, False, True, date(2026, 11, 22)), [Unfit.CERTIFICATE_EXPIRED]),
        (Standing(False, False, True, TODAY), [Unfit.INACTIVE]),
    ],
)
def test_each_reason_keeps_a_worker_from_the_post(standing, reasons):
    assert policies.unfit_reasons(standing, TODAY) == reasons


def test_why_somebody_is_unfit_says_nothing_of_health():
    with pytest.raises(WorkerUnfit) as refused:
        policies.ensure_fit("王师傅", [Unfit.BLOCKED, Unfit.CERTIFICATE_EXPIRED])
    assert refused.value.msg == "王师傅不能上岗：晨检停岗尚未解除、健康证已过期"
    assert refused.value.data["reasons"] == ["blocked", "certificate_expired"]


def test_a_number_shows_its_end_alone():
    assert policies.masked("ZJ2026001234") == "********1234"
    assert policies.masked("12") == "**"
