"""Rules of kitchen workers: pure functions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from canteen.food_safety.workers.errors import SymptomsContradict, WorkerUnfit
from canteen.food_safety.workers.models import Outcome

NORMAL: Final = 0
# The last reminder before the day itself.
LAST_DAYS: Final = 7
_SHOWN: Final = 4


class CertificateState(StrEnum):
    """How a worker's certificate stands on a day."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    MISSING = "missing"


class Unfit(StrEnum):
    """Why a worker may not be at their post."""

    INACTIVE = "inactive"
    BLOCKED = "blocked"
    NOT_CHECKED = "not_checked"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_EXPIRED = "certificate_expired"


UNFIT_NAMES: Final = {
    Unfit.INACTIVE: "已离岗",
    Unfit.BLOCKED: "晨检停岗尚未解除",
    Unfit.NOT_CHECKED: "本班次尚未晨检",
    Unfit.CERTIFICATE_MISSING: "没有健康证",
    Unfit.CERTIFICATE_EXPIRED: "健康证已过期",
}
STATE_NAMES: Final = {
    CertificateState.VALID: "有效",
    CertificateState.EXPIRING: "即将到期",
    CertificateState.EXPIRED: "已过期",
    CertificateState.MISSING: "未登记",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a worker before a shift."""

    is_active: bool
    is_blocked: bool
    is_checked: bool
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found of one worker; the temperature in tenths of a degree."""

    worker_id: int
    temperature_dc: int
    symptoms: Sequence[int]
    note: str = ""


def symptoms_of(codes: Collection[int]) -> list[int]:
    """The symptoms in their order, without 正常. Raises SymptomsContradict."""
    found = sorted({code for code in codes if code != NORMAL})
    if found and NORMAL in codes:
        raise SymptomsContradict
    return found


def outcome_of(temperature_dc: int, symptoms: Collection[int], fever_dc: int) -> Outcome:
    """Whoever is feverish or has any symptom is blocked (case 32: 37.3 °C is a fever)."""
    return Outcome.BLOCKED if temperature_dc >= fever_dc or symptoms else Outcome.FIT


def certificate_state(valid_until: date | None, on: date, warn_days: int) -> CertificateState:
    """A certificate is valid through its last day."""
    if valid_until is None:
        return CertificateState.MISSING
    if valid_until < on:
        return CertificateState.EXPIRED
    return CertificateState.EXPIRING if valid_until - on <= timedelta(warn_days) else CertificateState.VALID


def reminder_due(valid_until: date, on: date, warn_days: int) -> int | None:
    """Which reminder of an ending certificate is the present one, by its days before; None: none yet."""
    left = (valid_until - on).days
    if left <= 0:
        return 0
    return next((days for days in (LAST_DAYS, warn_days) if left <= days), None)


def unfit_reasons(standing: Standing, on: date) -> list[Unfit]:
    """Why the worker may not be at their post on a day; empty if they may."""
    state = certificate_state(standing.valid_until, on, 0)
    found = {
        Unfit.INACTIVE: not standing.is_active,
        Unfit.BLOCKED: standing.is_blocked,
        Unfit.NOT_CHECKED: not standing.is_checked,
        Unfit.CERTIFICATE_MISSING: state is CertificateState.MISSING,
        Unfit.CERTIFICATE_EXPIRED: state is CertificateState.EXPIRED,
    }
    return [reason for reason, holds in found.items() if holds]


def ensure_fit(name: str, reasons: Sequence[Unfit]) -> None:
    """Raise WorkerUnfit if there is any reason."""
    if reasons:
        why = "、".join(UNFIT_NAMES[reason] for reason in reasons)
        raise WorkerUnfit(name=name, why=why, reasons=[reason.value for reason in reasons])


def masked(number: str) -> str:
    """A certificate's number with all but its last characters hidden."""
    shown = number[-_SHOWN:] if len(number) > _SHOWN else ""
    return "*" * (len(number) - len(shown)) + shown
