"""From the events of a batch to facts. Pure: what is known of the canteen comes as `Ground`.

Thousands of events a second pass here, so that each is looked at by hand and once; everything that a batch
has in common is found out before. What is wrong with an event is raised and concerns this event alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import orjson

from backend import clock
from backend.errors import AppError
from canteen.menu.models import Period
from canteen.waste import policies
from canteen.waste.errors import ContainerUnknown, DishUnknown, EventInvalid, MealUnknown, TareMissing
from canteen.waste.models import (
    ContainerKind,
    Disposition,
    Edible,
    Kind,
    Quarantine,
    Stage,
    Status,
)
from canteen.waste.schedule import MealKey, Schedule

MOST_G: Final = 10_000_000
MAX_SEQ: Final = 2**53 - 1
_COMMON: Final = frozenset(
    {
        *("seq", "captured_at", "kind", "served_on", "period", "stage", "edible", "dish_id", "gross_g"),
        *("tare_g", "stable", "overload", "raw_frame", "disposition", "reason"),
    }
)
_PERIODS: Final = frozenset(period.value for period in Period)
_EDIBLES: Final = frozenset(edible.value for edible in Edible)
_DISPOSITIONS: Final = frozenset(disposition.value for disposition in Disposition)
# What a bin may hold.
BIN_STAGES: Final = frozenset(stage.value for stage in Stage if stage not in (Stage.PREPARED, Stage.SERVED))
_AHEAD: Final = frozenset({Stage.STORAGE.value, Stage.PREPARATION.value})
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_OK, _QUARANTINED = Status.OK.value, Status.QUARANTINED.value
_MIXED, _TRAY = Edible.MIXED.value, ContainerKind.TRAY.value
_DISCARD, _REUSE = Disposition.DISCARD.value, Disposition.REUSE.value


class Fact(NamedTuple):
    """A weighing of a device as it is stored; the names are those of the columns."""

    device_id: int
    seq: int
    payload_hash: bytes
    captured_at: datetime
    received_at: datetime
    clock_skew_s: int
    canteen_id: int
    served_on: date
    period: str
    kind: str
    stage: str
    source: str
    edible: str
    container_id: int | None
    dish_id: int | None
    gross_g: int
    tare_g: int
    net_g: int
    counted_g: int
    is_stable: bool
    raw_frame: str
    reason: str
    cost_fen_per_kg: int
    cost_fen: int
    disposition: str
    status: str
    quarantine_code: str | None


class KnownContainer(NamedTuple):
    """What an event takes from its container."""

    id: int
    tare_g: int
    stage: str | None
    edible: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a canteen: containers by kind and code, its dishes' cost, its meals and rules.

    `most_g` is the plausible maximum by kind, `cost_fen_per_kg` what food costs whose dish does not say.
    """

    canteen_id: int
    containers: Mapping[tuple[str, str], KnownContainer]
    dishes: Mapping[int, int | None]
    schedule: Schedule
    most_g: Mapping[str, int]
    cost_fen_per_kg: int


@dataclass(frozen=True, slots=True)
class _Spec:
    kind: Kind
    name: str
    fields: frozenset[str]
    containers: tuple[str, ...]
    stage: str | None
    reused: str | None
    source: str
    is_difference: bool
    needs_dish: bool
    needs_weight: bool


def _spec(kind: Kind) -> _Spec:
    known = policies.SPECS[kind]
    names = tuple(container.value for container in known.containers)
    reused = policies.stage_of(kind, Disposition.REUSE)
    return _Spec(
        kind=kind,
        name=kind.value,
        fields=_COMMON | set(names),
        # Helpings are of the tray; which pan lost them is of no interest.
        containers=names[:1] if kind is Kind.SERVE_DELTA else names,
        stage=known.stage.value if known.stage else None,
        reused=reused.value if reused else None,
        source=known.source.value,
        is_difference=known.is_difference,
        needs_dish=known.needs_dish,
        needs_weight=kind is not Kind.BIN_EMPTY,
    )


# People enter entries; devices send the rest.
_SPECS: Final = {kind.value: _spec(kind) for kind in Kind if kind is not Kind.ENTRY}


class Reader:
    """Reads the events of one batch of a device. `skew` is the device's clock less ours."""

    def __init__(self, ground: Ground, *, device_id: int, received_at: datetime, skew: timedelta) -> None:
        self._ground = ground
        self._device_id = device_id
        self._received_at = received_at
        self._skew_s = round(skew.total_seconds())
        self._correction = skew if abs(skew) >= policies.TRANSIT else timedelta()
        self._is_skewed = abs(skew) > policies.MAX_SKEW
        self._latest = received_at + policies.MAX_SKEW
        self._latest_day = clock.local(received_at).date() + timedelta(days=1)
        self._days: dict[str, date] = {}

    def read(self, raw: Any) -> Fact:
        """The fact that the event tells.

        Raises EventInvalid, ContainerUnknown, DishUnknown, TareMissing or MealUnknown.
        """
        seq, spec = _head(raw)
        get = raw.get
        captured_at = self._instant(get("captured_at"))
        container = self._container(spec, raw)
        stage = _stage(spec, get("stage"), container, get("disposition"))
        dish_id = get("dish_id")
        cost_fen_per_kg = self._cost(spec, dish_id)
        is_overload, is_stable = get("overload", False), get("stable", True)
        if type(is_overload) is not bool or type(is_stable) is not bool:
            raise EventInvalid(field="stable", reason="应为 true 或 false")
        gross_g, tare_g = _weights(spec, get("gross_g"), get("tare_g"), container, is_overload)
        net_g = gross_g - tare_g
        doubt = policies.doubt(
            spec.kind,
            net_g=net_g,
            most_g=self._ground.most_g.get(spec.name, MOST_G),
            is_stable=is_stable,
            is_overload=is_overload,
        )
        served_on, period = self._meal(raw, captured_at, stage)
        if doubt is None:
            doubt = self._misplaced(spec, captured_at, stage, is_named=get("period") is not None)
        counted_g = policies.counted(spec.kind, net_g) if doubt is None else 0
        edible = get("edible")
        if edible is None:
            edible = container.edible if container is not None and container.stage else _MIXED
        elif type(edible) is not str or edible not in _EDIBLES:
            raise EventInvalid(field="edible", reason="应为 edible、inedible 或 mixed")
        return Fact(
            self._device_id,
            seq,
            blake2b(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS), digest_size=16).digest(),
            captured_at,
            self._received_at,
            self._skew_s,
            self._ground.canteen_id,
            served_on,
            period,
            spec.name,
            stage,
            spec.source,
            edible,
            container.id if container is not None else None,
            dish_id,
            gross_g,
            tare_g,
            net_g,
            counted_g,
            is_stable,
            _text(get("raw_frame"), "raw_frame", 40),
            _text(get("reason"), "reason", 100) if "reason" in raw else "",
            cost_fen_per_kg,
            policies.cost_of(counted_g, cost_fen_per_kg),
            get("disposition", _DISCARD),
            _OK if doubt is None else _QUARANTINED,
            doubt.value if doubt is not None else None,
        )

    def _instant(self, value: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            instant = None
        if instant is None or instant.tzinfo is None or not 2000 <= instant.year < 2999:
            raise EventInvalid(field="captured_at", reason="应为带时区的时间，如 2026-01-02T03:04:05+08:00")
        return instant - self._correction if self._correction else instant

    def _misplaced(
        self, spec: _Spec, captured_at: datetime, stage: str, *, is_named: bool
    ) -> Quarantine | None:
        """Why the instant does not say which meal it was; an emptied bin is of none."""
        if self._is_skewed or captured_at > self._latest:
            return Quarantine.SKEW
        if is_named or stage in _AHEAD or spec.kind is Kind.BIN_EMPTY:
            return None
        return Quarantine.NO_MEAL if self._ground.schedule.is_long_over(captured_at) else None

    def _container(self, spec: _Spec, raw: dict[str, Any]) -> KnownContainer | None:
        for name in spec.containers:
            code = raw.get(name)
            if code is None:
                continue
            if type(code) is not str:
                raise EventInvalid(field=name, reason="应为文字")
            found = self._ground.containers.get((name, code))
            # A tray that nobody has registered is one more anonymous tray, as long as it can be weighed.
            is_enough = spec.is_difference or raw.get("tare_g") is not None
            if found is None and not (name == _TRAY and is_enough):
                raise ContainerUnknown(container=code[:32])
            return found
        return None

    def _cost(self, spec: _Spec, dish_id: Any) -> int:
        if dish_id is None:
            if spec.needs_dish:
                raise EventInvalid(field="dish_id", reason="必填")
            return self._ground.cost_fen_per_kg
        if type(dish_id) is not int or dish_id not in self._ground.dishes:
            raise DishUnknown(dish_id=dish_id if type(dish_id) is int else 0)
        cost = self._ground.dishes[dish_id]
        return cost if cost is not None else self._ground.cost_fen_per_kg

    def _meal(self, raw: dict[str, Any], captured_at: datetime, stage: str) -> MealKey:
        served_on, period = raw.get("served_on"), raw.get("period")
        if served_on is None and period is None:
            schedule = self._ground.schedule
            meal = schedule.ahead(captured_at) if stage in _AHEAD else schedule.begun(captured_at)
            if meal is None:
                raise MealUnknown
            return meal
        if type(period) is not str or period not in _PERIODS:
            raise EventInvalid(field="period", reason="应与 served_on 一并填写，为 breakfast、lunch 等餐别")
        return MealKey(self._day(served_on), period)

    def _day(self, text: Any) -> date:
        day = self._days.get(text) if type(text) is str else None
        if day is None:
            try:
                day = date.fromisoformat(text) if len(text) == 10 else None
            except (TypeError, ValueError):
                day = None
            if day is None or not date(2000, 1, 1) <= day <= self._latest_day:
                raise EventInvalid(field="served_on", reason="应为不晚于今天的日期，如 2026-01-02")
            self._days[text] = day
        return day


def _head(raw: Any) -> tuple[int, _Spec]:
    if type(raw) is not dict:
        raise EventInvalid(field="event", reason="应为一个对象")
    seq, kind = raw.get("seq"), raw.get("kind")
    if type(seq) is not int or not 0 < seq <= MAX_SEQ:
        raise EventInvalid(field="seq", reason="应为正整数")
    spec = _SPECS.get(kind) if type(kind) is str else None
    if spec is None:
        raise EventInvalid(field="kind", reason=f"应为以下之一：{'、'.join(_SPECS)}")
    if not raw.keys() <= spec.fields:
        unknown = min(raw.keys() - spec.fields)
        raise EventInvalid(field=unknown[:40], reason="此类记录没有这个字段")
    disposition = raw.get("disposition", _DISCARD)
    if type(disposition) is not str or disposition not in _DISPOSITIONS:
        raise EventInvalid(field="disposition", reason=f"应为以下之一：{'、'.join(sorted(_DISPOSITIONS))}")
    return seq, spec


def _stage(spec: _Spec, named: Any, container: KnownContainer | None, disposition: Any) -> str:
    known = spec.reused if disposition == _REUSE else spec.stage
    if known is None and container is not None:
        known = container.stage
    if known is None:
        if type(named) is not str or named not in BIN_STAGES:
            raise EventInvalid(field="stage", reason="未登记的收集桶须指明环节")
        return named
    if named is not None and named != known:
        raise EventInvalid(field="stage", reason="与称重类别或收集桶的环节不一致")
    return known


def _weights(
    spec: _Spec, gross_g: Any, tare_g: Any, container: KnownContainer | None, is_overload: bool
) -> tuple[int, int]:
    """Gross and tare in grams: what is not given is the container's, or nothing of a difference."""
    is_weighed = spec.needs_weight and not is_overload
    if gross_g is None and not is_weighed:
        gross_g = 0
    if type(gross_g) is not int or not -MOST_G <= gross_g <= MOST_G:
        raise EventInvalid(field="gross_g", reason="应为整数克")
    if tare_g is None:
        if spec.is_difference or not is_weighed:
            return gross_g, 0
        if container is None:
            raise TareMissing
        return gross_g, container.tare_g
    if type(tare_g) is not int or not 0 <= tare_g <= MOST_G:
        raise EventInvalid(field="tare_g", reason="应为整数克")
    return gross_g, tare_g


def _text(value: Any, name: str, most: int) -> str:
    if value is None:
        return ""
    if type(value) is str:
        value = value.strip()
        if len(value) <= most and not _CONTROL.search(value):
            return str(value)
    raise EventInvalid(field=name, reason=f"应为不超过 {most} 个字符的文字")


def codes_and_dishes(events: list[Any]) -> tuple[set[str], set[int]]:
    """The codes of containers and the dishes that the events name, right or wrong."""
    codes: set[str] = set()
    dishes: set[int] = set()
    for event in events:
        if type(event) is not dict:
            continue
        for name in ("tray", "bin", "pan"):
            code = event.get(name)
            if type(code) is str and len(code) <= 32 and "\x00" not in code:
                codes.add(code)
        dish_id = event.get("dish_id")
        if type(dish_id) is int and 0 < dish_id <= MAX_SEQ:
            dishes.add(dish_id)
    return codes, dishes


@dataclass(frozen=True, slots=True)
class Refused:
    """An event of a batch that could not be read."""

    seq: int | None
    error: AppError


def refused(raw: Any, error: AppError) -> Refused:
    """The refusal of an event, under its number if it bears one."""
    seq = raw.get("seq") if type(raw) is dict else None
    return Refused(seq if type(seq) is int and abs(seq) <= MAX_SEQ else None, error)
